"""Jobs: the ledger that is the truth, and the doorbell that wakes workers."""

"""Taking receipts in: what a file is, whether it is accepted, and its job."""

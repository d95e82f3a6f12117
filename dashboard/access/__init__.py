"""Who may come in, by which way, and what they may do there."""

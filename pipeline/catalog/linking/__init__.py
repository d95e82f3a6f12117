"""Which product of the catalog a line of a receipt is."""

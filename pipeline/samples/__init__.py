"""Draws receipts that never were, each with the truth of what is printed on it."""

"""Accounts, sessions and keys: who somebody is, and what they may do."""

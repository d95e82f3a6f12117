"""Robust and rank statistics on numpy arrays, each with its source. No distribution is assumed."""

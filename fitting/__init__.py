"""Fits the small models whose weights the package carries; needs the development extras."""

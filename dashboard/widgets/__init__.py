"""Pieces that pages share: the words and colours of states, formats, and our own components."""

"""The sections of an analysis: each a plain function from the data to what it found there."""

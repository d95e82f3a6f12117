"""Charts in vectors: bars over time, ranked bars, parts of a whole."""

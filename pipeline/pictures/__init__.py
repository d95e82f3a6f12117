"""Picture files, whatever they show: told by their content, checked without decoding, opened."""

"""The analysis as HTML: one file that shows all of it with the network off."""

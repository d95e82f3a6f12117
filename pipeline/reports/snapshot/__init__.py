"""The data of a report as it was at one moment: taken from the store once, read by every stage."""

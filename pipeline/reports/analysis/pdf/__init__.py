"""The analysis as PDF, with the building blocks of the other reports."""

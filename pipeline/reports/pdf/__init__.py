"""Reports as PDF: plain functions on plain data, figures in and bytes out."""

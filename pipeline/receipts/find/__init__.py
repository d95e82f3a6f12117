"""Finding receipts: their words, filters, lists and saved views."""

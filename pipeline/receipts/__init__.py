"""Receipts: intake, pages, OCR, fields."""

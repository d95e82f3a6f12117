"""Draws receipts that never were, each with the truth of what is printed on it."""

from pipeline.samples.generate import compose_receipt, generate_receipt
from pipeline.samples.truth import ItemTruth, ReceiptTruth, TaxTruth

__all__ = ["ItemTruth", "ReceiptTruth", "TaxTruth", "compose_receipt", "generate_receipt"]

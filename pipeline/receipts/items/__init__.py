"""Line items of a ticket, and the reading of them whose sum closes."""

from pipeline.receipts.items.find import find_items

__all__ = ["find_items"]

"""What makes two printed names of a merchant or a line the same, wherever they are matched."""

from pipeline.receipts.fields.text import fold


def merchant_key(name: str) -> str:
    """The letters and digits of a merchant's name: 'Super-Marché' and 'SUPER MARCHE' are one."""
    return "".join(char for char in fold(name) if char.isalnum())


def line_key(description: str) -> str:
    """The words of a line's description: case, accents and punctuation make no other line."""
    return " ".join("".join(c if c.isalnum() else " " for c in fold(description)).split())

"""What text every store can keep; asked by all that take text from people."""


def is_storable(text: str) -> bool:
    """Whether every store can keep `text`: PostgreSQL has no NUL, UTF-8 no half of a pair."""
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)

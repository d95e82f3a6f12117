"""The rows at the head of a ticket as numbers that fitted weights can judge."""

import re
from statistics import median

from pipeline.receipts.fields import place_words as places
from pipeline.receipts.fields.calendar_text import find_dates
from pipeline.receipts.fields.head_patterns import (
    CONTACT,
    DOCUMENT,
    GREETING,
    LEGAL_FORM,
    REGISTRATION,
    TRADES,
)
from pipeline.receipts.fields.labels import label_row
from pipeline.receipts.fields.money import find_amounts
from pipeline.receipts.fields.text import Row, squeeze

HEAD_ROWS = 22
"""Of 346 addresses the last row of the lowest is the 14th; tall logos are read as several rows."""

_LEXICONS = {
    "street_word": frozenset(squeeze(word) for word in places.STREETS),
    "district_word": frozenset(squeeze(word) for word in places.DISTRICTS),
    "building_word": frozenset(squeeze(word) for word in places.BUILDINGS),
    "region_word": frozenset(squeeze(word) for word in places.REGIONS),
}
_GLUED_LENGTH = 10
_LONG_WORDS = {
    name: tuple(word for word in lexicon if len(word) >= 5) for name, lexicon in _LEXICONS.items()
}
_NEIGHBOURLY = (
    "street_word", "district_word", "building_word", "region_word", "postcode", "house_number",
    "registration", "contact", "document", "legal_form", "trade", "comma_end", "date", "amount",
    "large", "no_row", "number_only",
)  # fmt: skip
_NUMBER_ONLY = re.compile(
    r"^(?:NO|LOT|UNIT|N)[.: ]{1,3}[\dA-Z]{1,5}(?:[ &,/-]+\d{1,5}[A-Z]?)*[ .,]*$"
)
Features = dict[str, float]


def cut_head(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """The first rows of the first page."""
    return tuple(row for row in rows[:HEAD_ROWS] if row.page == rows[0].page)


def describe_head(rows: tuple[Row, ...]) -> list[Features]:
    """For each row of the head, features by name (0..1 or so) with those of its neighbours."""
    head = cut_head(rows)
    height = median(row.height for row in rows) or 1.0
    width = median(row.letter_width for row in rows) or 1.0
    own = [_describe(row, height, width) for row in head]
    told: Features = {"seen_contact": 0.0, "seen_registration": 0.0, "seen_document": 0.0,
                      "seen_amount": 0.0, "seen_date": 0.0, "seen_postcode": 0.0}  # fmt: skip
    described = []
    for place, features in enumerate(own):
        above = own[place - 1] if place else {"no_row": 1.0}
        below = own[place + 1] if place + 1 < len(own) else {"no_row": 1.0}
        described.append({
            **features,
            **told,
            **_continuation(features, above),
            **_place_features(place),
            **{f"above_{name}": above.get(name, 0.0) for name in _NEIGHBOURLY},
            **{f"below_{name}": below.get(name, 0.0) for name in _NEIGHBOURLY},
        })  # fmt: skip
        for name in told:
            told[name] = max(told[name], features[name.removeprefix("seen_")])
        told = dict(told)
    return described


def _continuation(features: Features, above: Features) -> Features:
    """Does the row go on with what the row above left open?"""
    is_other = any(
        features[name] for name in ("registration", "contact", "document", "amount", "date")
    )
    open_above = bool(above.get("comma_end")) and not is_other
    placed_above = any(above.get(f"any_{name}") for name in _LEXICONS) or above.get("postcode")
    return {
        "continues": float(open_above),
        "continues_place": float(open_above and bool(placed_above)),
        "region_below_place": float(bool(features["region_only"] and placed_above)),
        "number_below_place": float(bool(features["postcode_only"] and placed_above)),
    }


def _place_features(place: int) -> Features:
    return {
        "first": float(place == 0),
        "second": float(place == 1),
        "early": float(place <= 3),
        "place": min(1.0, place / 10),
    }


def _describe(row: Row, height: float, width: float) -> Features:
    prominence = max(row.height / height, row.letter_width / width)
    return {
        **_words_of(row),
        **_phrases_of(row),
        **_signs_of(row),
        "large": float(prominence > 1.25),
        "prominence": min(1.5, max(0.0, prominence - 1.0)),
        "doubtful": 1.0 - row.line.confidence,
    }


def _words_of(row: Row) -> Features:
    """Which lexicons know its words."""
    words = frozenset(row.tokens)
    return {
        **{name: min(1.0, len(words & lexicon) / 2) for name, lexicon in _LEXICONS.items()},
        **{f"any_{name}": float(_holds(words, name)) for name in _LEXICONS},
        "region_only": float(bool(words) and words <= _LEXICONS["region_word"]),
    }


def _phrases_of(row: Row) -> Features:
    """What it says: parts of an address, of a legal name, or another thing altogether."""
    text = row.folded
    letters = sum(char.isalpha() for char in text)
    return {
        "postcode_only": float(text.isdigit() and len(text) == 5),
        "number_only": float(bool(_NUMBER_ONLY.search(text))),
        "german_street": float(bool(places.GERMAN_STREET.search(text))),
        "postcode": float(bool(places.POSTCODE_AND_TOWN.search(text))),
        "bare_postcode": float(bool(places.BARE_POSTCODE.search(text))),
        "house_number": float(bool(places.HOUSE_NUMBER.search(text)) and letters >= 3),
        "registration": float(bool(REGISTRATION.search(text))),
        "contact": float(bool(CONTACT.search(text))),
        "document": float(bool(DOCUMENT.search(text))),
        "greeting": float(bool(GREETING.search(text))),
        "legal_form": float(bool(LEGAL_FORM.search(text))),
        "trade": float(bool(TRADES.search(text))),
        "label": float(label_row(row) is not None),
        "amount": float(bool(find_amounts(row))),
        "date": float(bool(find_dates(row.line.text))),
    }


def _signs_of(row: Row) -> Features:
    """Its letters, digits, capitals and punctuation, whatever they say."""
    text, raw = row.folded, row.line.text
    letters = sum(char.isalpha() for char in text)
    digits = sum(char.isdigit() for char in text)
    return {
        "commas": min(1.0, text.count(",") / 3),
        "comma_end": float(text.endswith((",", ";"))),
        "stop_end": float(text.endswith(".")),
        "colon": float(":" in text),
        "aside": float(text.startswith(("(", "[")) and text.endswith((")", "]"))),
        "slash": float("/" in text),
        "no_digits": float(digits == 0),
        "digit_share": digits / max(1, letters + digits),
        "mostly_digits": float(digits > letters),
        "many_digits": float(digits >= 8),
        "few_letters": float(letters < 3),
        "short": float(letters + digits < 6),
        "length": min(1.0, (letters + digits) / 40),
        "capitals": float(raw.isupper()),
        "small_letters": float(not any(char.isupper() for char in raw)),
        "sentence": float(_is_sentence(raw)),
    }


def _holds(words: frozenset[str], lexicon: str) -> bool:
    """Is one of the words in the lexicon, or a long one made of several that OCR glued together?"""
    if words & _LEXICONS[lexicon]:
        return True
    glued = [word for word in words if len(word) >= _GLUED_LENGTH]
    return any(known in word for word in glued for known in _LONG_WORDS[lexicon])


def _is_sentence(text: str) -> bool:
    words = [word for word in text.split() if word[:1].isalpha()]
    return len(words) >= 2 and 2 * sum(word[0].islower() for word in words[1:]) > len(words) - 1

"""Every sentence that we say about errors, states and doubts, in English and French.

The catalogs are `en.json` and `fr.json` beside this file: code to sentence, with the parameters
of the error in braces. Used by API and pages.
"""

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel.numbers import format_decimal

LANGUAGES = ("en", "fr")
DEFAULT_LANGUAGE = "en"


def translate(
    code: str,
    language: str,
    params: Mapping[str, Any] | None = None,
    *,
    fallback: str | None = None,
) -> str:
    """The sentence for `code`; without one, `fallback`, or that of INTERNAL_ERROR."""
    catalog = load_catalog(language)
    sentence = catalog.get(code)
    if sentence is None:
        return fallback or catalog["INTERNAL_ERROR"]
    return sentence.format_map(_Shown(params or {}, language))


@lru_cache(maxsize=len(LANGUAGES))
def load_catalog(language: str) -> dict[str, str]:
    """All sentences of one language; English for one that we do not speak."""
    known = language if language in LANGUAGES else DEFAULT_LANGUAGE
    file = Path(__file__).parent / f"{known}.json"
    catalog: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    return catalog


@lru_cache(maxsize=256)
def choose_language(accept_language: str | None) -> str:
    """The language we speak that an Accept-Language header (RFC 9110, 12.5.4) likes best."""
    wanted = [_parse_range(part) for part in (accept_language or "")[:500].split(",")]
    for _, tag in sorted(wanted, key=lambda one: -one[0]):
        primary = tag.split("-")[0]
        if primary in LANGUAGES:
            return primary
    return DEFAULT_LANGUAGE


def _parse_range(part: str) -> tuple[float, str]:
    tag, _, weight = part.partition(";")
    try:
        quality = float(weight.strip().removeprefix("q=")) if weight else 1.0
    except ValueError:
        quality = 0.0
    # "not this one" must not win over our default.
    return quality, tag.strip().lower() if quality > 0 else ""


class _Shown(dict[str, str]):
    """Parameters as people write them; one that is missing shows as an ellipsis."""

    def __init__(self, params: Mapping[str, Any], language: str) -> None:
        super().__init__({name: _show(value, language) for name, value in params.items()})

    def __missing__(self, key: str) -> str:
        return "…"


def _show(value: Any, language: str) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return format_decimal(value, locale=language)
    return str(value)

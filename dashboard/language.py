"""The language of the pages: the browser's or the one chosen by hand; texts come from gettext.

`locale/fr.po` is the catalog; English stands in the code. `scripts/texts.sh` brings the catalog up
to date, and a test fails where a text has no translation.
"""

import gettext
import io
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from streamlit.runtime.scriptrunner import get_script_run_ctx

from pipeline.messages import DEFAULT_LANGUAGE, LANGUAGES, choose_language, translate

CATALOGS = Path(__file__).parent / "locale"
# Written by `/language/<name>` (see `dashboard.language_choice`).
COOKIE = "comptoir_language"
# English words with day before month: receipts come from both sides of the Channel.
LOCALES = {"en": "en_GB", "fr": "fr_FR"}


def current_language() -> str:
    """The language of the page that is being drawn, en or fr; English outside of one."""
    context = get_script_run_ctx(suppress_warning=True)
    return _language_of(context.session_id) if context else DEFAULT_LANGUAGE


@lru_cache(maxsize=4096)
def _language_of(_session_id: str) -> str:
    # Kept, because a page asks a thousand times; another choice loads the page anew.
    chosen = st.context.cookies.get(COOKIE)
    return chosen if chosen in LANGUAGES else choose_language(st.context.locale)


def current_locale() -> str:
    """The same as Babel's locale."""
    return LOCALES[current_language()]


def t(message: str, /, **params: object) -> str:
    """`message` in the language of the page, its parameters in braces filled in."""
    text = load_texts(current_language()).gettext(message)
    return text.format(**params) if params else text


def tc(context: str, message: str, /, **params: object) -> str:
    """The same for a word that means several things: `context` tells the translator which."""
    text = load_texts(current_language()).pgettext(context, message)
    return text.format(**params) if params else text


def tn(one: str, many: str, number: int, /, **params: object) -> str:
    """`one` or `many` as the language counts; the number is the parameter {n}."""
    language = current_language()
    text = load_texts(language).ngettext(one, many, number)
    return text.format(n=format_decimal(number, locale=LOCALES[language]), **params)


def say_code(
    code: str, params: Mapping[str, Any] | None = None, *, fallback: str | None = None
) -> str:
    """The sentence of an error, a state or a doubt by its code (see `pipeline.messages`)."""
    return translate(code, current_language(), params, fallback=fallback)


def N_(message: str) -> str:  # noqa: N802  gettext's own name for it
    """Marks a text that stands where no page is drawn yet; `t` translates it when it is shown."""
    return message


@lru_cache(maxsize=len(LANGUAGES))
def load_texts(language: str) -> gettext.NullTranslations:
    """The catalog of one language; English is what stands in the code."""
    if language == DEFAULT_LANGUAGE:
        return gettext.NullTranslations()
    with (CATALOGS / f"{language}.po").open("rb") as file:
        catalog = read_po(file, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)

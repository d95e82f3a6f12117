"""Choices in the address: whoever made a link may have read another language than its reader.

Streamlit writes there what it shows, and understands nothing else.
"""

from collections.abc import Callable, Mapping

import streamlit as st

from dashboard.language import current_language, load_texts
from pipeline.messages import LANGUAGES


def adopt_words(key: str, words: Mapping[str, str]) -> None:
    """`adopt_choice` for texts of the pages: what each value is called in English."""
    adopt_choice(
        key, list(words), lambda value, language: load_texts(language).gettext(words[value])
    )


def adopt_choice(key: str, values: list[str], name_in: Callable[[str, str], str]) -> None:
    """Choose under `key` what the address names by its value or in a language not the page's.

    Called before the widget is drawn; `name_in` gives the name of a value in a language.
    """
    asked = st.query_params.get(key)
    if asked is None:
        return
    for value in values:
        names = {language: name_in(value, language) for language in LANGUAGES}
        if asked == names[current_language()]:
            return
        if asked == value or asked in names.values():
            st.query_params[key] = names[current_language()]
            # What was asked is read before the page is drawn, so it begins again.
            st.rerun()

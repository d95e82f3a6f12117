"""Text from outside stays text: nothing of it is Markdown, and all of it is shown."""

import html
import re

import pytest

from dashboard.widgets.plain_text import as_plain_text

HOSTILE = (
    "![seen](https://evil.example/seen.png)",
    "[free](javascript:alert(1)) <img src=x onerror=alert(1)>",
    "https://evil.example www.evil.example me@evil.example",
    "$\\frac{1}{2}$ `code` **bold** _em_ ~~gone~~ [^1]",
    ":red[stop] :material/delete: :material_delete: :streamlit: :smile: :small[x]{.a}",
    "&lt;b&gt; &#42; &amp;",
    "# 1. - > + |a|b|",
    "a -> b <- c <-> d -- e >= f <= g ~= h",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_sign_of_markdown_is_left_and_every_letter_is_shown(text: str) -> None:
    markdown = as_plain_text(text)

    assert re.fullmatch(r"(?:[^!-/:-@\[-`{-~]|&#\d+;)*", markdown)
    assert html.unescape(markdown).replace("\u2060", "") == text


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_is_left_that_streamlit_rewrites_after_the_escapes_are_gone(text: str) -> None:
    shown = html.unescape(as_plain_text(text))

    assert not re.search(r"://|www\.|@\w|:material_|:streamlit:", shown)
    assert not re.search(r"(?:^|\s)(?:<->|->|<-|--|>=|<=|~=)(?:\s|$)", shown)


def test_lines_and_indents_become_one_line() -> None:
    assert as_plain_text("    code\n\n# Title\r\n") == "code &#35; Title"


def test_a_name_of_letters_is_left_alone() -> None:
    assert as_plain_text("Café du Port 12") == "Café du Port 12"

"""How a mail looks: the same content as plain text and as HTML that every reader can show."""

from dataclasses import dataclass
from html import escape
from textwrap import fill

# A sentence that only the moment of sending knows, goes here.
NOTE = "<!-- note -->"
TEXT_WIDTH = 76

# Inline, and once more for readers that know dark mode: many drop what stands in the head. No
# background of our own, so that text and ground are always the reader's pair.
_DARK = """
@media (prefers-color-scheme: dark) {
  .muted { color: #a9b4c2 !important; }
  .line td, .line th { border-color: #3f4a57 !important; }
  a.button { background: #8ab4f8 !important; color: #10151b !important; }
  a.plain { color: #8ab4f8 !important; }
}
"""
_FONT = "font-family:Inter,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
_MUTED = "font-size:13px;color:#5b6673"
_CELL = "padding:8px 0;border-bottom:1px solid #d5dbe3;font-size:15px;vertical-align:top"


@dataclass(frozen=True)
class Link:
    """Words to press, and where they lead."""

    label: str
    url: str


@dataclass(frozen=True)
class Row:
    """A figure under its name; `note` is what it is to be compared with."""

    name: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class Content:
    """What a mail says: a heading, sentences, figures by name, links, small print."""

    heading: str
    sentences: tuple[str, ...]
    rows: tuple[Row, ...] = ()
    links: tuple[Link, ...] = ()
    small_print: tuple[str, ...] = ()


@dataclass(frozen=True)
class Words:
    """A mail's subject and its two bodies."""

    subject: str
    text: str
    html: str


def lay_out(subject: str, content: Content, language: str) -> Words:
    """The subject in one line, and the content both ways."""
    return Words(one_line(subject), write_text(content), write_html(content, language))


def one_line(text: str) -> str:
    """What a person wrote, fit for a header."""
    shown = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(shown.split())[:200]


def write_text(content: Content) -> str:
    """Plain text of at most 76 columns, addresses aside."""
    blocks = [content.heading, *(fill(sentence, TEXT_WIDTH) for sentence in content.sentences)]
    if content.rows:
        widest = max(len(row.name) for row in content.rows)
        lines = (f"{row.name:<{widest}}  {_write_value(row)}" for row in content.rows)
        blocks.append("\n".join(lines))
    blocks += [f"{link.label}\n{link.url}" for link in content.links]
    if content.small_print:
        blocks.append("\n".join(["-- ", *(fill(line, TEXT_WIDTH) for line in content.small_print)]))
    return "\n\n".join(blocks) + "\n"


def _write_value(row: Row) -> str:
    return f"{row.value} ({row.note})" if row.note else row.value


def write_html(content: Content, language: str) -> str:
    """One table in one column, readable without styles, pictures or the network."""
    heading = escape(content.heading)
    return (
        f'<!doctype html><html lang="{escape(language)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        '<meta name="color-scheme" content="light dark">'
        '<meta name="supported-color-schemes" content="light dark">'
        f"<title>{heading}</title><style>:root{{color-scheme:light dark}}{_DARK}</style></head>"
        f'<body style="margin:0;padding:24px 16px;{_FONT};font-size:16px;line-height:1.5">'
        '<table role="presentation" width="100%" cellspacing="0" cellpadding="0" '
        'style="max-width:600px;margin:0 auto;border-collapse:collapse"><tr><td>'
        f'<h1 style="margin:0 0 16px;font-size:22px;line-height:1.3">{heading}</h1>'
        f"{_write_sentences(content)}{_write_rows(content)}{_write_links(content)}{NOTE}"
        f"{_write_small_print(content)}</td></tr></table></body></html>"
    )


def _write_sentences(content: Content) -> str:
    return "".join(f'<p style="margin:0 0 14px">{escape(one)}</p>' for one in content.sentences)


def _write_rows(content: Content) -> str:
    if not content.rows:
        return ""
    rows = "".join(
        f'<tr class="line"><th scope="row" align="left" style="{_CELL};font-weight:400;'
        f'padding-right:16px">{escape(row.name)}</th><td align="right" style="{_CELL};'
        f'font-weight:600;font-variant-numeric:tabular-nums">{escape(row.value)}'
        f"{_write_note(row)}</td></tr>"
        for row in content.rows
    )
    return (
        '<table width="100%" cellspacing="0" cellpadding="0" '
        f'style="margin:6px 0 20px;border-collapse:collapse">{rows}</table>'
    )


def _write_note(row: Row) -> str:
    if not row.note:
        return ""
    return f'<br><span class="muted" style="{_MUTED};font-weight:400">{escape(row.note)}</span>'


def _write_links(content: Content) -> str:
    if not content.links:
        return ""
    first, *others = content.links
    button = (
        f'<a class="button" href="{escape(first.url)}" style="display:inline-block;'
        "background:#1a5fb4;color:#ffffff;text-decoration:none;font-weight:600;"
        'padding:10px 18px;border-radius:6px;margin:0 18px 8px 0">'
        f"{escape(first.label)}</a>"
    )
    more = "".join(
        f'<a class="plain" href="{escape(link.url)}" style="color:#1a5fb4;'
        f'white-space:nowrap">{escape(link.label)}</a>'
        for link in others
    )
    return f'<p style="margin:0 0 20px">{button}{more}</p>'


def _write_small_print(content: Content) -> str:
    lines = "<br>".join(escape(line) for line in content.small_print)
    return f'<p class="muted" style="margin:20px 0 0;{_MUTED}">{lines}</p>' if lines else ""

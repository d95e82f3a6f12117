"""What is asked of a report beside its days and filters: kind, title, language, sections."""

from collections.abc import Sequence

import streamlit as st

from dashboard.language import current_language, t
from dashboard.widgets.report_words import KINDS, SECTIONS
from pipeline.reports.order import DEFAULT_SECTIONS, LANGUAGES, MAX_TITLE, Language, ReportKind
from pipeline.reports.texts import Texts

LANGUAGE_NAMES: dict[Language, str] = {"en": "English", "fr": "Français"}
ALL_KINDS = "report-all-kinds"


def ask_kind(prefix: str, given: ReportKind = "pdf") -> ReportKind:
    """The kinds as cards; the test report stands behind a button."""
    shows_all = st.session_state.get(ALL_KINDS) or given == "dummy"
    kinds = [kind for kind in KINDS if shows_all or kind != "dummy"]
    with st.container(key="report-kinds", gap="xxsmall"):
        chosen: ReportKind = st.radio(
            t("Kind"),
            kinds,
            index=kinds.index(given),
            format_func=lambda kind: f":material/{KINDS[kind].icon}: **{t(KINDS[kind].label)}**",
            captions=[t(KINDS[kind].purpose) for kind in kinds],
            horizontal=True,
            key=f"{prefix}-kind",
        )
        if not shows_all:
            st.button(t("More kinds"), type="tertiary", key="more-kinds", on_click=_show_all_kinds)
    return chosen


def language_of_page() -> Language:
    """In which a new report is written, unless its panel says otherwise."""
    return "fr" if current_language() == "fr" else "en"


def hide_rare_kinds() -> None:
    """The next panel begins with those that people need."""
    st.session_state.pop(ALL_KINDS, None)


def ask_title(prefix: str, kind: ReportKind, title: str, given: Language) -> tuple[str, Language]:
    """The title, for which the kind has one in either language, and that language."""
    left, right = st.columns([3, 2])
    # Drawn second, but known first: the title is in it.
    language: Language = right.segmented_control(
        t("Language"),
        list(LANGUAGES),
        default=given,
        format_func=LANGUAGE_NAMES.__getitem__,
        required=True,
        key=f"{prefix}-language",
    )
    words = left.text_input(
        t("Title"),
        title,
        max_chars=MAX_TITLE,
        placeholder=Texts(language).say(f"kind.{kind}"),
        key=f"{prefix}-title",
    )
    return words.strip(), language


def ask_sections(prefix: str, kind: ReportKind, given: Sequence[str] = ()) -> tuple[str, ...]:
    """The sections that were ticked, in order; none, with a sentence, where there is none left."""
    names = SECTIONS[kind]
    begin = given or DEFAULT_SECTIONS[kind]
    keys = {name: f"{prefix}-{kind}-{name}" for name in names}
    count = sum(bool(st.session_state.get(key, name in begin)) for name, key in keys.items())
    heading = t("What is in it ({count} of {all} sections)", count=count, all=len(names))
    with st.expander(heading, icon=":material/checklist:", key=f"{prefix}-sections"):
        columns = st.columns(2)
        half = -(-len(names) // 2)
        ticked = [
            name
            for place, (name, label) in enumerate(names.items())
            if columns[place // half].checkbox(t(label), name in begin, key=keys[name])
        ]
    if not ticked:
        st.error(t("Choose at least one section."), icon=":material/checklist:")
    return tuple(ticked)


def _show_all_kinds() -> None:
    st.session_state[ALL_KINDS] = True

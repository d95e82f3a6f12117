"""Filters that stand in the address, which decides: so the way back shows them too."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from dashboard.language import t
from dashboard.widgets.page_address import read


@dataclass(frozen=True)
class FilterBar:
    """The widgets of one drawing of a page; `narrow` puts into the address what was changed."""

    prefix: str
    turn: int
    narrow: Callable[[Mapping[str, str | None]], None]

    def key(self, name: str) -> str:
        """The key of the widget of a filter."""
        return _key(self.prefix, name, self.turn)

    def keep(self, name: str) -> None:
        """Put into the address what its widget says; a callback of the widget."""
        value = st.session_state[self.key(name)]
        self.narrow({name: str(value).strip() if value else None})

    def ask_words(
        self, name: str, label: str, placeholder: str, *, width_px: int, icon: str | None = None
    ) -> None:
        """An input for words."""
        st.text_input(
            label,
            read(name),
            key=self.key(name),
            icon=icon,
            placeholder=placeholder,
            label_visibility="collapsed",
            on_change=self.keep,
            args=(name,),
            width=width_px,
        )

    def offer_clear(self, clear: Callable[[], None]) -> None:
        """The button at the end of the bar, for as long as anything narrows the list."""
        st.button(
            t("Clear filters"),
            icon=":material/filter_alt_off:",
            type="tertiary",
            key=f"clear-{self.prefix}-filters",
            on_click=clear,
        )

    def choose(
        self,
        name: str,
        options: Sequence[str],
        placeholder: str,
        label: str,
        say: Callable[[str], str],
    ) -> None:
        """A choice of one, each called as `say` calls it, or of none."""
        asked = read(name)
        # What the address names stays a choice, also where there is none of it any more.
        options = [*options, *([asked] if asked and asked not in options else [])]
        st.selectbox(
            label,
            options,
            index=options.index(asked) if asked else None,
            format_func=say,
            placeholder=placeholder,
            key=self.key(name),
            label_visibility="collapsed",
            on_change=self.keep,
            args=(name,),
            width=165,
        )


def open_filter_bar(
    prefix: str, names: Sequence[str], narrow: Callable[[Mapping[str, str | None]], None]
) -> FilterBar:
    """The bar for `names`; other widgets once the address says something else than they do."""
    at = f"{prefix}-filters-turn"
    turn: int = st.session_state.setdefault(at, 0)
    said = {name: st.session_state.get(_key(prefix, name, turn), read(name)) for name in names}
    if any((str(value) if value else "") != read(name) for name, value in said.items()):
        st.session_state[at] = turn = turn + 1
    return FilterBar(prefix, turn, narrow)


def _key(prefix: str, name: str, turn: int) -> str:
    return f"{prefix}-{name}-{turn}"

"""Which sheet of a long list is shown: a reload, a pasted link and the way back show the same."""

import streamlit as st


def read_sheet(name: str) -> int:
    """What the address asks for under this name, from 1; the first where it says nothing."""
    text = st.query_params.get(name, "1")
    return max(1, int(text)) if text.isdecimal() and len(text) < 6 else 1


def turn_to_last(name: str, sheets: int) -> None:
    """Called where nothing is on the sheet: there may have been more of them."""
    if 0 < sheets < read_sheet(name):
        st.query_params[name] = str(sheets)
        st.rerun()


def show_sheets(name: str, sheets: int) -> None:
    """The choice among them, where there is one."""
    if sheets < 2:
        return
    key = f"chosen-{name}"
    # The widget would know the address only after the list above it is read.
    st.session_state[key] = min(read_sheet(name), sheets)
    with st.container(horizontal_alignment="center"):
        st.pagination(sheets, key=key, on_change=_turn, args=(name, key))


def _turn(name: str, key: str) -> None:
    st.query_params[name] = str(st.session_state[key])

"""What stands in the address of a page, so that a link shows what its maker saw."""

import streamlit as st


def read(name: str) -> str:
    """One value of the address; "" where it says nothing."""
    return st.query_params.get(name, "")


def change_address(**wanted: str | None) -> None:
    """Change the address at once: each change by itself would be a step of the way back.

    What is not named stays; None takes a name away.
    """
    kept = {name: st.query_params.get_all(name) for name in st.query_params if name not in wanted}
    st.query_params.from_dict({**kept, **{name: to for name, to in wanted.items() if to}})

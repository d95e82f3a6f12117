"""Receipts: all of them in a list, one of them in full under `?receipt=<id>`."""

import streamlit as st

st.title("Receipts", anchor=False)

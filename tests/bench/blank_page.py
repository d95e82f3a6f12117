"""The least that Streamlit can show: what every page costs before it is ours."""

import streamlit as st

st.title("Blank")
st.container(key="content").write("Nothing.")

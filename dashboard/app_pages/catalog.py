"""Catalog: every product as a picture, one in full under `?product=`, imports under `?import=`."""

import streamlit as st

from dashboard.widgets.catalog_acts import show_asked
from dashboard.widgets.catalog_import import show_import
from dashboard.widgets.catalog_import_state import IMPORT_PAGE
from dashboard.widgets.catalog_list import show_catalog
from dashboard.widgets.product_panel import show_panel

if IMPORT_PAGE in st.query_params:
    show_import()
else:
    show_catalog()
    show_panel()
    show_asked()

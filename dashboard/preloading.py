"""Loads what the pages are made of before the first person comes."""

from importlib import import_module
from pkgutil import iter_modules

from dashboard import widgets


def load_widgets() -> None:
    """Import every widget, its component with it: a first visitor waited up to half a second."""
    for module in iter_modules(widgets.__path__, f"{widgets.__name__}."):
        import_module(module.name)

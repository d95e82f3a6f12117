"""What is loaded before the first person comes."""

import ast
import sys
from pathlib import Path

from dashboard import app_pages
from dashboard.preloading import load_widgets

PAGES = sorted(Path(app_pages.__path__[0]).glob("[a-z]*.py"))


def test_a_first_visitor_waits_for_no_module() -> None:
    load_widgets()

    wanted = {
        node.module
        for page in PAGES
        for node in ast.walk(ast.parse(page.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module
    }
    assert "dashboard.widgets.headers" in wanted
    assert wanted - sys.modules.keys() == set()

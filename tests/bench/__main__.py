"""`python -m tests.bench NAME [args]`: runs one measurement; without a name, lists them."""

import sys
from importlib import import_module
from pathlib import Path

NOT_MEASUREMENTS = (
    "__init__", "__main__", "accuracy", "bare_ocr", "blank_page", "page_client", "page_servers",
    "page_store", "page_viewers", "page_visits", "sroie", "table", "whole_system",
)  # fmt: skip


def main(argv: list[str]) -> int:
    """Hand the rest of the command line to the named measurement."""
    names = sorted(path.stem for path in Path(__file__).parent.glob("*.py"))
    names = [name for name in names if name not in NOT_MEASUREMENTS]
    if not argv or argv[0] not in names:
        print(f"usage: python -m tests.bench NAME [args], where NAME is one of: {', '.join(names)}")
        return 2
    code: int = import_module(f"tests.bench.{argv[0]}").main(argv[1:])
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Command line: `python -m pipeline.receipts.factors import FILE`, and `find WORDS`."""

import argparse
import sys
from pathlib import Path

from pipeline.clock import utc_now
from pipeline.errors import PipelineError
from pipeline.receipts.factors.save import import_factors
from pipeline.receipts.factors.store import load_book
from pipeline.receipts.footprint import Factor
from pipeline.settings import Settings
from pipeline.starting import read_settings_or_exit
from pipeline.store import migrate, read_session

_PER = {"kg": "kg", "pcs": "piece", "eur": "EUR without tax"}


def main(argv: list[str]) -> int:
    """0 where it went well, 2 with a code and a sentence where it did not."""
    args = _parse_arguments(argv)
    settings = read_settings_or_exit()
    try:
        migrate(settings)
        lines = args.run(args, settings)
    except PipelineError as error:
        print(f"{error.code}: {error.message}", file=sys.stderr)
        return 2
    print("\n".join(lines))
    return 0


def _parse_arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m pipeline.receipts.factors")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    importing = commands.add_parser("import", help="import AGRIBALYSE's synthesis table (CSV)")
    importing.add_argument("file", type=Path, metavar="FILE")
    importing.set_defaults(run=_import)
    finding = commands.add_parser("find", help="list the factors that words mean, best first")
    finding.add_argument("words", nargs="+", metavar="WORD")
    finding.add_argument("--limit", type=int, default=10)
    finding.set_defaults(run=_find)
    return parser.parse_args(argv)


def _import(args: argparse.Namespace, settings: Settings) -> list[str]:
    return import_factors(args.file, settings, utc_now()).sentences()


def _find(args: argparse.Namespace, settings: Settings) -> list[str]:
    with read_session(settings) as session:
        found = load_book(session).find(" ".join(args.words), args.limit)
    return [_line(factor) for factor in found] or ["No factor has these words."]


def _line(factor: Factor) -> str:
    figure = f"{factor.kg_co2e:.3g} kg CO2e/{_PER[factor.unit]}"
    return f"{factor.id}  {factor.name_fr}  {figure}  {factor.source} ({factor.year})"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

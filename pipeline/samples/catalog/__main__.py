"""Command line: `python -m pipeline.samples.catalog DIR` draws the sample catalog into a folder."""

import argparse
from pathlib import Path

from pipeline.samples.catalog.ship import GOODS, write_catalog


def main() -> None:
    """Write the pictures and the tables."""
    parser = argparse.ArgumentParser(prog="python -m pipeline.samples.catalog", description=__doc__)
    parser.add_argument("out_dir", type=Path)
    args = parser.parse_args()
    write_catalog(args.out_dir)
    print(f"{len(GOODS) + 1} products in {args.out_dir}")


if __name__ == "__main__":
    main()

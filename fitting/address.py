"""Fits which rows of a ticket's head are the address: python -m fitting.address DIR --cache CACHE.

DIR is in the layout of SROIE; CACHE keeps the OCR texts of its pictures between runs.
"""

import argparse
from pathlib import Path

from fitting.row_model import cross_validate, draw_examples, fit, label_examples
from fitting.sroie import load_readings, load_transcripts


def main() -> None:
    """Print the cross-validation, then write the weights fitted on everything."""
    parser = argparse.ArgumentParser(prog="python -m fitting.address", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--cache", type=Path, required=True)
    args = parser.parse_args()
    examples = [
        *label_examples(load_transcripts(args.folder), "transcripts", "address"),
        *label_examples(load_readings(args.folder, args.cache), "readings", "address"),
        *draw_examples("address"),
    ]
    print("source        right rows  right text")
    for source, (rows, text) in cross_validate(examples).items():
        print(f"{source:12}  {rows:10.3f}  {text:10.3f}")
    print(fit(examples).save("address"))


if __name__ == "__main__":
    main()

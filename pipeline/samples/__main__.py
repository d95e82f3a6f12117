"""Command line: `python -m pipeline.samples OUT_DIR --count 200 --seed 7`, or `--ship DIR`."""

import argparse
from io import BytesIO
from pathlib import Path

from PIL import Image

from pipeline.samples.generate import generate_receipt
from pipeline.samples.ship import SHIPPED
from pipeline.samples.truth import ReceiptTruth
from pipeline.samples.wear import DEGRADATIONS

PICTURE_QUALITY = 88
SHIPPED_LIMIT_BYTES = 340_000
# Far enough apart that two runs with neighbouring seeds share no receipt.
SEED_STRIDE = 100_003


def main() -> None:
    """Write what the arguments ask for."""
    args = _parse_arguments()
    if args.ship is not None:
        write_shipped(args.ship)
    else:
        write_many(args.out_dir, args.count, args.seed, args.degradation)


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m pipeline.samples", description=__doc__)
    parser.add_argument("out_dir", type=Path, nargs="?", help="folder for pictures and truths")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--degradation", choices=(*DEGRADATIONS, "mixed"), default="mixed")
    parser.add_argument("--ship", type=Path, metavar="DIR", help="draw the shipped samples instead")
    args = parser.parse_args()
    if (args.out_dir is None) == (args.ship is None):
        parser.error("give either OUT_DIR or --ship DIR")
    return args


def write_many(out_dir: Path, count: int, seed: int, degradation: str) -> None:
    """`count` receipts named receipt-0001-fr-supermarket-worn.jpg and so on, with truths."""
    out_dir.mkdir(parents=True, exist_ok=True)
    for index in range(count):
        kind = DEGRADATIONS[index % 3] if degradation == "mixed" else degradation
        picture, truth = generate_receipt(seed * SEED_STRIDE + index, kind)
        name = f"receipt-{index + 1:04d}-{truth.language}-{truth.receiptType}-{kind}"
        _write_pair(out_dir, name, _encode(picture, PICTURE_QUALITY), truth)
    print(f"{count} receipts in {out_dir}")


def write_shipped(out_dir: Path) -> None:
    """The eight samples of `ship.SHIPPED`, each small enough to live in the repository."""
    out_dir.mkdir(parents=True, exist_ok=True)
    for sample in SHIPPED:
        picture, truth = generate_receipt(
            sample.seed,
            sample.degradation,
            country=sample.country,
            receipt_type=sample.receipt_type,
            emphasis=sample.emphasis,
        )
        _write_pair(out_dir, sample.name, _encode_small(picture), truth)
    print(f"{len(SHIPPED)} samples in {out_dir}")


def _write_pair(out_dir: Path, name: str, jpeg: bytes, truth: ReceiptTruth) -> None:
    (out_dir / f"{name}.jpg").write_bytes(jpeg)
    (out_dir / f"{name}.json").write_text(truth.to_json(), encoding="utf-8")


def _encode_small(picture: Image.Image) -> bytes:
    """The best quality that stays under SHIPPED_LIMIT_BYTES."""
    for quality in range(PICTURE_QUALITY, 40, -4):
        jpeg = _encode(picture, quality)
        if len(jpeg) <= SHIPPED_LIMIT_BYTES:
            break
    return jpeg


def _encode(picture: Image.Image, quality: int) -> bytes:
    kept = BytesIO()
    picture.save(kept, "JPEG", quality=quality, optimize=True)
    return kept.getvalue()


if __name__ == "__main__":
    main()

"""Labelled folders searched by name and by picture: the encoder of the settings and its baselines.

DIR holds class folders of pictures, or sets of such class folders. Nothing is fitted here: on
photos that the shipped weights have seen the figures flatter, and `--refit` (which needs labels.csv
in DIR) fits again without a quarter of them. Baselines come from the same run: raw features of
EfficientNet-Lite0, and ConSE (ImageNet names, weighted by the classifier).
"""

import argparse
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from fitting.catalog_data import (
    Floats,
    ImageNet,
    picture_features,
    read_imagenet,
    spellings,
    text_features,
    unit,
)
from pipeline.catalog.encode.load import load_encoder
from pipeline.catalog.encode.open_clip_encoder import OpenClipEncoder
from pipeline.settings import Settings
from tests.bench.table import format_table

SUFFIXES = {".jpg", ".jpeg", ".png", ".webp"}
NEAREST = 10
TIMED, ROUNDS = 32, 5


@dataclass(frozen=True)
class Labelled:
    """Paths, and for each the number of its (set, class) in `classes`."""

    paths: list[Path]
    labels: np.ndarray
    classes: list[tuple[str, str]]

    def of_set(self, name: str) -> np.ndarray:
        """Numbers of the photos of one set."""
        mine = [at for at, (group, _) in enumerate(self.classes) if group == name]
        return np.flatnonzero(np.isin(self.labels, mine))


def main(argv: list[str]) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench encoder", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--cache", type=Path, default=Path("test-results/catalog-features"))
    parser.add_argument("--refit", action="store_true", help="fit without a quarter of the classes")
    arguments = parser.parse_args(argv)
    if arguments.refit:
        from fitting.catalog_encoder import Material, check

        check(Material(arguments.folder, arguments.cache))
        return 0
    photos = find_photos(arguments.folder)
    if not photos.paths:
        print(f"{arguments.folder} has no folders of pictures: give one folder to each class.")
        return 2
    _measure(photos, arguments.cache)
    return 0


def find_photos(folder: Path) -> Labelled:
    """Every folder with pictures is a class; the folder around it names the set.

    A folder of pictures beside sets, with one picture to a class, is no class: it is left out.
    """
    folders = sorted({path.parent for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES})
    groups = [one.parent for one in folders]
    folders = [one for one in folders if groups.count(one.parent) > 1]
    paths = [
        (at, path)
        for at, one in enumerate(folders)
        for path in sorted(one.iterdir())
        if path.suffix.lower() in SUFFIXES
    ]
    return Labelled(
        [path for _, path in paths],
        np.array([at for at, _ in paths], int),
        [(one.parent.name, one.name) for one in folders],
    )


def _measure(photos: Labelled, cache: Path) -> None:
    encoder = load_encoder(Settings())
    print(f"{encoder.info.name} ({encoder.info.id}), {len(photos.paths)} photos")
    starter = load_encoder(Settings(encoder="starter"))
    features = picture_features(starter, photos.paths, cache)
    imagenet = read_imagenet()
    names = [spellings(name)[0] for _, name in photos.classes]
    conse = _Conse(imagenet, text_features(starter, list(imagenet.names)))
    conse_texts = text_features(starter, names)
    encoder = load_encoder(Settings())
    vectors, texts = _encode(encoder, photos, features), encoder.encode_texts(names)
    print(_table(photos, features, conse(features), conse_texts, vectors, texts))
    _print_speed(photos)


class _Conse:
    """The mean of ImageNet names by their probability, ten likeliest (Norouzi et al. 2014)."""

    def __init__(self, imagenet: ImageNet, names: Floats) -> None:
        self.names = names
        self._imagenet = imagenet

    def __call__(self, features: Floats) -> Floats:
        return unit(self._imagenet.probabilities(features, NEAREST) @ self.names)


def _encode(encoder: OpenClipEncoder, photos: Labelled, features: Floats) -> Floats:
    """The starter needs its head alone, as its tower has run for the baselines."""
    if encoder.info.is_basic:
        return _run_head(encoder, features)
    batches = [photos.paths[at : at + TIMED] for at in range(0, len(photos.paths), TIMED)]
    return np.concatenate([encoder.encode_pictures([Image.open(p) for p in b]) for b in batches])


def _run_head(encoder: OpenClipEncoder, features: Floats) -> Floats:
    import torch

    with torch.inference_mode():
        return unit(encoder.model.visual.head(torch.from_numpy(features)).numpy())


def _table(
    photos: Labelled,
    features: Floats,
    conse: Floats,
    conse_texts: Floats,
    vectors: Floats,
    texts: Floats,
) -> str:
    """A row for each set; words search all photos, a picture those of its set."""
    raw, rows = unit(features), []
    for name in dict.fromkeys(group for group, _ in photos.classes):
        chosen = photos.of_set(name)
        figures = (
            by_picture(raw, photos.labels, chosen),
            by_picture(vectors, photos.labels, chosen),
            by_words(conse, conse_texts, photos.labels, np.unique(photos.labels[chosen])),
            by_words(vectors, texts, photos.labels, np.unique(photos.labels[chosen])),
        )
        rows.append([f"{name} ({len(chosen)})", *(f"{figure:.3f}" for figure in figures)])
    header = ["P@10", "picture: raw Lite0", "encoder", "words: ConSE", "encoder"]
    return format_table(header, rows)


def by_picture(vectors: Floats, labels: np.ndarray, chosen: np.ndarray) -> float:
    """Precision among the ten nearest of the chosen photos, itself left out; rows of length 1."""
    cosines = vectors[chosen] @ vectors[chosen].T
    np.fill_diagonal(cosines, -2)
    nearest = chosen[np.argsort(-cosines, axis=1)[:, :NEAREST]]
    return float((labels[nearest] == labels[chosen][:, None]).mean())


def by_words(vectors: Floats, texts: Floats, labels: np.ndarray, classes: np.ndarray) -> float:
    """Precision among the ten photos nearest to the name of each class; all photos are searched."""
    nearest = np.argsort(-(texts[classes] @ vectors.T), axis=1)[:, :NEAREST]
    return float((labels[nearest] == classes[:, None]).mean())


def _print_speed(photos: Labelled) -> None:
    """The forward pass of one batch, decoded and scaled before, fastest round of a few."""
    rows, reference = [], None
    for dtype in ("float32", "bfloat16"):
        encoder = load_encoder(Settings(encoder_dtype=dtype))
        batch = [encoder.preprocess(Image.open(path)) for path in photos.paths[:TIMED]]
        times = []
        for _ in range(ROUNDS):
            started = time.perf_counter()
            vectors = encoder.encode_tensors(batch)
            times.append(time.perf_counter() - started)
        reference = vectors if reference is None else reference
        least = float((vectors * reference).sum(axis=1).min())
        rows.append([dtype, f"{min(times) / len(batch) * 1000:.1f}", f"{least:.4f}"])
    print("\n" + format_table(["arithmetic", "ms a picture", "least cosine to float32"], rows))

"""`python -m fitting.catalog_encoder DIR`: fits the projections of the starter encoder.

DIR holds labelled photos (`labels.csv`: path, set, class, description). Both towers stay as they
are; their outputs are kept in --cache. With --check a quarter of the held-back classes and of the
other photos is left out, four times, and what the rest finds of them is printed; nothing is written
then.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from fitting.catalog_data import (
    Floats,
    ImageNet,
    LabelledPhoto,
    class_features,
    picture_features,
    read_imagenet,
    read_photos,
    text_features,
    unit,
)
from fitting.catalog_head import GOODS, Head, make_head, run_head
from fitting.catalog_parts import VISUAL, WORDS, Fitted, TextSpace, fit_text_space
from fitting.catalog_scale import fit_scales
from pipeline.catalog.encode.load import load_encoder
from pipeline.catalog.encode.scale import FILE as SCALE_FILE
from pipeline.catalog.encode.starter.version import PROJECTIONS
from pipeline.settings import Settings

# Products of one shop, photographed in one shop: held back where a stranger asks.
HELD_BACK = ("grocery", "grocery-iconic")
LOGIT_SCALE = np.log(100)
# Of a text to all names of classes: hammer, not jersey or lemon.
STRANGE_BELOW = 0.3
FOLDS = 4


class Material:
    """Everything that fitting starts from, as the locked towers give it."""

    def __init__(self, folder: Path, cache: Path) -> None:
        encoder = load_encoder(Settings(encoder="starter"))
        self.photos: list[LabelledPhoto] = read_photos(folder)
        self.imagenet: ImageNet = read_imagenet()
        self.features = picture_features(encoder, [photo.path for photo in self.photos], cache)
        self.names = sorted({photo.name for photo in self.photos})
        self.classes = np.array([self.names.index(photo.name) for photo in self.photos])
        names = class_features(encoder, list(self.imagenet.names))
        self.space: TextSpace = fit_text_space(names)
        self.imagenet_texts = self.space.project(names)
        self.class_texts = self.space.project(class_features(encoder, self.names))
        self.described = np.array(
            [at for at, photo in enumerate(self.photos) if photo.description], int
        )
        said = [self.photos[at].description for at in self.described]
        self.descriptions = self.space.project(text_features(encoder, said))
        self.photo_texts = self._texts_of_photos()

    def fitted(self, chosen: np.ndarray) -> Fitted:
        """The chosen photos, by their numbers, to fit on."""
        held_back = [self.classes[at] for at in chosen if self.photos[at].group in HELD_BACK]
        return Fitted(
            self.features[chosen],
            self.photo_texts[chosen],
            self.classes[chosen],
            np.unique(held_back),
        )

    def strange_texts(self) -> Floats:
        """Names of goods that are far from every class of the photos."""
        goods = self.imagenet_texts[GOODS]
        strange: Floats = goods[(goods @ self.class_texts.T).max(axis=1) < STRANGE_BELOW]
        return strange

    def _texts_of_photos(self) -> Floats:
        """The name of its class; where a photo has a description, that one counts as much."""
        texts = self.class_texts[self.classes]
        texts[self.described] = unit(texts[self.described] + self.descriptions)
        return texts


def fit(material: Material, chosen: np.ndarray) -> Head:
    """The image head, from the chosen photos."""
    return make_head(material.fitted(chosen), material.imagenet, material.imagenet_texts)


def save(material: Material, head: Head, path: Path) -> None:
    """As OpenCLIP names them, in half precision: a cosine moves by less than 0.001."""
    text = np.concatenate([material.space.matrix.T, np.zeros((VISUAL, WORDS))])
    state = {f"visual.head.mlp.{name}": values for name, values in head.items()}
    state |= {"text.proj.weight": text, "logit_scale": np.array(LOGIT_SCALE)}
    save_file({name: np.ascontiguousarray(v, np.float16) for name, v in state.items()}, path)
    path.chmod(0o644)


def write_all(material: Material) -> None:
    """Weights from every photo; scales from photos and classes that were left out."""
    left_out, rest = split(material)
    head = fit(material, rest)
    scales = json.loads(SCALE_FILE.read_text())
    scales["starter"] = fit_scales(
        run_head(head, material.features[left_out]),
        material.classes[left_out],
        np.array([HELD_BACK.count(material.photos[at].group) for at in left_out]),
        _with_visual(material.class_texts),
        _with_visual(material.strange_texts()),
        _with_visual(material.descriptions),
        material.classes[material.described],
    )
    SCALE_FILE.write_text(json.dumps(scales, indent=2) + "\n")
    save(material, fit(material, np.arange(len(material.photos))), PROJECTIONS)
    print(f"wrote {PROJECTIONS} and {SCALE_FILE}")


def split(material: Material, fold: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Numbers of photos left out and kept: whole classes of those held back, photos of others."""
    random = np.random.default_rng(1)
    held_back = np.array([photo.group in HELD_BACK for photo in material.photos])
    gone = random.permutation(np.unique(material.classes[held_back]))[fold::FOLDS]
    parts = random.integers(0, FOLDS, len(held_back))
    out = np.where(held_back, np.isin(material.classes, gone), parts == fold)
    return np.flatnonzero(out), np.flatnonzero(~out)


def check(material: Material) -> None:
    """Print what finds the photos that were left out: precision among ten, mean of all folds."""
    folds = [_check_fold(material, fold) for fold in range(FOLDS)]
    for title in folds[0]:
        words, ours, raw = np.mean([fold[title] for fold in folds], axis=0)
        print(
            f"{title}: words to pictures {words:.3f}, "
            f"picture to pictures {ours:.3f} (raw features {raw:.3f})"
        )


def _check_fold(material: Material, fold: int) -> dict[str, tuple[float, float, float]]:
    """Words to pictures, picture to pictures, the same with raw features."""
    left_out, rest = split(material, fold)
    vectors = run_head(fit(material, rest), material.features)
    texts = _with_visual(material.class_texts)
    never = np.setdiff1d(material.classes[left_out], material.classes[rest])
    others = np.setdiff1d(material.classes[left_out], never)
    # Photos that were fitted on stand in the way of classes never seen, not of their own.
    fair = np.union1d(left_out, np.flatnonzero(~np.isin(material.classes, others)))
    pools = {
        "classes never fitted": (never, np.arange(len(vectors))),
        "unseen photos of fitted classes": (others, fair),
    }
    figures = {}
    for title, (asked, pool) in pools.items():
        best = pool[np.argsort(-(texts[asked] @ vectors[pool].T), axis=1)[:, :10]]
        words = float((material.classes[best] == asked[:, None]).mean())
        shown = left_out[np.isin(material.classes[left_out], asked)]
        ours, raw = (
            _by_picture(looks, material.classes, shown, pool)
            for looks in (vectors, unit(material.features))
        )
        figures[title] = (words, ours, raw)
    return figures


def _by_picture(vectors: Floats, classes: np.ndarray, asked: np.ndarray, pool: np.ndarray) -> float:
    cosines = vectors[asked] @ vectors[pool].T
    cosines[asked[:, None] == pool[None]] = -2
    best = pool[np.argsort(-cosines, axis=1)[:, :10]]
    return float((classes[best] == classes[asked][:, None]).mean())


def _with_visual(texts: Floats) -> Floats:
    return np.concatenate([texts, np.zeros((len(texts), VISUAL), np.float32)], axis=1)


def main(argv: list[str]) -> int:
    """Parse the command line and run."""
    parser = argparse.ArgumentParser(prog="fitting.catalog_encoder", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--cache", type=Path, default=Path("test-results/catalog-features"))
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args(argv)
    material = Material(arguments.folder, arguments.cache)
    (check if arguments.check else write_all)(material)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

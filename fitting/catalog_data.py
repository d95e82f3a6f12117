"""Labelled product pictures as the locked towers of the starter see them, kept between runs."""

import csv
import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pipeline.catalog.encode.open_clip_encoder import OpenClipEncoder

Floats = NDArray[np.float32]
# How people write of a product; the mean of them stands for a class.
PROMPTS = ("{}", "a photo of a {}", "{}, product photo")
BATCH = 32


@dataclass(frozen=True)
class LabelledPhoto:
    """One picture; `group` is the set it belongs to, `description` may be empty."""

    path: Path
    group: str
    name: str
    description: str


@dataclass(frozen=True)
class ImageNet:
    """The classifier of the image tower: rows (1000, 1280), biases, and what they stand for."""

    rows: Floats
    biases: Floats
    names: tuple[str, ...]

    def probabilities(self, features: Floats, top: int) -> Floats:
        """Shape (pictures, 1000): softmax, all but the `top` greatest set to 0, sums of 1."""
        logits = features @ self.rows.T + self.biases
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        least = np.partition(odds, -top, axis=1)[:, -top][:, None]
        kept = np.where(odds >= least, odds, 0)
        shares: Floats = kept / kept.sum(axis=1, keepdims=True)
        return shares

    @cached_property
    def directions(self) -> Floats:
        """What tells each class from all others, of length 1."""
        return unit(self.rows - self.rows.mean(axis=0))


def read_photos(folder: Path) -> list[LabelledPhoto]:
    """By its labels.csv (path, set, class, description)."""
    with (folder / "labels.csv").open(newline="", encoding="utf-8") as file:
        return [
            LabelledPhoto(folder / row["path"], row["set"], row["class"], row["description"])
            for row in csv.DictReader(file)
        ]


def read_imagenet() -> ImageNet:
    """From the packages of the tower and of torchvision."""
    from torchvision.models._meta import _IMAGENET_CATEGORIES

    from pipeline.catalog.encode.starter.towers import HEAD, read_lite0

    state = read_lite0()
    rows, biases = (state[name].numpy() for name in HEAD)
    return ImageNet(rows, biases, tuple(_IMAGENET_CATEGORIES))


def picture_features(encoder: OpenClipEncoder, paths: list[Path], cache: Path) -> Floats:
    """Shape (paths, 1280): pooled output of the image tower, before any projection."""
    digest = hashlib.sha256("\n".join(map(str, paths)).encode()).hexdigest()[:12]
    kept = cache / f"features-{digest}.npy"
    if not kept.exists():
        cache.mkdir(parents=True, exist_ok=True)
        batches = [paths[start : start + BATCH] for start in range(0, len(paths), BATCH)]
        np.save(kept, np.concatenate([_features(encoder, batch) for batch in batches]))
    features: Floats = np.load(kept)
    return features


def _features(encoder: OpenClipEncoder, paths: list[Path]) -> Floats:
    import torch

    pictures = torch.stack([encoder.preprocess(Image.open(path)) for path in paths])
    with torch.inference_mode():
        features: Floats = encoder.model.visual.trunk(pictures).numpy()
    return features


def text_features(encoder: OpenClipEncoder, texts: list[str]) -> Floats:
    """Shape (texts, 384): pooled output of the text tower, of length 1, before any projection."""
    import torch

    tower, found = encoder.model.text, []
    for start in range(0, len(texts), BATCH):
        tokens = encoder.tokenize(texts[start : start + BATCH])
        mask = (tokens != tower.config.pad_token_id).long()
        with torch.inference_mode():
            output = tower.transformer(input_ids=tokens, attention_mask=mask)
            found.append(tower.pooler(output, mask).numpy())
    return unit(np.concatenate(found))


def class_features(encoder: OpenClipEncoder, names: list[str]) -> Floats:
    """Shape (names, 384): the mean of what people may write of each, of length 1."""
    texts = [[p.format(word) for word in spellings(name) for p in PROMPTS] for name in names]
    features = iter(text_features(encoder, [text for of_name in texts for text in of_name]))
    return unit(np.stack([np.mean([next(features) for _ in of_name], axis=0) for of_name in texts]))


def spellings(name: str) -> list[str]:
    """The name of a class as it stands, and with spaces: t-shirt and t shirt."""
    plain = name.lower().replace("_", " ")
    return sorted({plain, plain.replace("-", " ")})


def unit(rows: Floats) -> Floats:
    """Each row of length 1."""
    scaled: Floats = (rows / np.linalg.norm(rows, axis=-1, keepdims=True)).astype(np.float32)
    return scaled

"""Any model that OpenCLIP loads, as an encoder."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import torch
from PIL import Image

from pipeline.catalog.encode.encoder import EncoderInfo
from pipeline.catalog.encode.fast_tower import FastTower, folder_of, open_fast_tower
from pipeline.catalog.encode.short_texts import text_encoder_of
from pipeline.catalog.vectors import Vectors, normalise_features

Item = TypeVar("Item")
# Longer pictures are cut to their middle, the part that is looked at.
MOST_RATIO = 20


class OpenClipEncoder:
    """One loaded model; safe to use from several threads. Raises nothing of its own."""

    def __init__(
        self,
        info: EncoderInfo,
        model: Any,
        preprocess: Callable[[Image.Image], torch.Tensor],
        tokenize: Callable[[list[str]], torch.Tensor],
        batch: int,
        towers: Path | None = None,
    ) -> None:
        self.info = info
        self.batch = batch
        self.model = model
        self._preprocess = preprocess
        self.tokenize = tokenize
        self._dtype = _dtype_of(model.visual)
        self._pad_id = _pad_id_of(model)
        self._encode_text = text_encoder_of(model)
        self._towers = towers
        self._fast: FastTower | None = None

    def encode_texts(self, texts: Sequence[str]) -> Vectors:
        """Shape (texts, dimension), rows of length 1."""
        batches = _in_batches(list(texts), self.batch)
        return self._join([self._encode_text_batch(batch) for batch in batches])

    def encode_pictures(self, pictures: Sequence[Image.Image]) -> Vectors:
        """Shape (pictures, dimension), rows of length 1; pictures of any size and mode."""
        batches = _in_batches(list(pictures), self.batch)
        return self._join(
            [self.encode_tensors([self.preprocess(picture) for picture in b]) for b in batches]
        )

    def preprocess(self, picture: Image.Image) -> torch.Tensor:
        """What the model looks at: shape (3, height, width), scaled as it was trained."""
        return self._preprocess(_middle_of(picture).convert("RGB"))

    def encode_tensors(self, tensors: Sequence[torch.Tensor]) -> Vectors:
        """Shape (tensors, dimension), rows of length 1; what `preprocess` gave, in one forward."""
        if not tensors:
            return self._join([])
        pictures = torch.stack(list(tensors))
        if self._fast is not None:
            return self._fast.encode(pictures)
        with torch.inference_mode():
            features = self.model.encode_image(pictures.to(self._dtype))
        return normalise_features(features.float().numpy())

    def hasten(self, examples: Sequence[torch.Tensor]) -> None:
        """Spend seconds now to encode many pictures quicker; `examples` are some of them.

        Nothing else may use the encoder meanwhile. Where that cannot be done, all stays as it is.
        """
        if self._towers is not None:
            folder = folder_of(self._towers, self.info.id)
            self._fast = open_fast_tower(self.model, examples, folder, torch.get_num_threads())
            self._towers = None

    def _encode_text_batch(self, texts: list[str]) -> Vectors:
        with torch.inference_mode():
            tokens = self._cut_padding(self.tokenize(texts))
            features = self._encode_text(tokens)
        return normalise_features(features.float().numpy())

    def _cut_padding(self, tokens: torch.Tensor) -> torch.Tensor:
        """Without the columns that are padding in every row: they change nothing but the time."""
        if self._pad_id is None:
            return tokens
        length = int((tokens != self._pad_id).sum(dim=1).max())
        return tokens[:, : max(length, 1)]

    def _join(self, batches: list[Vectors]) -> Vectors:
        empty = np.empty((0, self.info.dimension), np.float32)
        return np.concatenate(batches) if batches else empty


def _in_batches(items: list[Item], size: int) -> list[list[Item]]:
    return [items[start : start + size] for start in range(0, len(items), size)]


def _middle_of(picture: Image.Image) -> Image.Image:
    """The picture, or of a ribbon the middle.

    Most models scale the shorter side up: one of 30,000 × 1 pixels would take gigabytes.
    """
    most = MOST_RATIO * min(picture.size)
    width, height = min(picture.width, most), min(picture.height, most)
    if (width, height) == picture.size:
        return picture
    left, top = (picture.width - width) // 2, (picture.height - height) // 2
    return picture.crop((left, top, left + width, top + height))


def _dtype_of(tower: Any) -> torch.dtype:
    dtype: torch.dtype = next(tower.parameters()).dtype
    return dtype


def _pad_id_of(model: Any) -> int | None:
    """Of a text tower that masks its padding and takes any length: those of Hugging Face do."""
    config = getattr(getattr(model, "text", None), "config", None)
    pad_id: int | None = getattr(config, "pad_token_id", None)
    return pad_id

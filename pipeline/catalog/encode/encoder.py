"""What every encoder can do, whatever model is behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from PIL import Image

from pipeline.catalog.vectors import Vectors


@dataclass(frozen=True)
class EncoderInfo:
    """Which model; `id` differs whenever vectors would. Basic: the starter, not a trained CLIP."""

    id: str
    name: str
    dimension: int
    is_basic: bool


class Encoder(Protocol):
    """Pictures and words into one space; every row that is returned has length 1."""

    info: EncoderInfo
    batch: int

    def encode_texts(self, texts: Sequence[str]) -> Vectors:
        """Shape (texts, dimension)."""

    def encode_pictures(self, pictures: Sequence[Image.Image]) -> Vectors:
        """Shape (pictures, dimension); pictures of any size and mode."""

    def preprocess(self, picture: Image.Image) -> Any:
        """What the model looks at, a tensor of shape (3, height, width); safe in other threads."""

    def encode_tensors(self, tensors: Sequence[Any]) -> Vectors:
        """Shape (tensors, dimension); what `preprocess` gave, in one forward pass."""

    def hasten(self, examples: Sequence[Any]) -> None:
        """Spend seconds, once, to encode many pictures quicker; `examples` are `preprocess`ed."""

"""What `process` and its child say to each other over their pipe."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.catalog.encode.encoder import EncoderInfo
from pipeline.catalog.product import Picture
from pipeline.catalog.vectors import Vectors
from pipeline.errors import PipelineError

# Each has a thread of its own in the child: words never wait for pictures.
Lane = Literal["texts", "pictures"]
LANES: tuple[Lane, ...] = ("texts", "pictures")


@dataclass(frozen=True)
class Question:
    """Texts, or the bytes of picture files, to be encoded; `number` comes back with the answer.

    `keeps`: the pictures also go into the file store, with their thumbnails.
    """

    number: int
    lane: Lane
    items: Sequence[str] | Sequence[bytes]
    keeps: bool = False


@dataclass(frozen=True)
class Loaded:
    """The child's first words: the model is there."""

    info: EncoderInfo


@dataclass(frozen=True)
class NotLoaded:
    """The child's last words, where the model cannot be loaded."""

    error: PipelineError


@dataclass(frozen=True)
class Encoded:
    """Vectors of shape (items, dimension), rows of length 1; the pictures that were kept."""

    number: int
    vectors: Vectors
    kept: tuple[Picture, ...] = ()


@dataclass(frozen=True)
class Refused:
    """This question alone cannot be answered."""

    number: int
    error: PipelineError


FromChild = Loaded | NotLoaded | Encoded | Refused

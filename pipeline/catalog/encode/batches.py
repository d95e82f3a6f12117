"""Many products into vectors: pictures of the next batches are decoded while one is encoded.

Used by the import, by `product.index` and by encoding again with another model.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Generic, TypeVar

from pipeline.catalog.encode.encoder import Encoder
from pipeline.catalog.pictures.check import PictureLimits
from pipeline.catalog.pictures.decode import decode_picture
from pipeline.catalog.pictures.keep import keep_decoded
from pipeline.catalog.product import Picture, ProductDraft
from pipeline.catalog.vectors import VectorKind, Vectors
from pipeline.errors import PipelineError
from pipeline.files import FileStore

Key = TypeVar("Key")
# Batches whose pictures wait decoded: one would be enough were all pictures equally large.
AHEAD = 2


@dataclass(frozen=True)
class Encoded(Generic[Key]):
    """What became of it: vectors of shape (dimension,), and its picture where that was kept.

    `error` says why the picture was refused; there are no vectors then.
    """

    key: Key
    draft: ProductDraft
    picture: Picture | None = None
    vectors: Mapping[VectorKind, Vectors] = field(default_factory=dict)
    error: PipelineError | None = None


@dataclass(frozen=True)
class _Prepared:
    """A picture as the model takes it, or why there is none."""

    tensor: Any = None
    picture: Picture | None = None
    error: PipelineError | None = None


_Waiting = tuple[Any, ProductDraft, "Future[_Prepared]"]


def encode_stream(
    encoder: Encoder,
    products: Iterable[tuple[Key, ProductDraft, bytes | None]],
    files: FileStore | None,
    limits: PictureLimits,
) -> Iterator[list[Encoded[Key]]]:
    """Products with the bytes of their picture, in batches of the encoder's size, in their order.

    `products` is asked for some batches ahead. Pictures go into `files`; None where they are kept
    already. A picture that cannot be read is an error of its product alone; raises
    StoreUnavailableError where the file store takes nothing.
    """
    import torch

    ahead: deque[list[_Waiting]] = deque()
    products = iter(products)
    with ThreadPoolExecutor(torch.get_num_threads(), "decode") as threads:

        def begin(key: Key, draft: ProductDraft, picture: bytes | None) -> _Waiting:
            # Without the bytes: those of a few batches would fill the memory.
            return key, draft, threads.submit(_prepare, encoder, files, limits, picture)

        try:
            while batch := list(islice(products, encoder.batch)):
                ahead.append([begin(*one) for one in batch])
                if len(ahead) > AHEAD:
                    yield _encode(encoder, ahead.popleft())
            while ahead:
                yield _encode(encoder, ahead.popleft())
        finally:
            threads.shutdown(wait=False, cancel_futures=True)


def _prepare(
    encoder: Encoder,
    files: FileStore | None,
    limits: PictureLimits,
    content: bytes | None,
) -> _Prepared:
    if content is None:
        return _Prepared()
    try:
        decoded = decode_picture(content, limits)
    except PipelineError as error:
        return _Prepared(error=error)
    picture = keep_decoded(files, content, decoded) if files else None
    return _Prepared(encoder.preprocess(decoded.image), picture)


def _encode(encoder: Encoder, waiting: list[_Waiting]) -> list[Encoded[Any]]:
    batch = [(key, draft, future.result()) for key, draft, future in waiting]
    good = [(draft, prepared) for _, draft, prepared in batch if prepared.error is None]
    tensors = [prepared.tensor for _, prepared in good if prepared.tensor is not None]
    if len(tensors) > encoder.batch // 2:
        encoder.hasten(tensors)
    images = iter(encoder.encode_tensors(tensors))
    texts = iter(encoder.encode_texts([draft.text for draft, _ in good]))
    return [
        Encoded(key, draft, error=prepared.error)
        if prepared.error
        else Encoded(key, draft, prepared.picture, _vectors(prepared, images, texts))
        for key, draft, prepared in batch
    ]


def _vectors(
    prepared: _Prepared, images: Iterator[Vectors], texts: Iterator[Vectors]
) -> Mapping[VectorKind, Vectors]:
    text = next(texts)
    return {"text": text} if prepared.tensor is None else {"image": next(images), "text": text}

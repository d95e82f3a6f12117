"""Products in, vectors out: batches, bad pictures, and what is kept."""

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipeline.catalog.encode.batches import Encoded, encode_stream
from pipeline.catalog.encode.encoder import Encoder
from pipeline.catalog.encode.load import load_encoder
from pipeline.catalog.pictures import picture_limits, read_picture
from pipeline.catalog.product import ProductDraft
from pipeline.files import FileStore, open_files
from pipeline.settings import Settings
from tests.support.tiny_encoder import write_tiny_encoder

Item = tuple[int, ProductDraft, bytes | None]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("stream")
    model = write_tiny_encoder(folder / "tiny")
    return Settings(data_dir=folder, encoder=str(model), encoder_batch=4)


@pytest.fixture(scope="module")
def encoder(settings: Settings) -> Encoder:
    return load_encoder(settings)


@pytest.fixture
def files(settings: Settings) -> FileStore:
    return open_files(settings)


def draft(number: int) -> ProductDraft:
    return ProductDraft(f"P{number}", f"Product number {number}")


def picture(number: int) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (50, 40), (number * 20, 10, 90)).save(target, "PNG")
    return target.getvalue()


def items(count: int) -> Iterator[Item]:
    return ((number, draft(number), picture(number)) for number in range(count))


def encode(encoder: Encoder, wanted: Iterator[Item] | list[Item], files: FileStore | None,
           settings: Settings) -> list[list[Encoded[int]]]:  # fmt: skip
    return list(encode_stream(encoder, wanted, files, picture_limits(settings)))


def test_products_come_back_in_their_order_in_batches_of_the_encoder(
    encoder: Encoder, files: FileStore, settings: Settings
) -> None:
    batches = encode(encoder, items(10), files, settings)

    assert [len(batch) for batch in batches] == [4, 4, 2]
    assert [one.key for batch in batches for one in batch] == list(range(10))


def test_the_vectors_are_those_of_each_product_alone(
    encoder: Encoder, files: FileStore, settings: Settings
) -> None:
    encoded = [one for batch in encode(encoder, items(6), files, settings) for one in batch]
    limits = picture_limits(settings)
    images = encoder.encode_pictures([read_picture(picture(n), limits) for n in range(6)])
    texts = encoder.encode_texts([draft(n).text for n in range(6)])

    for number, one in enumerate(encoded):
        assert np.dot(one.vectors["image"], images[number]) > 0.999
        assert np.dot(one.vectors["text"], texts[number]) > 0.999


def test_a_bad_picture_stops_its_product_alone(
    encoder: Encoder, files: FileStore, settings: Settings
) -> None:
    bad: list[Item] = [(50, draft(50), b"no picture"), (51, draft(51), picture(1)[:-20])]
    encoded = encode(encoder, [*items(3), *bad, *items(2)], files, settings)
    found = [one for batch in encoded for one in batch]

    assert [one.error.code for one in found if one.error] == ["NOT_A_PICTURE", "PICTURE_TRUNCATED"]
    assert [one.key for one in found if one.vectors] == [0, 1, 2, 0, 1]


def test_a_batch_of_bad_pictures_alone_is_no_error(
    encoder: Encoder, files: FileStore, settings: Settings
) -> None:
    [batch] = encode(encoder, [(0, draft(0), b"no picture")], files, settings)

    assert batch[0].error is not None


def test_a_product_without_a_picture_has_the_vector_of_its_words(
    encoder: Encoder, files: FileStore, settings: Settings
) -> None:
    [[alone]] = encode(encoder, [(1, draft(1), None)], files, settings)

    assert alone.picture is None
    assert alone.vectors.keys() == {"text"}


def test_pictures_are_kept_with_their_thumbnails(
    encoder: Encoder, files: FileStore, settings: Settings
) -> None:
    [[one]] = encode(encoder, [(1, draft(1), picture(1))], files, settings)

    assert one.picture is not None
    assert files.read(one.picture.sha256) == picture(1)
    assert Image.open(io.BytesIO(files.read(one.picture.thumbnail_sha256))).format == "JPEG"


def test_pictures_that_are_kept_already_are_only_encoded(
    encoder: Encoder, settings: Settings, tmp_path: Path
) -> None:
    [[one]] = encode(encoder, [(1, draft(1), picture(1))], None, settings)

    assert one.picture is None
    assert "image" in one.vectors


def test_products_are_asked_for_a_few_batches_ahead_and_no_more(
    encoder: Encoder, files: FileStore, settings: Settings
) -> None:
    taken: list[int] = []

    def watched() -> Iterator[Item]:
        for item in items(40):
            taken.append(item[0])
            yield item

    stream = encode_stream(encoder, watched(), files, picture_limits(settings))
    next(stream)
    stream.close()

    assert len(taken) == 3 * encoder.batch


def test_texts_have_the_vectors_that_openclip_gives_them_with_all_their_padding(
    settings: Settings,
) -> None:
    # Here: at the top they would take 3 s of every process that collects tests.
    import open_clip
    import torch

    encoder = load_encoder(settings)
    texts = ["mug", "!", "a red mug! with a blue lid", "word " * 100]
    with torch.inference_mode():
        tokens = open_clip.get_tokenizer(f"local-dir:{settings.encoder}")(texts)
        features = encoder.model.encode_text(tokens).float()
    whole = torch.nn.functional.normalize(features, dim=-1).numpy()

    for number, text in enumerate(texts):
        assert np.dot(encoder.encode_texts([text])[0], whole[number]) > 0.999
    assert (encoder.encode_texts(texts) * whole).sum(axis=1).min() > 0.999

"""Models of every source behind one interface, and the starter that needs no download."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from pipeline.catalog.encode.load import load_encoder
from pipeline.catalog.encode.precision import has_bfloat16
from pipeline.catalog.encode.starter.assemble import assemble, is_assembled, starter_folder
from pipeline.errors import PipelineError
from pipeline.settings import Settings
from tests.support.racing import at_once
from tests.support.tiny_encoder import DIMENSION, write_tiny_encoder


def pictures() -> list[Image.Image]:
    drawn = [Image.new(mode, (90, 120)) for mode in ("RGB", "L", "RGBA", "P")]
    for at, picture in enumerate(drawn):
        ImageDraw.Draw(picture).ellipse((10, 20, 40 + 10 * at, 100), fill="white")
    return drawn


def test_a_folder_gives_vectors_of_length_one_whatever_the_pictures(tmp_path: Path) -> None:
    encoder = load_encoder(Settings(encoder=str(write_tiny_encoder(tmp_path)), encoder_batch=3))
    vectors = encoder.encode_pictures(pictures())
    assert vectors.shape == (4, DIMENSION)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert encoder.encode_texts([]).shape == (0, DIMENSION)


def test_a_picture_of_one_row_of_pixels_does_not_fill_the_memory(tmp_path: Path) -> None:
    encoder = load_encoder(Settings(encoder=str(write_tiny_encoder(tmp_path))))
    # Scaled to the height that the model takes, its pixels would be more than Pillow can hold.
    ribbon = Image.new("L", (50_000_000, 1))
    assert encoder.encode_pictures([ribbon]).shape == (1, DIMENSION)


@pytest.mark.skipif(not has_bfloat16(), reason="this processor has no bfloat16")
def test_a_transformer_in_bfloat16_says_the_same_as_in_float32(tmp_path: Path) -> None:
    folder = str(write_tiny_encoder(tmp_path))
    exact = load_encoder(Settings(encoder=folder, encoder_dtype="float32"))
    wanted = exact.encode_pictures(pictures())
    vectors = load_encoder(Settings(encoder=folder)).encode_pictures(pictures())
    assert (vectors * wanted).sum(axis=1).min() > 0.999
    assert not np.array_equal(vectors, wanted)


def test_several_threads_get_the_vectors_that_one_gets(tmp_path: Path) -> None:
    encoder = load_encoder(Settings(encoder=str(write_tiny_encoder(tmp_path))))
    texts = [" ".join(["shoe"] * length) for length in (1, 3, 9, 30)]
    alone = [encoder.encode_texts([text]) for text in texts]

    def encode_often(number: int) -> bool:
        found = [encoder.encode_texts([texts[number]]) for _ in range(30)]
        return all(np.array_equal(one, alone[number]) for one in found)

    assert at_once(len(texts), encode_often) == [True] * len(texts)


def test_a_broken_checkpoint_fails_with_a_reason(tmp_path: Path) -> None:
    (tmp_path / "b32.pt").write_bytes(b"no checkpoint")
    with pytest.raises(PipelineError) as caught:
        load_encoder(Settings(encoder=f"ViT-B-32:{tmp_path / 'b32.pt'}"))
    assert caught.value.code == "ENCODER_BROKEN"


@pytest.mark.parametrize("encoder", ["ViT-B-32/no_such_tag", "NoSuchNet/openai"])
def test_a_tag_that_openclip_does_not_list_is_refused_without_asking_the_network(
    encoder: str,
) -> None:
    with pytest.raises(PipelineError) as caught:
        load_encoder(Settings(encoder=encoder))
    assert caught.value.code == "ENCODER_UNKNOWN"


def test_the_starter_finds_the_words_that_mean_the_same_however_they_are_batched() -> None:
    encoder = load_encoder(Settings(encoder="starter"))
    alone = encoder.encode_texts(["sneakers"])[0]
    shoes, sneakers, milk, _ = encoder.encode_texts(
        ["shoes", "sneakers", "milk", "a long sentence that pads every other text of its batch"]
    )
    assert encoder.info.dimension == 512
    assert encoder.info.is_basic
    np.testing.assert_allclose(alone, sneakers, atol=1e-5)
    assert shoes @ sneakers > shoes @ milk + 0.1


def test_two_that_put_the_starter_together_at_once_get_one_whole_folder(tmp_path: Path) -> None:
    folder = tmp_path / "starter"
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(assemble, [folder, folder])) == [folder, folder]
    assert is_assembled(folder)
    assert [path.name for path in tmp_path.iterdir()] == ["starter"]


def test_plain_openclip_loads_the_folder_of_the_starter(tmp_path: Path) -> None:
    import open_clip

    encoder = load_encoder(Settings(encoder="starter"))
    name = f"local-dir:{starter_folder(tmp_path)}"
    model, _ = open_clip.create_model_from_pretrained(name)
    tokens = open_clip.get_tokenizer(name)(["shoes"])
    words = model.eval().encode_text(tokens, normalize=True).detach().numpy()
    np.testing.assert_allclose(words, encoder.encode_texts(["shoes"]), atol=1e-4)

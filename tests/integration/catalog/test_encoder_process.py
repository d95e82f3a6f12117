"""The model in its own process: quick questions, bad pictures, and its death."""

import io
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import psutil
import pytest
from PIL import Image

from pipeline.catalog.encode.process import EncoderProcess
from pipeline.errors import EncoderUnavailableError, PipelineError, UnsupportedMediaError
from pipeline.files import open_files
from pipeline.settings import Settings
from tests.support.tiny_encoder import DIMENSION, write_tiny_encoder
from tests.support.worker import ROOT, wait_until


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("encoder")
    return Settings(data_dir=folder, encoder=str(write_tiny_encoder(folder / "tiny")))


@pytest.fixture(scope="module")
def process(settings: Settings) -> Iterator[EncoderProcess]:
    process = EncoderProcess(settings, answer_within_s=5)
    process.warm()
    yield process
    process.close()


def picture(colour: str) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(target, "PNG")
    return target.getvalue()


def test_words_and_pictures_become_vectors_of_length_one(process: EncoderProcess) -> None:
    texts = process.encode_texts(["a red shoe", "a blue shoe", "a hat"])
    pictures = process.encode_pictures([picture("red"), picture("blue")])

    assert texts.shape == (3, DIMENSION)
    assert pictures.shape == (2, DIMENSION)
    assert np.allclose(np.linalg.norm([*texts, *pictures], axis=1), 1, atol=1e-3)
    assert process.info.dimension == DIMENSION


def test_nothing_asked_is_nothing_answered(process: EncoderProcess) -> None:
    assert process.encode_texts([]).shape == (0, DIMENSION)
    assert process.encode_pictures([]).shape == (0, DIMENSION)


def test_questions_of_many_threads_do_not_mix(process: EncoderProcess) -> None:
    texts = [f"shoe number {number}" for number in range(40)]
    alone = process.encode_texts(texts)
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(lambda text: process.encode_texts([text])[0], texts))

    assert np.allclose(alone, together, atol=0.02)


def test_a_picture_can_be_encoded_and_kept_in_one_go(
    process: EncoderProcess, settings: Settings
) -> None:
    vector, kept = process.take_picture(picture("red"))

    assert np.allclose(vector, process.encode_pictures([picture("red")])[0], atol=1e-3)
    assert open_files(settings).read(kept.sha256) == picture("red")


def test_a_picture_that_is_none_says_so(process: EncoderProcess) -> None:
    with pytest.raises(UnsupportedMediaError) as refused:
        process.encode_pictures([picture("red"), b"words"])

    assert refused.value.code == "NOT_A_PICTURE"


def test_a_child_that_was_killed_is_replaced(process: EncoderProcess) -> None:
    before = process.encode_texts(["a hat"])
    child = child_of(process)
    os.kill(child, signal.SIGKILL)

    assert np.allclose(process.encode_texts(["a hat"]), before, atol=1e-3)
    assert child_of(process) != child


def test_a_child_that_hangs_is_replaced(process: EncoderProcess) -> None:
    before = process.encode_texts(["a hat"])
    stopped = child_of(process)
    os.kill(stopped, signal.SIGSTOP)

    assert np.allclose(process.encode_texts(["a hat"]), before, atol=1e-3)
    assert not psutil.pid_exists(stopped)


def test_a_model_that_cannot_be_loaded_says_why(tmp_path: Path) -> None:
    process = EncoderProcess(Settings(data_dir=tmp_path, encoder=str(tmp_path / "gone")))

    with pytest.raises(EncoderUnavailableError) as refused:
        process.encode_texts(["a hat"])
    with pytest.raises(PipelineError) as refused_again:
        _ = process.info

    assert refused_again.value.code == refused.value.code
    assert "COMPTOIR_ENCODER" in refused.value.message
    process.close()


def test_closing_ends_the_child_and_whoever_waits(settings: Settings) -> None:
    process = EncoderProcess(settings)
    process.warm()
    child = child_of(process)
    raised: list[Exception] = []

    def ask() -> None:
        try:
            process.encode_texts(["a hat"])
        except EncoderUnavailableError as error:
            raised.append(error)

    asking = threading.Thread(target=ask)
    asking.start()
    process.close()
    asking.join(30)

    assert not psutil.pid_exists(child)
    assert [error.code for error in raised if isinstance(error, PipelineError)] == ["ENCODER_GONE"]


def test_the_child_ends_with_its_parent(settings: Settings) -> None:
    program = (
        "import sys, time; from pipeline.catalog.encode.process import EncoderProcess; "
        "from pipeline.settings import Settings; "
        "process = EncoderProcess(Settings(encoder=sys.argv[1])); process.warm(); "
        "print(process.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        (sys.executable, "-c", program, settings.encoder), stdout=subprocess.PIPE, cwd=ROOT
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        parent.kill()

    wait_until(lambda: not psutil.pid_exists(child))


def child_of(process: EncoderProcess) -> int:
    pid = process.pid
    assert pid is not None
    return pid

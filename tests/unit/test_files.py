"""The file store keeps bytes under their hash, whole or not at all."""

import hashlib
import io
from pathlib import Path

import pytest

from pipeline.errors import NotFoundError, StoreUnavailableError
from pipeline.files.folder import FolderFiles


def test_a_file_comes_back_under_its_hash(tmp_path: Path) -> None:
    store = FolderFiles(tmp_path / "files")

    sha256 = store.put_bytes(b"receipt")

    assert sha256 == hashlib.sha256(b"receipt").hexdigest()
    assert store.read(sha256) == b"receipt"


def test_the_same_bytes_are_kept_once(tmp_path: Path) -> None:
    store = FolderFiles(tmp_path)
    assert store.put_bytes(b"same") == store.put_bytes(b"same")
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_a_transfer_that_breaks_leaves_nothing(tmp_path: Path) -> None:
    class Broken(io.BytesIO):
        def read(self, _size: int | None = -1) -> bytes:
            raise ConnectionError("the other side hung up")

    with pytest.raises((ConnectionError, StoreUnavailableError)):
        FolderFiles(tmp_path).put(Broken())

    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_said_in_a_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    class Endless(io.BytesIO):
        def read(self, _size: int | None = -1) -> bytes:
            raise OSError(28, "No space left on device")

    with pytest.raises(StoreUnavailableError) as caught:
        FolderFiles(tmp_path).put(Endless())

    assert caught.value.code == "DISK_FULL"
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_gone_is_said_to_be_gone(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        FolderFiles(tmp_path).read("0" * 64)


def test_what_a_killed_writer_left_is_swept_once_it_is_old(tmp_path: Path) -> None:
    store = FolderFiles(tmp_path)
    sha256 = store.put_bytes(b"whole")
    half = tmp_path / ".new-half"
    half.write_bytes(b"ha")
    written_s = half.stat().st_mtime

    assert store.sweep(written_s + 60) == 0
    assert store.sweep(written_s + 2 * 3600) == 1

    assert not half.exists()
    assert store.read(sha256) == b"whole"


def test_deleting_twice_is_fine(tmp_path: Path) -> None:
    store = FolderFiles(tmp_path)
    sha256 = store.put_bytes(b"x")
    store.delete(sha256)
    store.delete(sha256)
    assert not store.path(sha256).exists()

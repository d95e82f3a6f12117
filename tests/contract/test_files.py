"""What a file store promises, held by a folder, by S3 and by any other fsspec storage alike."""

import hashlib
import io
import os
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.errors import NotFoundError, StoreUnavailableError
from pipeline.files import FileStore, open_files
from pipeline.settings import Settings
from tests.support.s3 import S3Server

# More than one part of an upload, and no whole number of pieces.
LARGE = hashlib.shake_256(b"a large file").digest(12_345_678)


@dataclass(frozen=True)
class Place:
    """A store, what is kept in it, and where on this machine files land that come in."""

    settings: Settings
    landing: Path
    s3: S3Server | None = None

    @property
    def store(self) -> FileStore:
        return open_files(self.settings)

    @property
    def elsewhere(self) -> FileStore:
        """The same storage as another machine sees it, where storage is shared at all."""
        if self.settings.files_url is None:
            return self.store
        folder = self.settings.data_dir / "elsewhere"
        return open_files(self.settings.model_copy(update={"data_dir": folder}))

    def kept(self) -> list[str]:
        """The names of the files that are kept, or seem to be."""
        if self.s3 is not None:
            assert self.settings.files_url is not None
            return self.s3.names(self.settings.files_url)
        names = [path.name for path in self.settings.data_dir.rglob("*") if path.is_file()]
        return [name for name in names if name != ".lock"]


@pytest.fixture(params=["folder", "s3", "other"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if request.param == "folder":
        settings = Settings(data_dir=tmp_path)
        return Place(settings, settings.files_dir)
    if request.param == "other":
        url = f"file://{tmp_path}/remote"
        return Place(Settings(data_dir=tmp_path, files_url=url), tmp_path / "cache")
    server: S3Server = request.getfixturevalue("s3")
    url = f"{server.url}/{uuid.uuid4().hex}"
    settings = Settings(data_dir=tmp_path, files_url=url, files_options=server.options)
    return Place(settings, tmp_path / "cache", server)


@pytest.mark.parametrize("content", [b"receipt", b"", LARGE], ids=["small", "empty", "large"])
def test_a_file_comes_back_under_its_hash(place: Place, content: bytes) -> None:
    sha256 = place.store.put(io.BytesIO(content))

    assert sha256 == hashlib.sha256(content).hexdigest()
    assert place.store.has(sha256)
    assert place.store.read(sha256) == content
    assert place.elsewhere.require(sha256).read_bytes() == content
    assert place.elsewhere.read(sha256) == content


def test_the_same_bytes_are_one_file(place: Place) -> None:
    with ThreadPoolExecutor(8) as threads:
        hashes = set(threads.map(place.store.put_bytes, [b"same"] * 16))

    (sha256,) = hashes
    assert set(place.kept()) == {sha256}
    place.store.delete(sha256)
    assert not place.store.has(sha256)


def test_all_of_several_files_must_be_there(place: Place) -> None:
    one, two = place.store.put_bytes(b"one"), place.store.put_bytes(b"two")

    assert place.store.has(one, two)
    assert not place.store.has(one, "0" * 64)


def test_a_file_that_is_gone_is_said_to_be_gone(place: Place) -> None:
    sha256 = place.store.put_bytes(b"soon gone")
    place.store.delete(sha256)
    place.store.delete(sha256)

    for ask in (place.store.read, place.store.require, place.elsewhere.read):
        with pytest.raises(NotFoundError) as caught:
            ask(sha256)
        assert caught.value.code == "FILE_GONE"
    assert place.kept() == []


@pytest.mark.parametrize("name", ["/etc/hostname", "../../secret", "", "A" * 64])
def test_what_is_no_hash_names_no_file(place: Place, name: str) -> None:
    assert not place.store.has(name)
    with pytest.raises(NotFoundError):
        place.store.require(name)


def test_a_transfer_that_breaks_leaves_nothing(place: Place) -> None:
    class Broken(io.BytesIO):
        def read(self, _size: int | None = -1) -> bytes:
            if self.tell():
                raise ConnectionError("the other side hung up")
            self.seek(1)
            return b"the first half"

    with pytest.raises((ConnectionError, StoreUnavailableError)):
        place.store.put(Broken())

    assert place.kept() == []
    assert [path for path in place.landing.rglob("*") if path.name != ".lock"] == []


def test_a_full_disk_is_said_in_a_sentence_and_leaves_nothing(place: Place) -> None:
    class Endless(io.BytesIO):
        def read(self, _size: int | None = -1) -> bytes:
            raise OSError(28, "No space left on device")

    with pytest.raises(StoreUnavailableError) as caught:
        place.store.put(Endless())

    assert (caught.value.code, caught.value.permanent) == ("DISK_FULL", False)
    assert place.kept() == []


def test_what_a_killed_writer_left_is_swept_once_it_is_old(place: Place) -> None:
    sha256 = place.store.put_bytes(b"whole")
    half = place.landing / ".new-half"
    half.write_bytes(b"ha")
    written_s = half.stat().st_mtime

    assert place.store.sweep(written_s + 60) == 0
    assert place.store.sweep(written_s + 2 * 3600) == 1

    assert not half.exists()
    assert place.store.read(sha256) == b"whole"


def test_a_store_is_opened_once_for_each_address_and_its_options(
    place: Place, tmp_path: Path
) -> None:
    other = place.settings.model_copy(update={"data_dir": tmp_path / "other"})

    assert open_files(place.settings) == open_files(place.settings)
    assert open_files(place.settings) != open_files(other)


def test_a_file_handed_out_does_not_look_newer_for_it(place: Place) -> None:
    path = place.store.require(place.store.put_bytes(b"served over HTTP"))
    os.utime(path, (1_000_000_000, 1_000_000_000))

    assert place.store.require(path.name).stat().st_mtime == 1_000_000_000

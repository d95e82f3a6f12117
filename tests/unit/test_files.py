"""The parts of the file store that only a folder, or only the cache, has."""

import os
from pathlib import Path

import pytest

from pipeline.errors import StoreUnavailableError
from pipeline.files import open_files
from pipeline.files.cache import HANDED_OUT_S, FileCache
from pipeline.files.folder import FolderFiles
from pipeline.files.landing import land
from pipeline.settings import Settings


def keep(cache: FileCache, content: bytes) -> Path:
    with land([content], cache.root, durable=False) as landing:
        return cache.keep(landing)


def use_long_ago(*paths: Path) -> None:
    """Say that these were last used in this order, before anybody may still open them."""
    for age, path in enumerate(reversed(paths), start=1):
        used_s = path.stat().st_atime - HANDED_OUT_S - 60 * age
        os.utime(path, (used_s, path.stat().st_mtime))


def test_a_folder_has_a_place_for_a_hash_before_the_file_is_there(tmp_path: Path) -> None:
    store = FolderFiles(tmp_path)

    assert store.path("ab" + "0" * 62) == tmp_path / "ab" / ("ab" + "0" * 62)


def test_the_least_recently_used_copies_make_room(tmp_path: Path) -> None:
    cache = FileCache(tmp_path, bound_bytes=1000)
    first, second, third = (keep(cache, letter * 300) for letter in (b"a", b"b", b"c"))
    use_long_ago(third, first, second)
    assert cache.find(third.name) == third

    fourth = keep(cache, b"d" * 300)

    assert not first.exists()
    assert second.exists() and third.exists() and fourth.exists()


def test_what_was_just_handed_out_stays_even_over_the_bound(tmp_path: Path) -> None:
    cache = FileCache(tmp_path, bound_bytes=100)
    paths = [keep(cache, letter * 300) for letter in (b"a", b"b")]
    use_long_ago(*paths)
    handed_out = cache.find(paths[0].name)

    newest = keep(cache, b"c" * 300)

    assert handed_out == paths[0] and handed_out.exists() and newest.exists()
    assert not paths[1].exists()


def test_a_damaged_copy_is_not_handed_out_and_is_replaced(tmp_path: Path) -> None:
    cache = FileCache(tmp_path, bound_bytes=1000)
    path = keep(cache, b"whole")
    path.write_bytes(b"w")
    assert cache.find(path.name) is None

    keep(cache, b"whole")

    assert cache.find(path.name) == path
    assert path.read_bytes() == b"whole"


def test_a_folder_that_cannot_be_made_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "files").write_text("in the way")

    with pytest.raises(StoreUnavailableError) as caught:
        FolderFiles(tmp_path / "files").put_bytes(b"x")

    assert caught.value.code == "DISK_FULL"


@pytest.mark.parametrize(
    ("url", "options"),
    [
        ("s3://bucket", {"acces_key": "mistyped"}),
        ("nothing://like/it", {}),
        ("s3://", {"endpoint_override": "http://127.0.0.1:1"}),
    ],
)
def test_a_setting_that_cannot_be_used_is_said(
    tmp_path: Path, url: str, options: dict[str, str]
) -> None:
    with pytest.raises(StoreUnavailableError) as caught:
        open_files(Settings(data_dir=tmp_path, files_url=url, files_options=options))

    assert caught.value.code == "FILES_MISCONFIGURED"
    assert str(caught.value.params["cause"])

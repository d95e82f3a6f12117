"""Pictures in ZIP files: found as tables name them, and never trusted."""

import io
import stat
import struct
import zipfile
from pathlib import Path

import pytest

from pipeline.catalog.importing.archive import Archive, PictureRefusedError
from pipeline.catalog.importing.zip_guard import ZipError, open_zip

LIMITS = {"max_picture_bytes": 30_000_000, "max_total_bytes": 100_000_000}


def make_zip(path: Path, *entries: tuple[str | zipfile.ZipInfo, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as zip_file:
        for name, content in entries:
            zip_file.writestr(name, content)
    return path


def read(path: Path, name: str, **limits: int) -> bytes:
    with Archive([path], **{**LIMITS, **limits}) as archive:
        return archive.find(name).read()


def code_of(path: Path, name: str, **limits: int) -> str:
    with pytest.raises(PictureRefusedError) as refusal:
        read(path, name, **limits)
    return refusal.value.problem.code


@pytest.mark.parametrize(
    "name",
    [
        "photos/Chaussures/Été.JPG",
        "chaussures/été.jpg",
        "ÉTÉ.jpg",
        "E\u0301te\u0301.jpg",
        r"photos\Chaussures\été.jpg",
        r"C:\export\été.jpg",
        "./été.jpg",
        "été",
        "autre/dossier/été.jpg",
    ],
)
def test_a_picture_is_found_by_path_name_or_stem(tmp_path: Path, name: str) -> None:
    path = make_zip(tmp_path / "a.zip", ("photos/Chaussures/Été.JPG", b"picture"))

    assert read(path, name) == b"picture"


def test_a_path_chooses_between_pictures_of_one_name(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", ("red/1.jpg", b"red"), ("blue/1.jpg", b"blue"))

    assert read(path, "blue/1.jpg") == b"blue"
    assert code_of(path, "1.jpg") == "PICTURE_AMBIGUOUS"


def test_the_same_picture_twice_is_not_ambiguous(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", ("red/1.jpg", b"same"), ("blue/1.jpg", b"same"))

    assert read(path, "1.jpg") == b"same"


def test_what_systems_put_beside_pictures_is_passed_over(tmp_path: Path) -> None:
    path = make_zip(
        tmp_path / "a.zip", ("__MACOSX/._1.jpg", b"x"), ("._1.jpg", b"x"), ("1.jpg", b"picture")
    )

    assert read(path, "1.jpg") == b"picture"
    assert code_of(path, "2.jpg") == "PICTURE_NOT_FOUND"


def test_a_name_without_the_flag_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    make_zip(path, ("xxx.jpg", b"picture"))
    path.write_bytes(path.read_bytes().replace(b"xxx.jpg", "é".encode("cp850") + b"ee.jpg"))

    assert read(path, "éee.jpg") == b"picture"


@pytest.mark.parametrize(
    "entry", ["../../evil.jpg", "/etc/evil.jpg", r"..\evil.jpg", "C:/evil.jpg"]
)
def test_an_entry_that_leads_out_of_its_folder_is_refused(tmp_path: Path, entry: str) -> None:
    path = make_zip(tmp_path / "a.zip", (entry, b"evil"), ("good.jpg", b"picture"))

    assert code_of(path, "evil.jpg") == "PICTURE_PATH_UNSAFE"
    assert read(path, "good.jpg") == b"picture"


def test_a_table_cannot_lead_out_of_the_folder_either(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", ("passwd", b"picture"))

    assert code_of(path, "../../etc/passwd") == "PICTURE_PATH_UNSAFE"


def test_a_link_is_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("link.jpg")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16

    path = make_zip(tmp_path / "a.zip", (link, b"/etc/passwd"))

    assert code_of(path, "link.jpg") == "PICTURE_PATH_UNSAFE"


def test_a_bomb_is_refused_unread(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", ("bomb.jpg", bytes(20_000_000)), ("1.jpg", b"picture"))

    assert code_of(path, "bomb.jpg") == "PICTURE_ZIP_BOMB"
    assert read(path, "1.jpg") == b"picture"


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_python_unpacks_without_a_bound_is_refused_unread(tmp_path: Path, method: int) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as zip_file:
        zip_file.writestr("bomb.jpg", bytes(1_000_000), method)
        zip_file.writestr("1.jpg", b"picture")

    assert code_of(path, "bomb.jpg") == "PICTURE_ZIP_METHOD"
    assert read(path, "1.jpg") == b"picture"


def test_a_directory_is_measured_where_it_is_read(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", *((f"{n}.jpg", b"picture") for n in range(9)))
    content = path.read_bytes()
    end = content.rindex(b"PK\5\6")
    size_bytes, offset = struct.unpack_from("<2L", content, end + 12)

    def end_64(size_bytes: int) -> bytes:
        return struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 9, 9, size_bytes, offset)

    # The locator points to one that says little; Python reads the one right in front of it.
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, end, 1)
    content = content[:end] + end_64(46) + end_64(size_bytes) + locator + content[end:]

    with pytest.raises(ZipError) as refusal:
        open_zip(io.BytesIO(content), max_entries=8)
    assert refusal.value.code == "ZIP_TOO_MANY_FILES"


def test_a_picture_and_all_pictures_together_have_a_limit(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", *((f"{n}.jpg", bytes([n]) * 1000) for n in range(4)))

    assert code_of(path, "1.jpg", max_picture_bytes=999) == "PICTURE_TOO_LARGE"
    assert read(path, "1.jpg", max_total_bytes=2000) == b"\1" * 1000
    assert code_of(path, "2.jpg", max_total_bytes=2000) == "PICTURES_TOO_MANY_BYTES"


def test_a_size_that_is_a_lie_unpacks_no_further(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", ("liar.jpg", b"z" * 5_000_000))
    honest = (5_000_000).to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(honest, (100).to_bytes(4, "little")))

    assert code_of(path, "liar.jpg") == "PICTURE_ZIP_DAMAGED"


def test_entries_that_share_their_bytes_are_a_bomb(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", ("1.jpg", b"a" * 500), ("2.jpg", b"b" * 500))
    content = path.read_bytes()
    start = content.rindex(b"PK\1\2")
    path.write_bytes(content[: start + 42] + bytes(4) + content[start + 46 :])

    assert code_of(path, "2.jpg") == "PICTURE_ZIP_BOMB"


def test_an_encrypted_picture_is_refused(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", ("1.jpg", b"picture"))
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\1\2") + 8] |= 1
    path.write_bytes(content)

    assert code_of(path, "1.jpg") == "PICTURE_ENCRYPTED"


def test_a_broken_picture_is_refused_by_its_checksum(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as zip_file:
        zip_file.writestr("1.jpg", b"picture")
    path.write_bytes(path.read_bytes().replace(b"picture", b"pictura"))

    assert code_of(path, "1.jpg") == "PICTURE_ZIP_DAMAGED"


def test_pictures_may_be_called_like_their_product(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", ("a/SKU-1.jpg", b"1"), ("a/2.jpg", b"2"), ("b/2.png", b"3"))

    with Archive([path], **LIMITS) as archive:
        found = archive.find_for_id("sku-1")
        assert found is not None
        assert found.read() == b"1"
        assert archive.find_for_id("2") is None
        assert archive.find_for_id("3") is None

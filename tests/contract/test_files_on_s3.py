"""What is new where files are far away: damage, dead ends, several machines, half an upload."""

import hashlib
import os
import subprocess
import sys
import time
import uuid
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import NotFoundError, StoreUnavailableError
from pipeline.files import FileStore, open_files
from pipeline.files.filesystem import open_folder
from pipeline.files.objects import RemoteObjects
from pipeline.settings import Settings
from tests.support.s3 import BUCKET, S3Server, start_s3
from tests.support.worker import ROOT, wait_until

PATIENT_S = 30.0

UPLOAD = """
import json, sys
from pathlib import Path
from pipeline.files.filesystem import open_folder
from pipeline.files.objects import RemoteObjects
url, options, source, key = sys.argv[1:]
RemoteObjects(open_folder(url, json.loads(options))).upload(Path(source), key)
"""

READ = """
import hashlib, sys
from pipeline.files import open_files
from pipeline.settings import Settings
files = open_files(Settings.model_validate_json(sys.argv[1]))
sys.stdin.readline()
for sha256 in sys.argv[2:]:
    assert hashlib.sha256(files.require(sha256).read_bytes()).hexdigest() == sha256
"""


@pytest.fixture
def settings(s3: S3Server, tmp_path: Path) -> Settings:
    """A machine whose files are on S3, with a prefix of its own."""
    url = f"{s3.url}/{uuid.uuid4().hex}"
    return Settings(data_dir=tmp_path / "here", files_url=url, files_options=s3.options)


@pytest.fixture
def here(settings: Settings) -> FileStore:
    return open_files(settings)


@pytest.fixture
def there(settings: Settings, tmp_path: Path) -> FileStore:
    """The same storage as another machine sees it."""
    return open_files(settings.model_copy(update={"data_dir": tmp_path / "there"}))


def key_of(settings: Settings, sha256: str) -> str:
    prefix = str(settings.files_url).removeprefix(f"s3://{BUCKET}/")
    return f"{prefix}/{sha256[:2]}/{sha256}"


def overwrite(s3: S3Server, settings: Settings, sha256: str, content: bytes) -> None:
    s3.client.put_object(Bucket=BUCKET, Key=key_of(settings, sha256), Body=content)


def copies(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file() and path.name != ".lock"}


def run(script: str, *arguments: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-c", script, *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE)


def hasty(settings: Settings, **options: Any) -> Settings:
    """The same storage for someone who waits little."""
    impatient = {**settings.files_options, "request_timeout": 1.0, "max_attempts": 1, **options}
    return settings.model_copy(update={"files_options": impatient})


def refusal(call: Any, *arguments: Any) -> tuple[str, float]:
    """The code of the refusal, and after how many seconds it came."""
    began_s = time.monotonic()
    with pytest.raises((StoreUnavailableError, NotFoundError)) as caught:
        call(*arguments)
    return caught.value.code, time.monotonic() - began_s


def test_what_is_there_already_is_not_uploaded_again(
    s3: S3Server, settings: Settings, here: FileStore, there: FileStore
) -> None:
    sha256 = here.put_bytes(b"once")
    overwrite(s3, settings, sha256, b"ONCE")

    there.put_bytes(b"once")

    kept = s3.client.get_object(Bucket=BUCKET, Key=key_of(settings, sha256))
    assert kept["Body"].read() == b"ONCE"


def test_an_object_cut_short_is_mended_by_handing_the_file_over_again(
    s3: S3Server, settings: Settings, here: FileStore, there: FileStore
) -> None:
    sha256 = here.put_bytes(b"whole")
    overwrite(s3, settings, sha256, b"who")

    here.put_bytes(b"whole")

    assert there.read(sha256) == b"whole"


def test_a_damaged_object_is_never_handed_out(
    s3: S3Server, settings: Settings, here: FileStore, there: FileStore, tmp_path: Path
) -> None:
    sha256 = here.put_bytes(b"whole")
    overwrite(s3, settings, sha256, b"whale")

    assert refusal(there.read, sha256)[0] == "FILE_DAMAGED"
    assert refusal(there.require, sha256)[0] == "FILE_DAMAGED"
    assert copies(tmp_path / "there") == set()


def test_a_damaged_copy_is_fetched_again(here: FileStore) -> None:
    sha256 = here.put_bytes(b"whole")
    here.require(sha256).write_bytes(b"whale")

    assert here.read(sha256) == b"whole"
    assert here.require(sha256).read_bytes() == b"whole"


def test_half_an_upload_is_never_visible(
    s3: S3Server, settings: Settings, here: FileStore, tmp_path: Path
) -> None:
    sha256 = hashlib.sha256(b"never whole").hexdigest()
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    options = settings.model_dump_json(include={"files_options"}).partition(":")[2][:-1]
    uploader = run(UPLOAD, str(settings.files_url), options, str(pipe), f"{sha256[:2]}/{sha256}")
    try:
        with pipe.open("wb") as source:
            source.write(bytes(24_000_000))
            source.flush()
            wait_until(lambda: begun_uploads(s3, key_of(settings, sha256)))
            assert not here.has(sha256)
            uploader.kill()
            uploader.wait(10)
    finally:
        uploader.kill()

    assert not here.has(sha256)
    assert refusal(here.read, sha256)[0] == "FILE_GONE"


def begun_uploads(s3: S3Server, key: str) -> list[str]:
    begun = s3.client.list_multipart_uploads(Bucket=BUCKET).get("Uploads", [])
    return [upload["Key"] for upload in begun if upload["Key"] == key]


def test_an_upload_whose_source_fails_leaves_nothing(s3: S3Server, settings: Settings) -> None:
    objects = RemoteObjects(open_folder(str(settings.files_url), settings.files_options))

    # Its first page is never mapped, so that reading fails as a broken disk does.
    code, _ = refusal(objects.upload, Path("/proc/self/mem"), "me/mory")

    assert code == "FILES_UNAVAILABLE"
    assert objects.size_bytes("me/mory") is None


def test_two_processes_may_fetch_the_same_files_at_once(
    settings: Settings, here: FileStore, tmp_path: Path
) -> None:
    hashes = [here.put_bytes(bytes([number]) * 200_000) for number in range(20)]
    machine = settings.model_copy(update={"data_dir": tmp_path / "there"})
    readers = [run(READ, machine.model_dump_json(), *hashes) for _ in range(2)]

    for reader in readers:
        assert reader.stdin is not None
        reader.stdin.write(b"go\n")
        reader.stdin.close()

    assert [reader.wait(60) for reader in readers] == [0, 0]
    assert copies(tmp_path / "there") == set(hashes)


def test_copies_are_bounded_and_come_back_when_they_are_asked_for(
    settings: Settings, tmp_path: Path
) -> None:
    files = open_files(settings.model_copy(update={"files_cache_mb": 1}))
    hashes = [files.put_bytes(bytes([number]) * 400_000) for number in range(4)]
    for path in map(files.require, hashes):
        os.utime(path, (path.stat().st_atime - 3600, path.stat().st_mtime))

    newest = files.put_bytes(b"n" * 100_000)

    assert len(copies(settings.data_dir) & set(hashes)) == 2
    assert newest in copies(settings.data_dir)
    assert [files.read(sha256)[0] for sha256 in hashes] == [0, 1, 2, 3]


def test_a_storage_that_hangs_is_said_within_a_bounded_time(settings: Settings) -> None:
    with start_s3() as s3:
        files = open_files(hasty(settings, **s3.options))
        sha256 = files.put_bytes(b"kept before")
        with s3.freeze():
            refusals = [
                refusal(files.put_bytes, b"new"),
                refusal(files.read, "0" * 64),
                refusal(files.has, sha256),
                refusal(files.delete, sha256),
            ]
            assert files.read(sha256) == b"kept before"

        assert {code for code, _ in refusals} == {"FILES_UNAVAILABLE"}
        assert max(seconds for _, seconds in refusals) < PATIENT_S / 2
        assert files.read(files.put_bytes(b"new")) == b"new"


def test_a_storage_that_refuses_connections_is_said_at_once(settings: Settings) -> None:
    with start_s3() as s3:
        files = open_files(settings.model_copy(update={"files_options": s3.options}))
        sha256 = files.put_bytes(b"kept before")
        s3.kill()

        code, seconds = refusal(files.put_bytes, b"new")

        assert (code, files.read(sha256)) == ("FILES_UNAVAILABLE", b"kept before")
        assert seconds < PATIENT_S
        assert copies(settings.data_dir) == {sha256}


def test_a_bucket_that_is_not_there_does_not_make_files_look_gone(
    settings: Settings, here: FileStore
) -> None:
    sha256 = here.put_bytes(b"kept")
    mistyped = settings.data_dir / "mistyped"
    files = open_files(
        settings.model_copy(update={"files_url": "s3://comptior/files", "data_dir": mistyped})
    )

    for ask, argument in ((files.read, sha256), (files.put_bytes, b"x")):
        assert refusal(ask, argument)[0] == "FILES_UNAVAILABLE"


def test_keys_and_region_may_come_from_the_usual_variables(
    s3: S3Server, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-3")
    endpoint = {"endpoint_override": s3.options["endpoint_override"]}
    files = open_files(settings.model_copy(update={"files_options": endpoint}))

    assert files.read(files.put_bytes(b"signed by the environment")) == b"signed by the environment"

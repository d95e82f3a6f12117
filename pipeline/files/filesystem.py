"""Which remote file system an address names: S3 through pyarrow, anything else through fsspec."""

from dataclasses import dataclass
from typing import Any

from pipeline.errors import StoreUnavailableError

S3_SCHEMES = ("s3", "s3a")
# A dead endpoint costs two attempts of these, some 10 s in all; AWS answers within one second.
CONNECT_TIMEOUT_S = 2.0
SILENCE_TIMEOUT_S = 5.0
MAX_ATTEMPTS = 2


@dataclass(frozen=True)
class RemoteFolder:
    """An fsspec file system and a folder in it.

    `closes_whole`: what is written appears under its name at the close, never before.
    """

    filesystem: Any
    root: str
    closes_whole: bool


def open_folder(url: str, options: dict[str, Any]) -> RemoteFolder:
    """The folder that `url` names, without asking it anything yet.

    `options` of s3:// are those of pyarrow's S3FileSystem, and `max_attempts`; of other schemes
    those of fsspec's file system. Raises StoreUnavailableError where they cannot be used.
    """
    scheme, _, rest = url.partition("://")
    try:
        if scheme in S3_SCHEMES:
            if not rest.strip("/"):
                raise ValueError(f"{url} names no bucket.")
            return RemoteFolder(_open_s3(options), rest.strip("/"), closes_whole=True)
        return _open_other(url, options)
    except (ImportError, OSError, TypeError, ValueError) as error:
        raise StoreUnavailableError(
            "FILES_MISCONFIGURED",
            f"COMPTOIR_FILES_URL or COMPTOIR_FILES_OPTIONS cannot be used: {error}",
            permanent=False,
            params={"cause": str(error)},
        ) from error


def _open_s3(options: dict[str, Any]) -> Any:
    # pyarrow comes with Streamlit, so S3 needs no library of its own; s3fs would bring three.
    from fsspec.implementations.arrow import ArrowFSWrapper
    from pyarrow.fs import AwsStandardS3RetryStrategy, S3FileSystem

    chosen = {
        "connect_timeout": CONNECT_TIMEOUT_S,
        "request_timeout": SILENCE_TIMEOUT_S,
        # A small file is one request at the close then, instead of three.
        "allow_delayed_open": True,
        **options,
    }
    endpoint = str(chosen.pop("endpoint_override", "") or "")
    if endpoint:
        scheme, _, host = endpoint.rpartition("://")
        chosen["endpoint_override"] = host.rstrip("/")
        chosen.setdefault("scheme", scheme or "https")
    attempts = int(chosen.pop("max_attempts", MAX_ATTEMPTS))
    s3 = S3FileSystem(retry_strategy=AwsStandardS3RetryStrategy(max_attempts=attempts), **chosen)
    return ArrowFSWrapper(s3, skip_instance_cache=True)


def _open_other(url: str, options: dict[str, Any]) -> RemoteFolder:
    from fsspec.core import url_to_fs

    # Another process may write what a listing kept from before would not show.
    filesystem, root = url_to_fs(url, **options, use_listings_cache=False)
    return RemoteFolder(filesystem, root.rstrip("/"), closes_whole=False)

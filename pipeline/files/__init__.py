"""Content-addressed files: a file's name is the SHA-256 of its bytes, so it never changes.

`open_files` gives the store that the settings name; everybody else knows `FileStore` alone.
"""

from pipeline.files.opening import open_files
from pipeline.files.store import FileStore, is_sha256

__all__ = ["FileStore", "is_sha256", "open_files"]

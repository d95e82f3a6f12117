"""Reads a multipart upload as it streams in: limits enforced on the way, the file on disk.

Starlette's own form parser takes a file of any size, and keeps it under /tmp.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.concurrency import run_in_threadpool

from dashboard.api.errors import MalformedRequestError
from dashboard.api.spool import Spool, too_many_bytes
from pipeline.errors import InvalidRequestError, PayloadTooLargeError
from pipeline.jobs.admission import require_disk
from pipeline.settings import Settings

FILE_FIELD = "image"
# Boundaries, part headers and the other fields.
MAX_FORM_BYTES = 1_000_000


@dataclass(frozen=True)
class FormLimits:
    """Most parts of a form, and the longest text field in bytes."""

    parts: int = 20
    field_bytes: int = 16_384


# Of a receipt little is said.
FEW_FIELDS = FormLimits()
# A description of 10,000 characters in any script, or a question with dozens of examples.
MANY_FIELDS = FormLimits(parts=64, field_bytes=65_536)

Part = tuple[Callable[[bytes], None], Callable[[], None]]


@dataclass
class UploadForm:
    """What came: the text fields, and the file with the name its sender gave it.

    Of a field that came several times, `fields` has the last and `repeated` all of them.
    """

    spool: Spool
    fields: dict[str, str] = field(default_factory=dict)
    repeated: dict[str, list[str]] = field(default_factory=dict)
    file_name: str | None = None

    def require_file(self) -> str:
        """The file's name, perhaps empty. Raises InvalidRequestError IMAGE_MISSING."""
        if self.file_name is None:
            raise InvalidRequestError(
                "IMAGE_MISSING", "No file came. Send the receipt in the form field 'image'."
            )
        return self.file_name


@asynccontextmanager
async def receive_upload(
    request: Request,
    settings: Settings,
    *,
    file_field: str = FILE_FIELD,
    max_file_bytes: int | None = None,
    limits: FormLimits = FEW_FIELDS,
) -> AsyncIterator[UploadForm]:
    """The form of `request`; its temporary file is gone at the end, whatever happened.

    The file, of at most `max_file_bytes` (default: the largest receipt), is in `file_field`.
    Raises MalformedRequestError MALFORMED_FORM; PayloadTooLargeError TOO_MANY_BYTES or
    FORM_TOO_LARGE; StoreUnavailableError DISK_LOW or DISK_FULL. Refusing does not wait for the
    rest of the body: the server discards it.
    """
    max_file_bytes = max_file_bytes or settings.max_upload_bytes
    max_bytes = max_file_bytes + MAX_FORM_BYTES
    declared = request.headers.get("content-length", "0")
    declared_bytes = int(declared) if declared.isdigit() else 0
    if declared_bytes > max_bytes:
        raise too_many_bytes(max_file_bytes)
    require_disk(settings, declared_bytes)
    spool = Spool(settings.incoming_dir, max_file_bytes)
    try:
        reader = FormReader(boundary_of(request), spool, file_field, limits)
        received = 0
        async for chunk in request.stream():
            received += len(chunk)
            if received > max_bytes:
                raise too_many_bytes(max_file_bytes)
            reader.feed(chunk)
            if spool.wants_spill:
                # Others are sending too, and not every body declares its length.
                require_disk(settings)
                await run_in_threadpool(spool.spill)
        yield reader.finish()
    finally:
        spool.discard()


def boundary_of(request: Request) -> bytes:
    """The boundary that the form's type names. Raises MalformedRequestError MALFORMED_FORM."""
    media_type, options = parse_options_header(request.headers.get("content-type"))
    if media_type != b"multipart/form-data" or not options.get(b"boundary"):
        raise malformed_form()
    return options[b"boundary"]


def malformed_form() -> MalformedRequestError:
    """The refusal of a body that is no multipart form, or not a whole one."""
    return MalformedRequestError(
        "MALFORMED_FORM",
        "The form cannot be read. Send it as multipart/form-data with a boundary.",
    )


class FormReader:
    """Turns the parser's callbacks into an UploadForm; `spool` takes the file in `file_field`."""

    def __init__(self, boundary: bytes, spool: Spool, file_field: str, limits: FormLimits) -> None:
        self._limits = limits
        self._form = UploadForm(spool)
        self._file_field = file_field
        self._parts = 0
        self._ended = False
        self._header_name = b""
        self._header_value = b""
        self._disposition = b""
        self._text = bytearray()
        self._take: Callable[[bytes], None] = self._ignore
        self._close: Callable[[], None] = lambda: None
        try:
            self._parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self._begin_part,
                    "on_header_field": self._read_header_name,
                    "on_header_value": self._read_header_value,
                    "on_header_end": self._end_header,
                    "on_headers_finished": self._open_part,
                    "on_part_data": lambda data, start, end: self._take(data[start:end]),
                    "on_part_end": self._end_part,
                    "on_end": self._end,
                },
            )
        except FormParserError as error:
            raise malformed_form() from error

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes of the body."""
        try:
            self._parser.write(chunk)
        except FormParserError as error:
            raise malformed_form() from error

    def finish(self) -> UploadForm:
        """The form, if the body was whole."""
        if not self._ended:
            raise malformed_form()
        return self._form

    def _begin_part(self) -> None:
        self._parts += 1
        if self._parts > self._limits.parts:
            raise form_too_large()
        self._disposition = b""

    def _read_header_name(self, data: bytes, start: int, end: int) -> None:
        self._header_name += data[start:end]

    def _read_header_value(self, data: bytes, start: int, end: int) -> None:
        self._header_value += data[start:end]

    def _end_header(self) -> None:
        if self._header_name.lower() == b"content-disposition":
            self._disposition = self._header_value
        self._header_name = self._header_value = b""

    def _open_part(self) -> None:
        _, options = parse_options_header(self._disposition)
        name = options.get(b"name", b"").decode("utf-8", "replace")
        file_name = options.get(b"filename")
        if file_name is not None or name == self._file_field:
            self._take, self._close = self._open_file(
                name, (file_name or b"").decode("utf-8", "replace")
            )
        else:
            self._text.clear()
            self._take, self._close = self._add_text, lambda: self._close_text(name)

    def _open_file(self, name: str, file_name: str) -> Part:
        """What takes the bytes of a file, and what is called at its end."""
        if name != self._file_field or self._form.file_name is not None:
            return self._ignore, lambda: None
        self._form.file_name = file_name
        return self._form.spool.add, lambda: None

    def _end_part(self) -> None:
        self._close()

    def _add_text(self, data: bytes) -> None:
        self._text += data
        if len(self._text) > self._limits.field_bytes:
            raise form_too_large()

    def _close_text(self, name: str) -> None:
        text = self._text.decode("utf-8", "replace")
        self._form.fields[name] = text
        self._form.repeated.setdefault(name, []).append(text)

    def _ignore(self, data: bytes) -> None:
        pass

    def _end(self) -> None:
        self._ended = True


def form_too_large() -> PayloadTooLargeError:
    """The refusal of a form of too many parts or too long fields."""
    return PayloadTooLargeError(
        "FORM_TOO_LARGE",
        "The form has too many or too long fields. Send only what is described at /api/v1/docs.",
    )

"""Carrying an import or a dry run out, in a runner. Imports PyTorch where it encodes."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.catalog.encode.batches import Encoded, encode_stream
from pipeline.catalog.encode.identify import identify
from pipeline.catalog.importing.archive import Archive
from pipeline.catalog.importing.candidate import Candidate
from pipeline.catalog.importing.chunk import Chunk, Outgoing
from pipeline.catalog.importing.fetch import Fetcher, FetchLimits
from pipeline.catalog.importing.mapping import ColumnMapping, mapping_from_json
from pipeline.catalog.importing.missing import settle_missing
from pipeline.catalog.importing.open_table import open_table
from pipeline.catalog.importing.picture_source import PictureSource
from pipeline.catalog.importing.plan import Planner, ToEncode, at_picture_column
from pipeline.catalog.importing.table import Problem
from pipeline.catalog.importing.writer import ChunkWriter
from pipeline.catalog.pictures import picture_limits
from pipeline.catalog.products.write import NewProduct
from pipeline.jobs.context import JobContext
from pipeline.jobs.kinds import Outcome
from pipeline.models import CatalogImport
from pipeline.settings import BYTES_PER_MB
from pipeline.store import read_session

if TYPE_CHECKING:
    from pipeline.catalog.encode.open_clip_encoder import OpenClipEncoder

FETCHES_AT_ONCE = 8
# Honest pictures hardly shrink in a ZIP; this leaves room for bitmaps.
MAX_GROWTH = 10
# With so many chunks unwritten the encoder is given no more, so that it encodes what it has.
MAX_WAITING_CHUNKS = 8


def run_import(context: JobContext) -> Outcome:
    """Import every row that is not written yet; each chunk of rows is one transaction."""
    from pipeline.catalog.encode.load import load_encoder

    context.advance("load_model", 0)
    encoder = load_encoder(context.settings)
    found = _find(context)
    with ExitStack() as stack:
        planner = _open(stack, context, found)
        pool = stack.enter_context(ThreadPoolExecutor(FETCHES_AT_ONCE, "load-picture"))
        writer = stack.enter_context(ChunkWriter(context, found, "import", encoder.info))
        _import_rows(
            context, encoder, _Run(planner, writer, pool, mapping_from_json(found.mapping))
        )
    return _finish(context, found, planner)


def run_dry(context: JobContext) -> Outcome:
    """Say what an import would do; reads every row, decodes no picture and fetches none."""
    found = _find(context)
    with ExitStack() as stack:
        planner = _open(stack, context, found)
        writer = stack.enter_context(ChunkWriter(context, found, "check_rows", None))
        for chunk, candidates in planner.chunks():
            planner.check(chunk, candidates)
            chunk.end()
            writer.add(chunk)
    return _finish(context, found, planner)


@dataclass
class _Run:
    """The threads of one import: who plans, who writes, who loads pictures."""

    planner: Planner
    writer: ChunkWriter
    pool: ThreadPoolExecutor
    mapping: ColumnMapping


def _import_rows(context: JobContext, encoder: "OpenClipEncoder", run: _Run) -> None:
    chunks = run.planner.chunks()
    files, limits = context.files, picture_limits(context.settings)
    while (ahead := next(chunks, None)) is not None:
        for batch in encode_stream(encoder, _outgoing(run, ahead, chunks), files, limits):
            run.writer.require_working()
            for encoded in batch:
                _take_back(encoded, encoder.info.id, run.mapping)


def _outgoing(
    run: _Run,
    first: tuple[Chunk, list[Candidate]],
    chunks: Iterator[tuple[Chunk, list[Candidate]]],
) -> Iterator[ToEncode]:
    """What is to be encoded, chunk by chunk; ends early where too much waits to be written.

    A batch that is not full yet may be what the writer waits for, and only an end flushes it.
    """
    ahead: tuple[Chunk, list[Candidate]] | None = first
    while ahead is not None:
        chunk, candidates = ahead
        run.writer.add(chunk)
        yield from run.planner.work(chunk, candidates, run.pool)
        chunk.end()
        ahead = next(chunks, None) if run.writer.waiting < MAX_WAITING_CHUNKS else None


def _take_back(encoded: Encoded[Outgoing], encoder_id: str, mapping: ColumnMapping) -> None:
    """Hand what was encoded to its chunk, or the reason why it could not be."""
    chunk, candidate = encoded.key.chunk, encoded.key.candidate
    error = encoded.error
    if error is None:
        picture = encoded.picture and replace(encoded.picture, url=encoded.key.picture_url)
        product = NewProduct(encoded.draft, picture, encoded.vectors, encoder_id)
        chunk.put(product, candidate)
    else:
        params = {name: said for name, said in error.params.items() if name != "cause"}
        problem = Problem(error.code, None, params)
        chunk.reject(candidate, [at_picture_column(problem, candidate, mapping)])
    chunk.end()


def _find(context: JobContext) -> CatalogImport:
    with read_session(context.settings) as session:
        return session.get_one(CatalogImport, context.claim.id)


def _open(stack: ExitStack, context: JobContext, found: CatalogImport) -> Planner:
    """Table and pictures of the import, closed with `stack`."""
    settings, files = context.settings, context.files
    mapping = mapping_from_json(found.mapping)
    table = open_table(stack.enter_context(files.require(found.table_sha256).open("rb")))
    paths = [files.require(sha256) for sha256 in found.pictures["zips"]]
    max_picture_bytes = settings.catalog_max_picture_mb * BYTES_PER_MB
    archive = Archive(
        paths,
        max_picture_bytes=max_picture_bytes,
        max_total_bytes=MAX_GROWTH * settings.catalog_max_upload_mb * BYTES_PER_MB,
    )
    pictures = PictureSource(
        stack.enter_context(archive),
        Fetcher(FetchLimits(max_picture_bytes, settings.catalog_fetch_timeout_s)),
        by_id=not {"image", "image_url"} & mapping.fields.keys(),
    )
    return Planner(settings, table, mapping, pictures, files, identify(settings).id, found.next_row)


def _finish(context: JobContext, found: CatalogImport, planner: Planner) -> Outcome:
    """Delete what the table no longer has, where that was asked for, and sum up."""
    missing = 0
    if found.options["deleteMissing"]:
        missing = settle_missing(context, found, planner.seen)
    done = _find(context)
    return {
        "rows": planner.rows,
        "created": done.created,
        "updated": done.updated,
        "unchanged": done.unchanged,
        "deleted": done.deleted + missing,
        "missing": missing,
        "rejected": done.rejected,
        "keptReason": done.kept_reason,
        "dryRun": done.dry_run,
    }

"""Writes finished chunks in their order, in a thread of its own, so that the encoder never waits.

Everything about a chunk is one fenced transaction: what a killed import has written stays as it
is, and what it has not is done again.
"""

import threading
import time
from collections import Counter
from queue import SimpleQueue
from typing import Any

from sqlmodel import Session, col, update

from pipeline.catalog.active import note_first_encoder
from pipeline.catalog.encode.encoder import EncoderInfo
from pipeline.catalog.importing.chunk import FATES, Chunk
from pipeline.catalog.importing.rebase import rebase
from pipeline.catalog.importing.rejections import keep_rejections
from pipeline.catalog.products.delete import delete_products
from pipeline.catalog.products.write import put_products
from pipeline.clock import utc_now
from pipeline.jobs.admission import require_disk
from pipeline.jobs.context import JobContext
from pipeline.models import CatalogImport

LOOK_S = 0.2


class ChunkWriter:
    """Takes chunks in order and writes each once it is done; use it in a `with` block.

    Leaving the block waits until all are written, or raises what kept one from it.
    """

    def __init__(
        self, context: JobContext, found: CatalogImport, stage: str, encoder: EncoderInfo | None
    ) -> None:
        self._context = context
        self._job_id = found.job_id
        self._actor = found.actor
        self._expected_rows = max(found.rows or 0, 1)
        self._rows = found.created + found.updated + found.unchanged + found.deleted
        self._rows += found.rejected
        self._stage = stage
        self._encoder = encoder
        self._chunks: SimpleQueue[Chunk | None] = SimpleQueue()
        self._waiting = 0
        self._stopped = False
        self._error: BaseException | None = None
        self._began_s = time.monotonic()
        self._written_rows = 0
        self._thread = threading.Thread(target=self._run, name="write-chunks", daemon=True)

    def __enter__(self) -> "ChunkWriter":
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        self._stopped = kind is not None
        self._chunks.put(None)
        self._thread.join()
        if kind is None:
            self.require_working()

    @property
    def waiting(self) -> int:
        """Chunks that are not written yet."""
        return self._waiting

    def add(self, chunk: Chunk) -> None:
        """Write this chunk after all earlier ones. Raises what kept an earlier one from it."""
        self.require_working()
        self._waiting += 1
        self._chunks.put(chunk)

    def require_working(self) -> None:
        """Raise what ended the thread, if anything did."""
        if self._error is not None:
            raise self._error

    def _run(self) -> None:
        try:
            while (chunk := self._chunks.get()) is not None:
                while not chunk.done.wait(LOOK_S):
                    if self._stopped:
                        return
                self._write(chunk)
                self._waiting -= 1
        except BaseException as error:  # noqa: BLE001 - raised again in the job's own thread
            self._error = error

    def _write(self, chunk: Chunk) -> None:
        require_disk(self._context.settings)
        self._rows += chunk.rows
        self._written_rows += chunk.rows
        progress = min(99, 100 * self._rows // self._expected_rows)
        with self._context.checkpoint(self._stage, progress) as session:
            keep_rejections(session, self._job_id, sorted(chunk.rejected, key=lambda row: row[0]))
            self._count(session, chunk, self._write_products(session, chunk))

    def _write_products(self, session: Session, chunk: Chunk) -> Counter[str]:
        """What became of the rows. Last of all but the counters: other writers wait from here."""
        now = utc_now()
        counts = chunk.counts + Counter({"rejected": len(chunk.rejected)})
        if self._encoder and any(product.vectors for product, _ in chunk.puts):
            note_first_encoder(session, self._encoder, now)
        if chunk.deletes:
            deleted = delete_products(session, chunk.deletes, now, self._actor)
            # One that somebody else deleted meanwhile is as it was to be.
            counts["deleted"] += len(deleted)
            counts["unchanged"] += len(chunk.deletes) - len(deleted)
        if chunk.puts:
            products = rebase(session, chunk.puts, now)
            counts.update(put_products(session, products, now, self._job_id))
        return counts

    def _count(self, session: Session, chunk: Chunk, counts: Counter[str]) -> None:
        elapsed_s = max(time.monotonic() - self._began_s, 0.001)
        values: dict[str, Any] = {
            fate: getattr(CatalogImport, fate) + counts[fate] for fate in FATES if counts[fate]
        }
        session.connection().execute(
            update(CatalogImport)
            .where(col(CatalogImport.job_id) == self._job_id)
            .values(
                **values,
                next_row=chunk.next_row,
                rows_per_s=round(self._written_rows / elapsed_s, 2),
            )
        )

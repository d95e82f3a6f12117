"""Deciding what becomes of each row before anything is encoded; runs ahead of the encoder."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice

from sqlmodel import Session, col, select

from pipeline.catalog.importing.archive import PictureRefusedError
from pipeline.catalog.importing.candidate import Candidate, read_candidate, read_id
from pipeline.catalog.importing.chunk import Chunk, Fate, Outgoing
from pipeline.catalog.importing.mapping import ColumnMapping, Field
from pipeline.catalog.importing.open_table import Table
from pipeline.catalog.importing.picture_source import Load, PictureSource, load_ahead
from pipeline.catalog.importing.preview import too_many_rows
from pipeline.catalog.importing.table import Problem, Row, RowRefusedError
from pipeline.catalog.product import ProductDraft
from pipeline.catalog.products.find import draft_of, find_products
from pipeline.catalog.products.write import NewProduct
from pipeline.errors import NotFoundError
from pipeline.files import FileStore
from pipeline.models import Product, ProductVector
from pipeline.settings import Settings
from pipeline.store import read_session

# Some six batches of the encoder: what a kill costs at most, and what one commit is spread over.
CHUNK_ROWS = 200

# A row with what is said of its product and the bytes of its picture; None keeps what is there.
ToEncode = tuple[Outgoing, ProductDraft, bytes | None]


@dataclass(frozen=True)
class _Known:
    """A product that is there, and which kinds of vectors it has."""

    product: Product
    draft: ProductDraft
    kinds: frozenset[str]


class Planner:
    """Reads a table from `first_row` on. `seen` maps the ids of the table to their rows."""

    def __init__(
        self,
        settings: Settings,
        table: Table,
        mapping: ColumnMapping,
        pictures: PictureSource,
        files: FileStore,
        encoder_id: str,
        first_row: int,
    ) -> None:
        self._settings = settings
        self._table = table
        self._mapping = mapping
        self._pictures = pictures
        self._files = files
        self._encoder_id = encoder_id
        self._first_row = first_row
        self.seen: dict[str, int] = {}
        self.rows = 0

    def chunks(self) -> Iterator[tuple[Chunk, list[Candidate]]]:
        """Rows that are not written yet, run by run, with those that can be understood."""
        rows = self._rows()
        while taken := list(islice(rows, CHUNK_ROWS)):
            chunk = Chunk(next_row=taken[-1].number + 1, rows=len(taken))
            candidates = [one for row in taken if (one := self._understand(chunk, row))]
            yield chunk, candidates

    def check(self, chunk: Chunk, candidates: Sequence[Candidate]) -> None:
        """Count into `chunk` what would become of them; no picture is decoded or fetched."""
        known = self._find_known(candidates)
        for candidate in candidates:
            before = known.get(candidate.product_id)
            if candidate.deletes:
                chunk.counts["deleted" if before else "unchanged"] += 1
                continue
            try:
                chunk.counts[self._foresee(candidate, before)] += 1
            except RowRefusedError as refused:
                self._reject(chunk, candidate, refused)

    def work(
        self, chunk: Chunk, candidates: Sequence[Candidate], pool: ThreadPoolExecutor
    ) -> Iterator[ToEncode]:
        """Those that need vectors, pictures loaded; all others are settled in `chunk`."""
        known = self._find_known(candidates)
        wanted = self._wanted(chunk, candidates, known)
        for (candidate, draft), loading in load_ahead(wanted, pool):
            before = known.get(candidate.product_id)
            try:
                picture = loading.result() if loading else None
            except PictureRefusedError as refused:
                self._reject(chunk, candidate, refused)
                continue
            work = self._decide(chunk, candidate, draft, before, picture)
            if work is not None:
                chunk.begin()
                yield work

    def _rows(self) -> Iterator[Row]:
        """Rows from the first one on; those before it still say which ids are taken."""
        for row in self._table.rows():
            self.rows += 1
            if self.rows > self._settings.catalog_max_rows:
                raise too_many_rows(self._settings.catalog_max_rows)
            if row.number >= self._first_row:
                yield row
            elif product_id := read_id(row, self._mapping):
                self.seen.setdefault(product_id, row.number)

    def _understand(self, chunk: Chunk, row: Row) -> Candidate | None:
        product_id = read_id(row, self._mapping)
        read = read_candidate(row, self._mapping, self._table.columns)
        problems: tuple[Problem, ...] = () if isinstance(read, Candidate) else read
        if product_id is not None:
            first_row = self.seen.setdefault(product_id, row.number)
            if first_row != row.number:
                column = self._mapping.fields["id"]
                problems = (Problem("ID_TWICE", column, {"first_row": first_row}), *problems)
        if isinstance(read, Candidate) and not problems:
            return read
        chunk.rejected.append((row.number, product_id, row.cells, problems))
        return None

    def _wanted(
        self, chunk: Chunk, candidates: Sequence[Candidate], known: Mapping[str, _Known]
    ) -> Iterator[tuple[tuple[Candidate, ProductDraft], Load | None]]:
        for candidate in candidates:
            before = known.get(candidate.product_id)
            if candidate.deletes:
                if before:
                    chunk.deletes.append(candidate.product_id)
                else:
                    chunk.counts["unchanged"] += 1
                continue
            try:
                draft = _require_draft(candidate, before)
                load = self._pictures.find(candidate)
            except RowRefusedError as refused:
                self._reject(chunk, candidate, refused)
                continue
            if before and _knows_address(candidate, before.product):
                load = None
            yield (candidate, draft), load

    def _decide(
        self,
        chunk: Chunk,
        candidate: Candidate,
        draft: ProductDraft,
        before: _Known | None,
        picture: bytes | None,
    ) -> ToEncode | None:
        """What the encoder must see of it; None where there is nothing new to see."""
        out = Outgoing(chunk, candidate, candidate.image_url)
        if before is None:
            return out, draft, picture
        kept = before.product.picture_sha256
        if picture is not None and kept != hashlib.sha256(picture).hexdigest():
            return out, draft, picture
        content = picture or self._read_kept(before)
        if content and "image" not in before.kinds:
            return Outgoing(chunk, candidate, before.product.picture_url), draft, content
        if "text" not in before.kinds or draft.text != before.draft.text:
            return out, draft, None
        if draft == before.draft:
            chunk.counts["unchanged"] += 1
        else:
            chunk.put(NewProduct(draft), candidate)
        return None

    def _read_kept(self, before: _Known) -> bytes | None:
        """The picture that was never encoded by this model, where it is still kept."""
        if before.product.picture_sha256 is None or "image" in before.kinds:
            return None
        try:
            return self._files.read(before.product.picture_sha256)
        except NotFoundError:
            return None

    def _foresee(self, candidate: Candidate, before: _Known | None) -> Fate:
        draft = _require_draft(candidate, before)
        load = self._pictures.find(candidate)
        if before is None:
            return "created"
        same = draft == before.draft and self._has_same_picture(candidate, before, load)
        return "unchanged" if same else "updated"

    def _has_same_picture(self, candidate: Candidate, before: _Known, load: Load | None) -> bool:
        if load is None or _knows_address(candidate, before.product):
            return True
        if self._pictures.find_entry(candidate) is None:
            return False
        return before.product.picture_sha256 == hashlib.sha256(load()).hexdigest()

    def _find_known(self, candidates: Sequence[Candidate]) -> dict[str, _Known]:
        with read_session(self._settings) as session:
            found = find_products(session, [one.product_id for one in candidates])
            kinds = _kinds_of(session, found, self._encoder_id)
        return {
            product_id: _Known(product, draft_of(product), frozenset(kinds.get(product.id, ())))
            for product_id, product in found.items()
        }

    def _reject(self, chunk: Chunk, candidate: Candidate, refused: RowRefusedError) -> None:
        problem = refused.problem
        if isinstance(refused, PictureRefusedError):
            problem = at_picture_column(problem, candidate, self._mapping)
        chunk.reject(candidate, [problem])


def at_picture_column(problem: Problem, candidate: Candidate, mapping: ColumnMapping) -> Problem:
    """The problem of a picture, at the column that names it."""
    field: Field = "image" if candidate.image else "image_url"
    column = mapping.fields.get(field) or mapping.fields.get("image")
    return Problem(problem.code, column, problem.params)


def _require_draft(candidate: Candidate, before: _Known | None) -> ProductDraft:
    draft = candidate.draft(before.draft if before else None)
    if draft is None:
        raise RowRefusedError("NAME_MISSING")
    return draft


def _knows_address(candidate: Candidate, product: Product) -> bool:
    return bool(
        candidate.image_url
        and product.picture_sha256
        and product.picture_url == candidate.image_url
    )


def _kinds_of(
    session: Session, found: Mapping[str, Product], encoder_id: str
) -> dict[int | None, set[str]]:
    refs = [product.id for product in found.values()]
    rows = session.exec(
        select(ProductVector.product_ref, ProductVector.kind).where(
            col(ProductVector.product_ref).in_(refs), ProductVector.encoder == encoder_id
        )
    )
    kinds: dict[int | None, set[str]] = {}
    for ref, kind in rows:
        kinds.setdefault(ref, set()).add(kind)
    return kinds

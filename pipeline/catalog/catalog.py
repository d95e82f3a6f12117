"""The catalog as the dashboard's process has it: a model in a child, the index, and questions."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Literal, Protocol

from pipeline.catalog.active import note_first_encoder
from pipeline.catalog.encode.encoder import EncoderInfo
from pipeline.catalog.encode.identify import identify
from pipeline.catalog.encode.process import EncoderProcess
from pipeline.catalog.index.encoders import settings_of
from pipeline.catalog.index.owner import IndexOwner
from pipeline.catalog.product import Picture, ProductDraft
from pipeline.catalog.products.addition import note_addition
from pipeline.catalog.products.write import NewProduct, put_products
from pipeline.catalog.search.aims import Aim, NamedProducts, encode_asked, find_named, load_named
from pipeline.catalog.search.ask import Asking, Results, Space
from pipeline.catalog.search.asked_vectors import AskedVectors
from pipeline.catalog.search.checks import check_question
from pipeline.catalog.search.fields import check_fields
from pipeline.catalog.search.question import Answer, Question
from pipeline.catalog.search.scores import CUT_OFF
from pipeline.catalog.vectors import VectorKind, Vectors
from pipeline.clock import utc_now
from pipeline.errors import EncoderUnavailableError
from pipeline.settings import Settings
from pipeline.store import read_session, write_session

# Whether a question that needs the model waits until it is loaded, goes on without it where it is
# not (and has it loaded meanwhile), or does without it.
ModelUse = Literal["wait", "if loaded", "never"]
NOTHING = Results((), 0, True, {})


class Model(Protocol):
    """What the catalog needs of `EncoderProcess`."""

    @property
    def info(self) -> EncoderInfo:
        """Which model; waits until it is loaded."""

    @property
    def is_loaded(self) -> bool:
        """Whether it answers without being loaded first."""

    def warm(self) -> None:
        """Start to load it; returns at once."""

    def encode_texts(self, texts: Sequence[str]) -> Vectors:
        """Shape (texts, dimension)."""

    def encode_pictures(self, pictures: Sequence[bytes]) -> Vectors:
        """Shape (pictures, dimension)."""

    def take_picture(self, content: bytes) -> tuple[Vectors, Picture]:
        """Shape (dimension,), and the picture as it is kept."""

    def close(self) -> None:
        """Let it go."""


class Catalog:
    """One per process that owns an index; safe to share by threads.

    Opens the index and starts the model's child with the first question that needs them.
    """

    def __init__(self, settings: Settings, encoder: Model | None = None) -> None:
        self._settings = settings
        self.index = IndexOwner(settings)
        self.encoder: Model = encoder or EncoderProcess(settings)
        self._asked = AskedVectors(self.encoder)
        self._changing = threading.Lock()
        self._former: _Former | None = None

    def warm(self) -> None:
        """Start to load the model, so that the first question waits less."""
        self.encoder.warm()

    def search(self, question: Question, *, model: ModelUse = "wait") -> Answer:
        """The best answer there is; a partial one where a model is needed that is not used.

        Raises InvalidRequestError, NotFoundError or ConflictError for what cannot be asked,
        EncoderUnavailableError where a model is needed that does not answer, IndexUnavailableError.
        """
        started_s = perf_counter()
        check_question(question)
        active = self.index.active()
        with read_session(self._settings) as session:
            named = find_named(session, question)
            check_fields(session, (*question.wanted.attributes, *question.facets))
        if active is None:
            return self._answer(question, NOTHING, active, started_s)
        is_partial = question.needs_model and not self._may_encode(question, model)
        asked = [] if is_partial or not question.needs_model else self._encode(question, active)
        space = Space(self.index.current(active), active.id, active.dimension)
        results = self._ask(question, space, named, asked)
        return self._answer(question, results, active, started_s, is_partial=is_partial)

    def index_product(self, draft: ProductDraft, picture: bytes | None, actor: str) -> int:
        """Encode a product and write it with its picture; returns the vectors' dimension.

        Without a picture it keeps the one that it has. Raises what `check_picture` raises,
        EncoderUnavailableError and StoreUnavailableError.
        """
        vectors: dict[VectorKind, Vectors] = {"text": self.encoder.encode_texts([draft.text])[0]}
        kept = None
        if picture is not None:
            vectors["image"], kept = self.encoder.take_picture(picture)
        info, now = self.encoder.info, utc_now()
        with write_session(self._settings) as session:
            note_first_encoder(session, info, now)
            note_addition(session, draft, actor, now)
            put_products(session, [NewProduct(draft, kept, vectors, info.id)], now)
        return info.dimension

    def close(self) -> None:
        """End the child and write the index down."""
        self.encoder.close()
        self.index.close()

    def _may_encode(self, question: Question, model: ModelUse) -> bool:
        if model == "wait" or self._asked.knows(question.text, question.picture):
            return True
        if model == "if loaded":
            self.encoder.warm()
            return self.encoder.is_loaded
        return False

    def _encode(self, question: Question, active: EncoderInfo) -> list[Aim]:
        """Raises EncoderUnavailableError ENCODER_CHANGED where the active model is not there."""
        if self.encoder.info.id == active.id:
            return encode_asked(self._asked, question)
        return encode_asked(self._former_model(active).asked, question)

    def _former_model(self, active: EncoderInfo) -> "_Former":
        """While the catalog is encoded anew, questions need the model that it was encoded with."""
        with self._changing:
            if self._former is None or self._former.encoder_id != active.id:
                settings = settings_of(self._settings, active)
                if settings is None:
                    raise _model_is_gone(active)
                self._leave_former()
                model = EncoderProcess(settings)
                self._former = _Former(active.id, model, AskedVectors(model))
            return self._former

    def _leave_former(self) -> None:
        if self._former is not None:
            self._former.model.close()
            self._former = None

    def _ask(
        self, question: Question, space: Space, named: NamedProducts, asked: list[Aim]
    ) -> Results:
        with read_session(self._settings) as session:
            aims = [*asked, *load_named(session, named, space.encoder_id)]
            cut_off = CUT_OFF if question.min_score is None else question.min_score
            return Asking(session, space, question, aims, named, cut_off).results()

    def _answer(
        self,
        question: Question,
        results: Results,
        active: EncoderInfo | None,
        started_s: float,
        *,
        is_partial: bool = False,
    ) -> Answer:
        model = active or identify(self._settings)
        return Answer(
            found=results.found,
            total=results.total,
            model=model.name,
            is_basic=model.is_basic,
            cut_off=CUT_OFF if question.min_score is None else question.min_score,
            no_good_match=results.no_good_match,
            took_ms=round((perf_counter() - started_s) * 1000, 1),
            facets=results.facets,
            is_partial=is_partial,
        )


@dataclass(frozen=True)
class _Former:
    """The model that the catalog was encoded with before the settings named another one."""

    encoder_id: str
    model: Model
    asked: AskedVectors


def _model_is_gone(active: EncoderInfo) -> EncoderUnavailableError:
    return EncoderUnavailableError(
        "ENCODER_CHANGED",
        f"The catalog is still encoded by {active.name}, which is not the model of "
        "COMPTOIR_ENCODER and cannot be loaded any more. Words and pictures can be asked for "
        "once it is encoded again.",
        permanent=False,
        params={"name": active.name},
    )

"""`python -m pipeline.catalog.encode.child FD`: a loaded model that answers over a pipe."""

import os
import sys
import threading
from collections.abc import Iterator, Sequence
from multiprocessing.connection import Connection
from queue import Empty, SimpleQueue
from typing import Any

import structlog

from pipeline.catalog.encode.encoder import Encoder
from pipeline.catalog.encode.exchange import (
    LANES,
    Encoded,
    FromChild,
    Lane,
    Loaded,
    NotLoaded,
    Question,
    Refused,
)
from pipeline.catalog.pictures.check import picture_limits
from pipeline.catalog.pictures.decode import decode_picture
from pipeline.catalog.pictures.keep import keep_decoded
from pipeline.catalog.vectors import Vectors
from pipeline.errors import EncoderUnavailableError, PipelineError
from pipeline.files import open_files
from pipeline.logs import configure_logs
from pipeline.settings import Settings

log = structlog.get_logger(__name__)

# Short questions that wait together are one forward pass.
MAX_TEXTS = 64


class Child:
    """Reads questions in one thread and answers each lane in its own."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self._settings: Settings = pipe.recv()
        self._sending = threading.Lock()
        self._asked: dict[Lane, SimpleQueue[Question]] = {lane: SimpleQueue() for lane in LANES}

    def serve(self) -> None:
        """Until the pipe closes, as it does when the parent ends in whatever way."""
        configure_logs(self._settings)
        threading.Thread(target=self._work, daemon=True).start()
        while True:
            question: Question = self._pipe.recv()
            self._asked[question.lane].put(question)

    def _work(self) -> None:
        encoder = self._load()
        if encoder is None:
            # The reader waits for its parent, which has nothing more to ask.
            os._exit(1)
        self._say(Loaded(encoder.info))
        threading.Thread(target=self._answer_pictures, args=(encoder,), daemon=True).start()
        self._answer_texts(encoder)

    def _load(self) -> Encoder | None:
        try:
            from pipeline.catalog.encode.load import load_encoder

            return load_encoder(self._settings)
        except Exception as error:
            log.exception("encoder_not_loaded")
            self._say(NotLoaded(_unavailable(error)))
            return None

    def _answer_texts(self, encoder: Encoder) -> None:
        while True:
            questions = list(_take_waiting(self._asked["texts"]))
            texts: list[Any] = [text for question in questions for text in question.items]
            try:
                self._hand_out(questions, encoder.encode_texts(texts))
            except Exception as error:  # noqa: BLE001 - whatever it is, the askers must hear of it
                for question in questions:
                    self._say(Refused(question.number, _explain(error)))

    def _hand_out(self, questions: Sequence[Question], vectors: Vectors) -> None:
        first = 0
        for question in questions:
            self._say(Encoded(question.number, vectors[first : first + len(question.items)]))
            first += len(question.items)

    def _answer_pictures(self, encoder: Encoder) -> None:
        while True:
            question = self._asked["pictures"].get()
            try:
                self._say(self._encode_pictures(encoder, question))
            except Exception as error:  # noqa: BLE001 - whatever it is, the asker must hear of it
                self._say(Refused(question.number, _explain(error)))

    def _encode_pictures(self, encoder: Encoder, question: Question) -> Encoded:
        limits = picture_limits(self._settings)
        contents: Sequence[Any] = question.items
        decoded = [decode_picture(content, limits) for content in contents]
        vectors = encoder.encode_pictures([one.image for one in decoded])
        if not question.keeps:
            return Encoded(question.number, vectors)
        files = open_files(self._settings)
        kept = [keep_decoded(files, *both) for both in zip(contents, decoded, strict=True)]
        return Encoded(question.number, vectors, tuple(kept))

    def _say(self, said: FromChild) -> None:
        with self._sending:
            self._pipe.send(said)


def _take_waiting(asked: SimpleQueue[Question]) -> Iterator[Question]:
    """The next question, once it comes, and those that have come meanwhile."""
    question = asked.get()
    texts = len(question.items)
    yield question
    while texts < MAX_TEXTS:
        try:
            question = asked.get_nowait()
        except Empty:
            return
        texts += len(question.items)
        yield question


def _explain(error: Exception) -> PipelineError:
    if isinstance(error, PipelineError):
        return error
    log.exception("encoding_failed", exc_info=error)
    return PipelineError(
        "ENCODING_FAILED",
        "The catalog's model failed at this. Try again; if it stays, tell the administrator.",
        params={"cause": str(error)},
    )


def _unavailable(error: Exception) -> EncoderUnavailableError:
    if isinstance(error, PipelineError):
        return EncoderUnavailableError(
            error.code, error.message, permanent=error.permanent, params=error.params
        )
    cause = str(error) or type(error).__name__
    return EncoderUnavailableError(
        "ENCODER_UNAVAILABLE",
        f"The catalog's model cannot be loaded: {cause}. Check COMPTOIR_ENCODER.",
        params={"cause": cause},
    )


def main(descriptor: int) -> None:
    """Serve over this file descriptor, then end at once: a forward pass may still go on."""
    try:
        Child(Connection(descriptor)).serve()
    except (EOFError, OSError):
        os._exit(0)


if __name__ == "__main__":
    main(int(sys.argv[1]))

"""Structured logs: one line an event, JSON unless a person watches the terminal."""

import logging
import sys

import structlog

from pipeline.settings import Settings


def configure_logs(settings: Settings, *seen_by: structlog.typing.Processor) -> None:
    """Write structlog's lines and the standard library's alike to stderr.

    `seen_by` get each line as values, before it is written.
    """
    as_json = not sys.stderr.isatty() if settings.log_json is None else settings.log_json
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer()
    )
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    # Our own lines do not take the way through the standard library: a job writes three of them.
    structlog.configure(
        processors=[*shared, *seen_by, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *seen_by,
                renderer,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for chatty in ("huey", "alembic", "httpx", "uvicorn.access", "uvicorn.error"):
        logging.getLogger(chatty).setLevel(logging.WARNING)

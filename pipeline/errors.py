"""The one error hierarchy: what went wrong, and whether trying again can help."""

from collections.abc import Mapping


class PipelineError(Exception):
    """A failure that a person can act on.

    `code` is stable and belongs to the failure alone (UPPER_SNAKE); `message` is an English
    sentence saying what to do; `permanent` is True where a retry of the same bytes cannot help;
    `params` fill the translated message of the same code.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        permanent: bool = True,
        params: Mapping[str, str | int | float] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.permanent = permanent
        self.params: dict[str, str | int | float] = dict(params or {})

    def __reduce__(self) -> tuple[object, ...]:
        """Survive the trip from a runner process to its minder."""
        return _rebuild, (type(self), self.code, self.message, self.permanent, self.params)


def _rebuild(
    error_type: type[PipelineError],
    code: str,
    message: str,
    permanent: bool,
    params: dict[str, str | int | float],
) -> PipelineError:
    return error_type(code, message, permanent=permanent, params=params)


class UnsupportedMediaError(PipelineError):
    """The bytes are not a picture or PDF that we read, or not a whole one."""


class PayloadTooLargeError(PipelineError):
    """More bytes, pixels or pages than the settings allow."""


class InvalidRequestError(PipelineError):
    """The request itself is malformed."""


class UnauthorizedError(PipelineError):
    """Nobody that we know asks."""


class ForbiddenError(PipelineError):
    """Whoever asks may not do this."""


class NotFoundError(PipelineError):
    """No such job, receipt or file."""


class ConflictError(PipelineError):
    """The job is in a state in which this cannot be done."""


class StoreUnavailableError(PipelineError):
    """The store cannot be written just now."""


class EncoderUnavailableError(PipelineError):
    """The catalog's model cannot be loaded, or does not answer."""


class RateLimitedError(PipelineError):
    """This client sends or queues more than its share; `retry_after_s` of its params says when."""

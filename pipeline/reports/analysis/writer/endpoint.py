"""Asking an OpenAI-compatible endpoint, with a bound on time and size whatever it does."""

import json
import queue
import threading
from dataclasses import dataclass, field
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

MAX_BYTES = 256 * 1024


class NoAnswerError(Exception):
    """The endpoint gave nothing that can be used. `is_down`: asking again is of no use now."""

    def __init__(self, why: str, *, is_down: bool) -> None:
        super().__init__(why)
        self.is_down = is_down


class _NoRedirect(HTTPRedirectHandler):
    """The key is for the address that was set, not for where that points."""

    def redirect_request(self, *_args: Any, **_named: Any) -> None:
        return None


@dataclass(frozen=True)
class Endpoint:
    """Where to ask, and what for; the key shows up in no text of this object."""

    url: str
    model: str
    timeout_s: float
    key: str | None = field(default=None, repr=False)

    def ask(self, instruction: str, text: str) -> str:
        """The text that the model answers with. Raises NoAnswerError, in time whatever happens."""
        answers: queue.SimpleQueue[bytes | NoAnswerError] = queue.SimpleQueue()
        # A server that sends a byte now and then resets a socket's own clock each time.
        threading.Thread(
            target=lambda: answers.put(self._try(instruction, text)), daemon=True
        ).start()
        try:
            answer = answers.get(timeout=self.timeout_s)
        except queue.Empty:
            raise NoAnswerError("it takes too long", is_down=True) from None
        if isinstance(answer, NoAnswerError):
            raise answer
        return _read_text(answer)

    def _try(self, instruction: str, text: str) -> bytes | NoAnswerError:
        try:
            return self._send(instruction, text)
        except NoAnswerError as error:
            return error
        # http.client raises errors of its own beside OSError and ValueError.
        except Exception as error:  # noqa: BLE001
            return NoAnswerError(type(error).__name__, is_down=isinstance(error, URLError))

    def _send(self, instruction: str, text: str) -> bytes:
        address = self.url.rstrip("/") + "/chat/completions"
        if urlsplit(address).scheme not in ("http", "https"):
            raise NoAnswerError("the address is no http one", is_down=True)
        body = {
            "model": self.model,
            "temperature": 0,
            "messages": [
                {"role": "system", "content": instruction},
                {"role": "user", "content": text},
            ],
        }
        headers = {"Content-Type": "application/json", "User-Agent": "Comptoir"}
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        request = Request(address, json.dumps(body).encode(), headers)  # noqa: S310
        with build_opener(_NoRedirect).open(request, timeout=self.timeout_s) as answer:
            content: bytes = answer.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise NoAnswerError("the answer is too large", is_down=False)
        return content


def _read_text(content: bytes) -> str:
    try:
        text = json.loads(content)["choices"][0]["message"]["content"]
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise NoAnswerError("the answer is no chat completion", is_down=False) from error
    if not isinstance(text, str):
        raise NoAnswerError("the answer holds no text", is_down=False)
    return text

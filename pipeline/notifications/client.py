"""smtplib's client with an end to every wait: a server that drips holds nobody for longer."""

import io
import smtplib
import socket
import time
from typing import Any

# What one piece may take is one time-out: a large file on a slow line must not look like a hang.
PIECE_BYTES = 65_536
# The slowest line that a large file still gets through.
SLOWEST_BYTES_PER_S = 100_000
# Far more than any server says at once.
MAX_ANSWER_BYTES = 65_536
# To give up on the answer to the content is to send a second time what may have been taken, and
# servers look for viruses before they answer (RFC 5321, 4.5.3.2.6, has ten minutes).
TAKING_TIMES = 2


class Client(smtplib.SMTP):
    """`timeout` bounds each answer as a whole, not only the pauses in it."""

    def getreply(self) -> tuple[int, bytes]:
        """As smtplib's; raises SMTPServerDisconnected out of TimeoutError when time is up."""
        assert self.sock is not None
        if self.file is None:
            self._answers = _Answers(self.sock)
            self.file = io.BufferedReader(self._answers)
        self._answers.begin(self.timeout)
        answer = super().getreply()
        # What follows, a handshake for one, has its whole time.
        self.sock.settimeout(self.timeout)
        return answer

    def send(self, s: bytes | bytearray | memoryview | str) -> None:  # type: ignore[override]
        """As smtplib's, in pieces. Raises TimeoutError where the whole takes too long."""
        data = memoryview(s.encode(self.command_encoding) if isinstance(s, str) else s)
        until_s = time.monotonic() + self.timeout + len(data) / SLOWEST_BYTES_PER_S
        for start in range(0, len(data), PIECE_BYTES):
            if self.sock is not None:
                self.sock.settimeout(min(self.timeout, _time_left_s(until_s)))
            super().send(data[start : start + PIECE_BYTES])

    def data(self, msg: Any) -> tuple[int, bytes]:
        """As smtplib's, with more patience: here, giving up may mean to send twice."""
        usual_s, self.timeout = self.timeout, self.timeout * TAKING_TIMES
        try:
            return super().data(msg)
        finally:
            self.timeout = usual_s


class TlsClient(Client, smtplib.SMTP_SSL):
    """The same on a port that speaks TLS from the first byte."""


class _Answers(io.RawIOBase):
    """What the server says: until a moment, and not more than anybody would keep."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def begin(self, within_s: float) -> None:
        """Another answer is awaited."""
        self._until_s = time.monotonic() + within_s
        self._left_bytes = MAX_ANSWER_BYTES

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._connection.settimeout(_time_left_s(self._until_s))
        read = self._connection.recv_into(buffer)
        self._left_bytes -= read
        if self._left_bytes < 0:
            raise ConnectionError("the server says more than an answer")
        return read


def _time_left_s(until_s: float) -> float:
    left_s = until_s - time.monotonic()
    if left_s <= 0:
        raise TimeoutError("no answer in time")
    return left_s

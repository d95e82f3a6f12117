"""An OpenAI-compatible endpoint on this machine that answers as a test says."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class ChatServer:
    """`url` for the setting; what was asked of it, with the headers that came along."""

    url: str
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)


@contextmanager
def serve_chat(
    answer: Callable[[BaseHTTPRequestHandler, str], None],
) -> Iterator[ChatServer]:
    """Serve until the block ends; `answer` gets the handler and the text to reword."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            server.asked.append({"path": self.path, **asked})
            server.headers.append(dict(self.headers))
            answer(self, asked["messages"][-1]["content"])

        def log_message(self, *_args: Any) -> None:
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening.daemon_threads = True
    server = ChatServer(f"http://127.0.0.1:{listening.server_port}/v1")
    thread = threading.Thread(target=listening.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        listening.shutdown()
        listening.server_close()
        thread.join(5)


def say(handler: BaseHTTPRequestHandler, text: str) -> None:
    """Answer as a chat completion."""
    send(handler, json.dumps({"choices": [{"message": {"content": text}}]}).encode())


def send(handler: BaseHTTPRequestHandler, content: bytes, status: int = 200) -> None:
    """Answer with these bytes."""
    handler.send_response(status)
    handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    handler.wfile.write(content)

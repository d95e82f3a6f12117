"""`python -m dashboard`: the whole of Comptoir on one port, until Ctrl-C or SIGTERM."""

import errno
import gc
import os
import signal
import socket
import sys
import threading
import webbrowser

import uvicorn

# Browsers keep their page's websocket open; they get this long to hang up.
HANG_UP_S = 2


class Server(uvicorn.Server):
    """Says where it can be reached as soon as it can."""

    def __init__(self, config: uvicorn.Config, url: str) -> None:
        super().__init__(config)
        self._url = url

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            print(f"Comptoir is ready: {self._url}  (Ctrl-C stops it)", flush=True)
            if has_desktop():
                # In a thread: some browsers keep the call until they are closed.
                threading.Thread(target=webbrowser.open, args=(self._url,), daemon=True).start()


def main() -> int:
    """Serve; returns the exit code."""
    # Nothing of what is loaded now is garbage; looking for some took a quarter of the start.
    gc.disable()
    from dashboard.asgi import app
    from pipeline.settings import get_settings

    gc.freeze()
    gc.enable()
    settings = get_settings()
    try:
        listener = bind(settings.host, settings.port)
    except OSError as error:
        print(explain_bind_error(error, settings.host, settings.port), file=sys.stderr)
        return 1
    # The server acts on both signals and raises them again when it is done; by then there is
    # nothing left to do.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _signal, _frame: None)
    config = uvicorn.Config(
        app,
        log_config=None,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=HANG_UP_S,
        server_header=False,
        # Whoever may name the caller's address may evade the rate limit.
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
    )
    with listener:
        port = listener.getsockname()[1]
        Server(config, url_of(settings.host, port)).run([listener])
    return 0


def has_desktop() -> bool:
    """Whether a person sits here with a desktop, rather than a script, a server or a container."""
    on_desktop = sys.platform == "darwin" or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )
    return on_desktop and sys.stdout.isatty()


def bind(host: str, port: int) -> socket.socket:
    """A socket on the first address of `host`, not yet listening. Raises OSError."""
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP
    )[0]
    # asyncio switches Nagle's delay (40 ms an answer) off only where the protocol is named.
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
    except OSError:
        listener.close()
        raise
    return listener


def explain_bind_error(error: OSError, host: str, port: int) -> str:
    """Why we cannot listen there, and what to do about it."""
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} is in use already, perhaps by another Comptoir: look at "
            f"{url_of(host, port)}. To run a second one beside it, choose another port and "
            f"folder: COMPTOIR_PORT={port + 1} COMPTOIR_DATA_DIR=data-{port + 1}"
        )
    if error.errno == errno.EACCES:
        return f"This account may not open port {port}. Choose one above 1023: COMPTOIR_PORT=8501"
    return f"Cannot listen on {host}, port {port}: {error.strerror}. Check COMPTOIR_HOST."


def url_of(host: str, port: int) -> str:
    """The address to type into a browser on this machine."""
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 - recognised, not bound
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)

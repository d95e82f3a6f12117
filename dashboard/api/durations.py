"""How long the API takes to answer, by route: ASGI middleware that counts, read by `/metrics`."""

from time import perf_counter

from prometheus_client import Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# 5 ms is a list from an index, 10 s an upload over a slow line.
BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
KNOWN_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})

# Of this process since it started: several are summed by whoever asks.
DURATIONS = Histogram(
    "http_request_duration_seconds",
    "How long the API took to answer, up to the last byte.",
    ["method", "route", "status"],
    buckets=BUCKETS_S,
    registry=None,
)


class Durations:
    """Around everything of the API; what leads to no route is counted as one, whatever was asked.

    A route is told with its parameters' names: there are as many series as routes, not as ids.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started_s, status, outer = perf_counter(), 500, scope.get("route")

        async def send_and_note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, send_and_note)
        finally:
            # As long as none of ours was found, it is still that of the application around us.
            found = scope.get("route")
            route = getattr(found, "path", "unknown") if found is not outer else "unknown"
            method = scope["method"] if scope["method"] in KNOWN_METHODS else "other"
            # 2xx and so on: the very number is in the log.
            place = DURATIONS.labels(method, route, f"{status // 100}xx")
            place.observe(perf_counter() - started_s)

"""A browser without a screen: speaks to Streamlit's websocket as a page does, and times its runs.

From the message that asks for a run until the server says that it is finished, so the run itself,
the queue before it and all that is sent to the page; nothing of what a browser does with it.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from websockets.asyncio.client import ClientConnection, connect

RUN_WITHIN_S = 120.0
PROTOCOL = "streamlit"
ENDINGS = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)


@dataclass
class PageClient:
    """One open page; `fragments` are those that refresh themselves, with their pace in seconds."""

    socket: ClientConnection
    url: str
    fragments: dict[str, float] = field(default_factory=dict)
    received_bytes: int = 0
    _script_hash: str = ""

    async def open(self) -> float:
        """The first run of the page; returns its milliseconds."""
        return await self._run(BackMsg())

    async def refresh(self, fragment_id: str) -> float:
        """One run of a fragment as its timer asks for it; returns its milliseconds."""
        asked = BackMsg()
        asked.rerun_script.fragment_id = fragment_id
        asked.rerun_script.is_auto_rerun = True
        return await self._run(asked)

    async def watch(self, until_s: float) -> list[float]:
        """Refresh every fragment at its pace until then; returns the milliseconds of each."""
        due = {one: time.monotonic() + pace_s for one, pace_s in self.fragments.items()}
        times_ms = []
        while due and (at_s := min(due.values())) < until_s:
            await asyncio.sleep(max(0.0, at_s - time.monotonic()))
            fragment_id = min(due, key=lambda one: due[one])
            times_ms.append(await self.refresh(fragment_id))
            # A whole run in between may have put others in their place.
            due = {one: due.get(one, at_s + pace_s) for one, pace_s in self.fragments.items()}
            if fragment_id in due:
                due[fragment_id] = max(at_s, time.monotonic()) + self.fragments[fragment_id]
        await asyncio.sleep(max(0.0, until_s - time.monotonic()))
        return times_ms

    async def _run(self, asked: BackMsg) -> float:
        page = urlsplit(self.url)
        state = asked.rerun_script
        state.query_string = page.query
        state.page_script_hash = self._script_hash
        state.page_name = "" if self._script_hash else page.path.strip("/")
        # An empty list is sent too, as by a page of which nothing was touched.
        state.widget_states.CopyFrom(WidgetStates())
        state.context_info.url = self.url
        state.context_info.locale = "en-GB"
        state.context_info.timezone = "Europe/Paris"
        started_s = time.perf_counter()
        await self.socket.send(asked.SerializeToString())
        async with asyncio.timeout(RUN_WITHIN_S):
            while not self._take(await self.socket.recv()):
                pass
        return 1000 * (time.perf_counter() - started_s)

    def _take(self, content: str | bytes) -> bool:
        """Note what a message says; whether it is the end of a run."""
        assert isinstance(content, bytes)
        self.received_bytes += len(content)
        message = ForwardMsg.FromString(content)
        match message.WhichOneof("type"):
            case "new_session":
                self._script_hash = message.new_session.page_script_hash
                # A run of the whole page says anew what refreshes itself.
                if not message.metadata.run.fragment_ids:
                    self.fragments = {}
            case "auto_rerun":
                self.fragments[message.auto_rerun.fragment_id] = message.auto_rerun.interval
            case "stop_auto_rerun":
                for fragment_id in message.stop_auto_rerun.fragment_ids:
                    self.fragments.pop(fragment_id, None)
            case "script_finished":
                # One that was interrupted by another is followed by that one's end.
                return message.script_finished in ENDINGS
        return False


@asynccontextmanager
async def open_client(url: str) -> AsyncIterator[PageClient]:
    """A page at `url`, connected, before its first run."""
    parts = urlsplit(url)
    address = f"ws://{parts.netloc}/_stcore/stream"
    async with connect(address, subprotocols=[PROTOCOL], max_size=None) as socket:  # type: ignore[list-item]
        yield PageClient(socket, url)

"""What the server spends on people who leave the page of queues open."""

import asyncio
import time

import psutil

from pipeline.settings import Settings
from tests.bench.page_client import open_client
from tests.bench.page_servers import serve
from tests.support.server import Server

VIEWED_S, SETTLED_S = 30.0, 5.0


def measure_viewers(settings: Settings, count: int) -> tuple[float, list[float]]:
    """Cores that the server takes while so many watch the queues, and their refreshes in ms."""
    with serve(settings) as server:
        return asyncio.run(_view(server, count))


async def _view(server: Server, count: int) -> tuple[float, list[float]]:
    process = psutil.Process(server.process.pid)

    async def look(number: int) -> list[float]:
        # They did not all come in the same moment.
        await asyncio.sleep(SETTLED_S * number / count)
        async with open_client(f"{server.base_url}/queues") as client:
            await client.open()
            await client.watch(begins_s)
            return await client.watch(begins_s + VIEWED_S)

    begins_s = time.monotonic() + 3 * SETTLED_S
    viewers = [asyncio.create_task(look(number)) for number in range(count)]
    await asyncio.sleep(begins_s - time.monotonic())
    before_s, started_s = _cpu_s(process), time.monotonic()
    await asyncio.sleep(VIEWED_S)
    cores = (_cpu_s(process) - before_s) / (time.monotonic() - started_s)
    return cores, [spent_ms for one in await asyncio.gather(*viewers) for spent_ms in one]


def _cpu_s(process: psutil.Process) -> float:
    spent = process.cpu_times()
    return float(spent.user + spent.system)

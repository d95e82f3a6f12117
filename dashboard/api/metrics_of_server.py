"""The part of `/metrics` that is of this server alone: its process, its disk, its answers."""

import shutil
from collections import defaultdict
from collections.abc import Iterator

from prometheus_client import ProcessCollector
from prometheus_client.core import GaugeMetricFamily, Metric

from dashboard.api.durations import DURATIONS
from pipeline.jobs.queue_states import WorkerNow
from pipeline.settings import BYTES_PER_MB, Settings

_PROCESS = ProcessCollector(registry=None)


def tell_server(settings: Settings) -> Iterator[Metric]:
    """Memory, time and open files of the process, room on the disk, how long answers take."""
    yield from _PROCESS.collect()
    yield from DURATIONS.collect()
    usage = shutil.disk_usage(settings.data_dir)
    floor_bytes = settings.disk_floor_mb * BYTES_PER_MB
    yield _gauge("disk_free_bytes", "Free on the disk of the data folder.", usage.free)
    yield _gauge("disk_total_bytes", "Size of the disk of the data folder.", usage.total)
    yield _gauge("disk_floor_bytes", "Below this much free, nothing is taken in.", floor_bytes)


def tell_memory(workers: list[WorkerNow]) -> Metric:
    """What workers and their runners hold, by host: ids of workers come and go."""
    family = GaugeMetricFamily(
        "worker_memory_bytes", "Memory of the living workers of a host.", labels=["host"]
    )
    held: defaultdict[str, int] = defaultdict(int)
    for worker in workers:
        if worker.is_alive:
            held[worker.row.host] += worker.row.memory_bytes
    for host in sorted(held):
        family.add_metric([host], held[host])
    return family


def _gauge(name: str, said: str, value: float) -> Metric:
    return GaugeMetricFamily(name, said, value=float(value))

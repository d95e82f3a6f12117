"""The snapshot of a report: taken by the first of its jobs that asks, read by all the others."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pipeline.files import FileStore
from pipeline.jobs.context import JobContext
from pipeline.reports.order import ReportOrder
from pipeline.reports.save import MadeFile
from pipeline.reports.snapshot.read import Snapshot, open_snapshot
from pipeline.reports.snapshot.take import take_snapshots

STAGE = "snapshot"
# Another number, and what an older version took is not read again.
VERSION = "2"


@dataclass(frozen=True)
class Snapshots:
    """The data of the days that were asked for, and of those before where these are compared.

    Days before are compared where receipts go back to the first of them: what is there only in part
    would make every change a growth. Else `previous` is None and `current.nothing_before` says so.
    """

    current: Snapshot
    previous: Snapshot | None

    def files(self) -> list[MadeFile]:
        """What of it is in the file store, for the outcome of the report."""
        found = [*self.current.kept, *(self.previous.kept if self.previous else ())]
        return [replace(file, position=position) for position, file in enumerate(found)]

    def to_json(self) -> dict[str, Any]:
        """Names of the files and all that is not in them; `open_snapshots` reads it."""
        return {
            "current": self.current.to_json(),
            "previous": self.previous.to_json() if self.previous else None,
        }


def open_snapshots(files: FileStore, values: Mapping[str, Any]) -> Snapshots:
    """What `Snapshots.to_json` wrote."""
    previous = values["previous"]
    return Snapshots(
        current=open_snapshot(files, values["current"]),
        previous=open_snapshot(files, previous) if previous else None,
    )


def snapshot_of(context: JobContext, order: ReportOrder) -> Snapshots:
    """The data of this report, taken now or by an earlier attempt or part of it.

    Taken anew where its files are gone, as those of a report that is tried again after days are.
    """
    report_id = context.claim.root_id or context.claim.id
    values = context.load_stage(report_id, STAGE, VERSION)
    if values is not None:
        known = open_snapshots(context.files, values)
        if context.files.has(*(file.sha256 for file in known.files())):
            return known
    snapshots = Snapshots(*take_snapshots(context.settings, context.files, order))
    context.save_stage(report_id, STAGE, VERSION, snapshots.to_json())
    return snapshots

"""Reports that are made again and again: kept, described, and made when they are due."""

from pipeline.reports.schedules.cron import PRESETS, Preset, next_runs
from pipeline.reports.schedules.drafts import ScheduleDraft, draft_of
from pipeline.reports.schedules.edit import (
    add_schedule,
    change_schedule,
    delete_schedule,
    get_schedule,
    list_schedules,
    pause_schedule,
    resume_schedule,
    send_test,
)
from pipeline.reports.schedules.words import describe

__all__ = [
    "PRESETS",
    "Preset",
    "ScheduleDraft",
    "add_schedule",
    "change_schedule",
    "delete_schedule",
    "describe",
    "draft_of",
    "get_schedule",
    "list_schedules",
    "next_runs",
    "pause_schedule",
    "resume_schedule",
    "send_test",
]

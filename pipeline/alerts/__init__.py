"""Alerts: rules on the state of the queues, workers and disk, and telling people about it.

`rules` says what a rule is and `edit` keeps them; `measure` looks, `judge` decides, `look` writes
what was decided, `deliveries` sends it, `watcher` does all of that every few seconds.
"""

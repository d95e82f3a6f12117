"""Jobs under fire: a run that submits, kills, wipes and locks, and what must be true after it.

`tests.bench.chaos` prints its table; `tests/integration/jobs/test_chaos.py` runs a short one.
"""

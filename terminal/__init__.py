"""What an administrator asks for at a terminal: looking at the queues, and steering jobs.

`commands` registers everything with the command line of `worker.py`; it imports the rest when a
command runs, so that a worker that only serves stays small.
"""

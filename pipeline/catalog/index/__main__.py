"""`python -m pipeline.catalog.index rebuild` builds the search index anew from the store.

`python -m pipeline.catalog.index encode` begins to encode the catalog with the model that
COMPTOIR_ENCODER names, as the start of a dashboard does.
"""

import sys

from pipeline.catalog.index.encoders import follow_settings
from pipeline.catalog.index.rebuild import rebuild
from pipeline.clock import utc_now
from pipeline.errors import PipelineError
from pipeline.settings import Settings
from pipeline.starting import read_settings_or_exit
from pipeline.store import migrate_when_ready

USAGE = "usage: python -m pipeline.catalog.index rebuild|encode"


def encode(settings: Settings) -> str:
    """Submit the job where there is one to do; says what it did."""
    job = follow_settings(settings, utc_now())
    if job is None:
        return "The catalog has the model of COMPTOIR_ENCODER already, or holds no product yet."
    return (
        f"Job {job.id} encodes the catalog with {job.payload['name']}. Searches go on with the "
        "former model; a running dashboard changes over once everything is encoded."
    )


COMMANDS = {"rebuild": rebuild, "encode": encode}


def main(argv: list[str]) -> int:
    """Run one command; 1 with a sentence where it cannot be done, 2 where it is none."""
    if len(argv) != 1 or argv[0] not in COMMANDS:
        sys.stderr.write(f"{USAGE}\n")
        return 2
    settings = read_settings_or_exit()
    try:
        migrate_when_ready(settings)
        print(COMMANDS[argv[0]](settings))
    except PipelineError as error:
        sys.stderr.write(f"{error.message}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

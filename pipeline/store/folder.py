"""The folder of the data: made, or taken over, for its owner alone."""

from contextlib import suppress
from pathlib import Path

# What an installation puts there; with none of it the folder was not ours before.
OURS = ("comptoir.db", "broker.db", "files", "index")
OWNER_ALONE = 0o700


def make_folder(folder: Path) -> None:
    """Make it where there is none; hashes of passwords and whole receipts are to be in it.

    One that is there already, as the default one is in a checkout, is closed to others at first
    use; what somebody opened to others later stays so. Raises OSError.
    """
    folder.mkdir(mode=OWNER_ALONE, parents=True, exist_ok=True)
    if not any((folder / name).exists() for name in OURS):
        # A mounted one may belong to another account, who has said what may be seen.
        with suppress(PermissionError):
            folder.chmod(OWNER_ALONE)

"""LibreOffice without a window, on a profile of its own: calculates a workbook anew."""

import shutil
import subprocess
from pathlib import Path

HAS_LIBREOFFICE = shutil.which("soffice") is not None
# Excel's files are shown with the values they hold unless this says otherwise: always.
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


def recalculate(workbook: Path, folder: Path) -> Path:
    """The workbook with every formula calculated anew, as a file of its own in `folder`."""
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_PROFILE)
    made = folder / "recalculated"
    subprocess.run(
        [
            *("soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless"),
            *("--convert-to", "xlsx", "--outdir", str(made), str(workbook)),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    return made / workbook.name

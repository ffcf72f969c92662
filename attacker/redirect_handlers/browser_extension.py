"""A browser extension that the victim has installed for another reason (RFC 9700 section 3, A3).

It needs the permission to watch web requests, as every content blocker does. Nothing in the
browser stops it: what it reads it hands to the thief's server, in the victim's own traffic.
"""

import json
import shutil
from pathlib import Path

_FILES = Path(__file__).with_name("extension")


def pack(folder: Path, collector: str) -> Path:
    """Write the unpacked extension to ``folder``, which must not exist; it is given back.

    ``collector`` is the URL that the extension reports to.
    """
    shutil.copytree(_FILES, folder)
    (folder / "collector.js").write_text(f"const COLLECTOR = {json.dumps(collector)};\n")
    return folder

"""What the servers in Python have in common: how they are installed, started and told."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from victim.lab.hosting import configuration
from victim.lab.server import LabError, Launch, Tool
from victim.lab.workshop import Workshop

HERE = Path(__file__).parent

# uv names itself to what it runs; a version manager's shim of that name may be on PATH and broken.
_UV = os.environ.get("UV", "uv")
NEEDS = (Tool(_UV, "Install uv, or start codejack with it: uv run codejack."),)

# As pip does: a company's own authority is in the machine's store, not in uv's.
_TRUST = {"UV_SYSTEM_CERTS": "true", "UV_NATIVE_TLS": "true"}
_LAST_LINES = 5


def installer(name: str, files: Path, **settings: object) -> Callable[[Workshop], None]:
    """How to install what ``requirements.txt`` in the folder ``files`` pins, by version and digest.

    ``settings`` are told to the host in addition to what every host knows.
    """

    def prepare(workshop: Workshop) -> None:
        requirements = files / "requirements.txt"
        key = f"{sys.version}\n{requirements.read_text()}"

        def install(folder: Path) -> None:
            workshop.tell(f"Installing {name} with uv")
            _uv(name, "venv", "--quiet", "--allow-existing", "--python", sys.executable, folder)
            python = folder / "bin/python"
            _uv(name, "pip", "sync", "--require-hashes", "--python", python, requirements)

        workshop.installed(f"python/{name}", key, install)
        own = {"state": str(workshop.state), "key": workshop.secret("key")}
        told = configuration(workshop) | own | settings
        workshop.write("config.json", json.dumps(told, indent=2))

    return prepare


def launcher(name: str, files: Path) -> Callable[[Workshop], Launch]:
    """How to start it: ``serve.py`` of the folder ``files``, told where its configuration is."""

    def launch(workshop: Workshop) -> Launch:
        python = workshop.packages / "python" / name / "bin/python"
        config = workshop.state / "config.json"
        # The programs lie in the source tree, where nothing is to be left.
        environment = {"PYTHONDONTWRITEBYTECODE": "1", "LAB_CONFIG": str(config)}
        return Launch((str(python), str(files / "serve.py")), files, environment)

    return launch


def _uv(name: str, *arguments: str | Path) -> None:
    answer = subprocess.run(
        [_UV, *arguments],
        env=os.environ | _TRUST,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if answer.returncode:
        last = answer.stdout.splitlines()[-_LAST_LINES:]
        remedy = "Look whether uv reaches its package index, and start it again."
        raise LabError("\n".join([f"uv could not install {name}:", *last, remedy]))

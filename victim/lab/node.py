"""What the servers on Node.js have in common: how they are installed, started and told."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from victim.lab.hosting import configuration
from victim.lab.server import LabError, Launch, Tool
from victim.lab.workshop import Workshop

HERE = Path(__file__).parent
NEEDS = (
    Tool("node", "Install Node.js 20 or later.", at_least=20),
    Tool("npm", "Install npm, which comes with Node.js; on Debian: apt-get install npm."),
)

_COMMON = HERE / "node_files"
_NPM = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
_LAST_LINES = 5


def installer(name: str, lock: Path) -> Callable[[Workshop], None]:
    """How to install what the ``package-lock.json`` in the folder ``lock`` pins.

    The programs of the family, which lie in ``lock`` or above it, and what they share are put
    beside the installed packages, because that is where Node.js looks from.
    """
    sources = [folder for folder in (_COMMON, lock.parent, lock) if folder != HERE]

    def prepare(workshop: Workshop) -> None:
        key = (lock / "package-lock.json").read_text()

        def install(folder: Path) -> None:
            workshop.tell(f"Installing {name} with npm")
            for file in ("package.json", "package-lock.json"):
                shutil.copy(lock / file, folder)
            _npm_ci(name, folder)

        folder = workshop.installed(f"node/{name}", key, install)
        for source in sources:
            for program in source.glob("*.mjs"):
                shutil.copy(program, folder)
        workshop.write("config.json", json.dumps(configuration(workshop), indent=2))

    return prepare


def launcher(name: str) -> Callable[[Workshop], Launch]:
    """How to start it: ``server.mjs``, told where its configuration is."""

    def launch(workshop: Workshop) -> Launch:
        config = workshop.state / "config.json"
        folder = workshop.packages / "node" / name
        return Launch(("node", "server.mjs", str(config)), folder)

    return launch


def _npm_ci(name: str, folder: Path) -> None:
    answer = subprocess.run(
        _NPM, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if answer.returncode:
        last = answer.stdout.splitlines()[-_LAST_LINES:]
        remedy = "Look whether npm reaches its registry, and start it again."
        raise LabError("\n".join([f"npm could not install {name}:", *last, remedy]))

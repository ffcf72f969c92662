"""Packages of Debian that a server is made of: looked for, and installed if this user may."""

import os
import subprocess
from collections.abc import Sequence

from victim.lab.server import LabError, Tool
from victim.lab.workshop import Workshop

NEEDS = (Tool("dpkg-query", "Start it on Debian 12, or in a container of it."),)

_LAST_LINES = 5


def install(workshop: Workshop, packages: Sequence[str]) -> None:
    """Have these packages installed; raises :class:`LabError` with the command for root to run."""
    missing = [package for package in packages if not version(package)]
    if not missing:
        return
    command = ["apt-get", "install", "--yes", "--no-install-recommends", *missing]
    if os.geteuid():
        raise LabError(f"Packages are missing. As root: {' '.join(command)}")
    workshop.tell(f"Installing with apt-get: {' '.join(missing)}")
    answer = subprocess.run(
        command,
        env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if answer.returncode:
        last = answer.stdout.splitlines()[-_LAST_LINES:]
        remedy = "Run apt-get update, look whether this is Debian 12, and start it again."
        raise LabError("\n".join(["apt-get could not install it:", *last, remedy]))


def version(package: str) -> str:
    """The version of a package that is installed; empty when it is not."""
    query = ("dpkg-query", "--show", "--showformat=${db:Status-Status} ${Version}", package)
    answer = subprocess.run(query, capture_output=True, text=True, check=False)
    status, _, found = answer.stdout.partition(" ")
    return found if status == "installed" else ""

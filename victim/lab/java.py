"""What the servers on Java have in common: what they need of the machine, and Maven."""

import os
import subprocess
from pathlib import Path

from victim.lab.server import LabError, Tool

JAVA = Tool(
    "java",
    "Install Java 17 or later; on Debian: apt-get install openjdk-17-jdk-headless.",
    at_least=17,
    version=("-version",),
)
COMPILER = Tool(
    "javac",
    "A JDK is needed, not only a JRE; on Debian: apt-get install openjdk-17-jdk-headless.",
)
MAVEN = Tool("mvn", "Install Maven 3.6.3 or later; on Debian: apt-get install maven.")
QUICK_START = "-XX:TieredStopAtLevel=1"
"""For a Java that lives for minutes: compile at once, and optimise little."""

_HEAP = "-Xmx512m"
_LAST_LINES = 8


def maven(what: str, folder: Path, *arguments: str) -> None:
    """Let Maven work in a folder; ``what`` says for people what it is to install.

    Packages come from the repositories that the user's own settings name, and stay in the user's
    local one. Raises :class:`LabError` with the end of what Maven said.
    """
    answer = subprocess.run(
        # Its colours, which some versions print even into a pipe, would garble the message.
        ("mvn", "--batch-mode", "--quiet", "-Dstyle.color=never", *arguments),
        cwd=folder,
        env={"MAVEN_OPTS": _HEAP} | os.environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if answer.returncode:
        said = [line for line in answer.stdout.splitlines() if line.strip()][-_LAST_LINES:]
        remedy = "Look whether Maven reaches its repository, and start it again."
        raise LabError("\n".join([f"Maven could not install {what}:", *said, remedy]))

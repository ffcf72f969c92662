"""What there is to say about one server of the lab."""

import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from victim.lab.workshop import Workshop


class LabError(Exception):
    """A server cannot be installed, started or ended; the message ends with what to do."""


@dataclass(frozen=True)
class Tool:
    """A program that a server needs on this machine.

    ``remedy`` is a sentence. ``version`` are the arguments that make it print its version, looked
    at only when ``at_least``, a major version, is given.
    """

    name: str
    remedy: str
    at_least: int = 0
    version: tuple[str, ...] = ("--version",)

    def problem(self) -> str:
        """What is wrong with it here, and the remedy; empty when nothing is."""
        path = shutil.which(self.name)
        if not path:
            return f"{self.name} is not on PATH. {self.remedy}"
        if self.at_least and (found := self._major(path)) < self.at_least:
            return f"{path} is of version {found}, {self.at_least} is needed. {self.remedy}"
        return ""

    def _major(self, path: str) -> int:
        try:
            answer = subprocess.run(
                [path, *self.version], capture_output=True, text=True, timeout=30, check=False
            )
        except (OSError, subprocess.TimeoutExpired):
            return 0
        # ``java -version`` speaks on standard error.
        number = re.search(r"\d+", answer.stdout or answer.stderr)
        return int(number[0]) if number else 0


@dataclass(frozen=True)
class Launch:
    """The process that a server is: it stays in the foreground, and speaks to its log."""

    command: tuple[str, ...]
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    """In addition to that of codejack. Secrets are better off in a file of the workshop's."""


@dataclass(frozen=True)
class LabServer:
    """A real server, pinned, that can be started on loopback.

    ``prepare`` installs it and writes its configuration; it is called before every start, so what
    takes long is done through :meth:`Workshop.installed`. ``launch`` then says what to run,
    ``ready`` is the path that answers with a status below 400 as soon as it serves, and
    ``target_file`` gives the text of its ``NAME.idp.toml``
    (:func:`victim.lab.target_file.target_text`).

    ``prepare`` and ``launch`` raise :class:`LabError` or :class:`OSError`.
    """

    name: str
    title: str
    """Product and version, as people say it."""
    about: str
    """How it is set up, in a sentence; with the published flaw, if that is what it is here for."""
    prepare: Callable[[Workshop], None]
    launch: Callable[[Workshop], Launch]
    target_file: Callable[[Workshop], str]
    needs: tuple[Tool, ...] = ()
    ready: str = "/.well-known/openid-configuration"
    patience_seconds: float = 60
    """How long it may take from its start until it serves; installing does not count."""

    def problems(self) -> list[str]:
        """What this machine lacks for it, each with its remedy."""
        return [problem for tool in self.needs if (problem := tool.problem())]

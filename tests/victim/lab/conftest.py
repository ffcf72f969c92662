"""Real servers for the tests of the lab: installed once per machine, started once per module."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from scenarios.stage.caretaker import Caretaker
from victim.lab.catalogue import SERVERS
from victim.lab.lab import Lab


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Path]]:
    """Start a server of the catalogue, unless it was; the path of its target file."""
    lab = Lab(states=tmp_path_factory.mktemp("lab"))
    targets: dict[str, Path] = {}
    with Caretaker() as caretaker, pytest.MonkeyPatch.context() as patch, ExitStack() as running:
        for name, value in caretaker.environment().items():
            patch.setenv(name, value)  # inherited by the servers, which so end even after kill -9

        def target_of(name: str) -> Path:
            if name not in targets:
                targets[name] = running.enter_context(lab.running(SERVERS[name]))
            return targets[name]

        yield target_of
    assert not [name for name in targets if lab.is_running(SERVERS[name])]

"""What a server needs is looked for before it is started, and what is missing is said."""

from pathlib import Path

import pytest

from victim.lab.server import Tool


@pytest.fixture
def node(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    program = tmp_path / "node"
    program.write_text("#!/bin/sh\necho v18.20.1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    return program


@pytest.mark.usefixtures("node")
def test_a_program_that_is_there_is_no_problem() -> None:
    assert Tool("node", "Install it.").problem() == ""
    assert Tool("node", "Install it.", at_least=18).problem() == ""


def test_a_program_that_is_too_old_is_named_with_its_version(node: Path) -> None:
    problem = Tool("node", "Install Node.js 20.", at_least=20).problem()

    assert problem == f"{node} is of version 18, 20 is needed. Install Node.js 20."


def test_a_program_that_does_not_run_is_too_old(node: Path) -> None:
    node.write_text("#!/no/such/interpreter\n")

    assert "version 0" in Tool("node", "Install it.", at_least=1).problem()


def test_a_version_on_standard_error_is_read(node: Path) -> None:
    node.write_text("#!/bin/sh\necho 'openjdk version \"21.0.2\"' >&2\n")

    assert Tool("node", "Install it.", at_least=21).problem() == ""


def test_a_missing_program_comes_with_the_remedy() -> None:
    problem = Tool("no-such-program", "Install it.").problem()

    assert problem == "no-such-program is not on PATH. Install it."

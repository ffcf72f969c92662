"""``pytest demo.idp.toml``: every attack that applies is a test.

Whoever has codejack installed and collects no target file pays nothing: all that is heavy is
imported when the first one is met.
"""

import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

SUFFIX = ".idp.toml"
OUTPUT = "--codejack-output"
TOLD = pytest.StashKey[list[str]]()
"""Lines for the end: what was assessed, and where its report is."""

_HANDED_OVER = "codejack"


def pytest_addoption(parser: pytest.Parser) -> None:
    """One option, since everything else stands in the target file."""
    parser.getgroup("codejack", "attacks on an identity provider of one's own").addoption(
        OUTPUT, metavar="DIR", default="reports/runs", help="Where runs go (reports/runs)."
    )


def pytest_configure(config: pytest.Config) -> None:
    """The marker of all attacks; those of the families are registered with the first file."""
    config.stash[TOLD] = []
    config.addinivalue_line("markers", "codejack: an attack on the server of a target file")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Take target files, named or met in a folder, and leave the rest to others."""
    if not file_path.name.endswith(SUFFIX):
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about libraries of libraries, and nobody's here to mend
        from codejack.pytest_items import Assessment

    return Assessment.from_parent(parent, path=file_path)


def pytest_report_collectionfinish(
    config: pytest.Config, items: Sequence[pytest.Item]
) -> list[str]:
    """Say what is about to be attacked."""
    if config.get_verbosity() < 0:
        return []
    files = dict.fromkeys(item.parent for item in items if item.get_closest_marker("codejack"))
    return [f"codejack: {getattr(each, 'title', '')}" for each in files]


@pytest.hookimpl(wrapper=True)
def pytest_sessionfinish(session: pytest.Session) -> Iterator[None]:
    """A worker of pytest-xdist hands over to its controller what is to be told."""
    yield
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput[_HANDED_OVER] = session.config.stash[TOLD]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take that over. A worker that has crashed has nothing more to tell."""
    handed_over = getattr(node, "workeroutput", {})
    node.config.stash[TOLD].extend(handed_over.get(_HANDED_OVER, ()))


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say where the reports are."""
    if told := config.stash[TOLD]:
        terminalreporter.section("codejack")
        for line in told:
            terminalreporter.write_line(line)

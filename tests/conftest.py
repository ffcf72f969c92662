"""What every test starts from: a clean environment, a browser, and plays on a real stage."""

import asyncio
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import settings

from reports.judgement.judge import judge
from reports.judgement.verdicts import Judgement, Verdict
from reports.records import Record, Target
from reports.runlog import StoredRun, read_log
from scenarios.channels import HEADLINE_CHANNELS, Channel
from scenarios.performance import Cell
from scenarios.planning import Plan, make_plan
from scenarios.registry import Script, all_scenarios
from scenarios.runner import Run, new_run, perform
from scenarios.stage.browser import Browser, provide_browser
from scenarios.stage.options import StageOptions

# How long an example takes on a machine that does other things besides is no property of the code.
settings.register_profile("unhurried", settings.default, deadline=None)
settings.load_profile("unhurried")

MISLEADING = frozenset(
    {
        *("ALL_PROXY", "FTP_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "WS_PROXY"),
        *("CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "NODE_TLS_REJECT_UNAUTHORIZED"),
        *("REQUESTS_CA_BUNDLE", "SSLKEYLOGFILE", "SSL_CERT_DIR", "SSL_CERT_FILE"),
    }
)
"""Variables that send traffic elsewhere, or change whom it trusts; matched without case."""


class Played(NamedTuple):
    """A run that is over: its log as read back from disk, the judgement, and the run itself.

    ``error`` is what ended the run early, if anything did.
    """

    stored: StoredRun
    judgement: Judgement
    run: Run
    error: BaseException | None = None

    def verdict(self, cell: str) -> Verdict:
        return next(verdict for verdict in self.judgement.verdicts if verdict.cell == cell)


@pytest.fixture(scope="session", autouse=True)
def misleading() -> Iterator[dict[str, str]]:
    """What the environment of the tests was freed of."""
    found = {name: value for name, value in os.environ.items() if name.upper() in MISLEADING}
    with pytest.MonkeyPatch.context() as patch:
        for name in found:
            patch.delenv(name)
        yield found


@pytest.fixture(scope="session")
def browser(misleading: dict[str, str], request: pytest.FixtureRequest) -> Browser:
    """The browser of this machine; on a fresh one it is installed, and that is told."""

    def tell(line: str) -> None:
        # Past pytest's capture: an installation takes minutes, and silence looks like a hang.
        with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
            print(line, flush=True)

    with pytest.MonkeyPatch.context() as patch:
        for name, value in misleading.items():
            patch.setenv(name, value)  # a download may have to go through the user's own proxy
        return provide_browser(tell)


def plan_of(
    *cells: str,
    script: Callable[[Script], Script] = lambda script: script,
    channels: Iterable[Channel] = HEADLINE_CHANNELS,
) -> Plan:
    """A plan of the cells whose ids begin with one of these.

    ``stolen-code/`` is a scenario on every channel, ``stolen-code/loopback/s256`` a single cell.
    ``script`` may put something around the script of each scenario.
    """
    whole = make_plan(all_scenarios().values(), channels=channels)
    chosen = tuple(cell for cell in whole.cells if cell.id.startswith(cells))
    assert chosen, f"no cell begins with {cells}"
    groups = {
        key: [
            Cell(cell.plan, replace(cell.scenario, script=script(cell.scenario.script)))
            for cell in group
            if cell.plan in chosen
        ]
        for key, group in whole.groups.items()
    }
    used = {cell.posture for cell in chosen}
    postures = tuple(posture for posture in whole.postures if posture.id in used)
    return Plan(chosen, postures, {key: group for key, group in groups.items() if group})


def play(
    folder: Path,
    plan: Plan,
    options: StageOptions,
    hear: Callable[[Record], None] = lambda record: None,
) -> Played:
    """Perform a plan below ``folder``, and judge it from what is on disk.

    An exception that ends the run is kept, because then the log is what matters.
    """
    run = new_run(folder)
    used = {cell.scenario for cell in plan.cells}
    scenarios = [scenario for name, scenario in all_scenarios().items() if name in used]
    error: BaseException | None = None
    try:
        asyncio.run(perform(run, plan, scenarios, options, hear))
    except (Exception, asyncio.CancelledError) as failure:
        error = failure
    stored = read_log(run.log)
    return Played(stored, judge(stored), run, error)


def target_of(played: Played) -> Target:
    """The one server that a run plays at, where it plays at one."""
    (target,) = {posture.target for posture in played.stored.started.postures}
    assert target is not None
    return target


def observed(verdicts: Iterable[Verdict]) -> dict[str, str]:
    """What was observed, by cell."""
    return {verdict.cell: verdict.observed.value for verdict in verdicts}

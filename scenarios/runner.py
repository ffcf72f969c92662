"""Runs a plan: sets the stage, plays every group, and leaves a finished run log behind."""

import asyncio
import platform
import secrets
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import count
from pathlib import Path

from reports.records import SCHEMA_VERSION, Fact, Finished, Record, Started
from reports.redaction.secrets import Vault
from reports.runlog import RunLog, now
from scenarios.channels import CHANNELS, CUSTOM_SCHEME, LOOPBACK, LOOPBACK_PORTS, Channel
from scenarios.embedded import Embedded, invent_people
from scenarios.performance import Cell, Company, Performance
from scenarios.planning import Plan
from scenarios.registry import Scenario
from scenarios.resuming import NOTHING, Earlier
from scenarios.stage.browser import missing_desktop_tools
from scenarios.stage.options import StageOptions
from scenarios.stage.servers import bind
from scenarios.stage.stage import set_stage
from scenarios.target import Key, Site

_PORTS_OF_OTHERS = Path("/proc/self/net/tcp")


@dataclass
class Run:
    """One run: its folder, its log, and the vault that knows its secrets until it ends."""

    folder: Path
    vault: Vault = field(default_factory=Vault)

    @property
    def id(self) -> str:
        """The name of the run, and of its folder."""
        return self.folder.name

    @property
    def log(self) -> Path:
        """The run log."""
        return self.folder / "run.jsonl"

    @property
    def report(self) -> Path:
        """The HTML report."""
        return self.folder / "report.html"


def new_run(parent: Path) -> Run:
    """A run in a folder of its own below ``parent``; the name sorts by time."""
    moment = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    return Run(parent / f"{moment}-{secrets.token_hex(2)}")


Listener = Callable[[Record], None]


async def perform(
    run: Run,
    plan: Plan,
    scenarios: Iterable[Scenario],
    options: StageOptions,
    listener: Listener,
    site: Site | None = None,
    bracketed: int = 0,
    kept: Earlier | None = None,
) -> None:
    """Play a plan and write its log, as :func:`gathered` says.

    ``bracketed`` is that of :class:`Company`; ``kept`` is what an earlier run has decided.
    """
    async with gathered(run, plan, scenarios, options, listener, site, bracketed, kept) as company:
        await _play(company, (kept or NOTHING).rest_of(plan), missing_channels())


@asynccontextmanager
async def gathered(
    run: Run,
    plan: Plan,
    scenarios: Iterable[Scenario],
    options: StageOptions,
    listener: Listener,
    site: Site | None = None,
    bracketed: int = 0,
    kept: Earlier | None = None,
) -> AsyncIterator[Company]:
    """Set the stage for a plan and open its log; what is played in the block is written there.

    ``listener`` hears every record, unredacted, as it happens. ``site`` is what is under test: the
    built-in target unless another is named. Whatever ends the block, the log says so in its last
    record, and the exception goes on.
    """
    skipped = missing_channels()
    played = {key.channel for key in plan.groups} - skipped.keys()
    under_test = site or Embedded(invent_people())
    options = replace(
        options,
        ipv6=LOOPBACK in played,
        desktop=CUSTOM_SCHEME in played,
        window=any(channel.needs_window for channel in played) or under_test.login is not None,
    )
    began = time.monotonic()
    outcome, error = "failed", ""
    with RunLog(run.log, run.vault) as log:

        def write(record: Record) -> None:
            log.append(record)
            listener(record)

        write(_started(run, plan, scenarios, options, skipped, under_test))
        kept = kept or NOTHING
        for record in kept.records:
            log.append(record)
        run.vault.count_on(kept.labels)
        try:
            async with set_stage(options, run.vault, write, under_test) as stage:
                stage.recorder.count_on(kept.ids)
                yield Company(stage, write, count(kept.plays + 1), bracketed)
            outcome = "completed"
        except asyncio.CancelledError:
            outcome = "interrupted"
            raise
        except BaseException as failure:
            error = f"{type(failure).__name__}: {failure}"
            raise
        finally:
            write(Finished(now(), round(time.monotonic() - began, 3), outcome, error))


def missing_channels() -> dict[Channel, str]:
    """The channels that cannot exist on this machine, each with its reason."""
    missing = {}
    if tools := missing_desktop_tools():
        missing[CUSTOM_SCHEME] = f"{', '.join(tools)} not installed: no app can be registered"
    if not _PORTS_OF_OTHERS.exists():
        missing[LOOPBACK_PORTS] = "no /proc on this machine: nobody sees where an app waits"
    try:
        bind("::1", 0).close()
    except OSError as error:
        missing[LOOPBACK] = f"no IPv6 loopback on this machine ({error.strerror})"
    return missing


async def _play(company: Company, plan: Plan, skipped: Mapping[Channel, str]) -> None:
    for refusal in company.stage.target.strict_refusals():
        company.write(Fact(now(), "", "strict-provider", refusal))
    # A lane for each channel: within one, only one play at a time may be in the thief's hands. A
    # server that is not ours meets one at a time of all.
    lanes = [plan.only([channel]) for channel in CHANNELS if channel not in skipped]
    turns = asyncio.Semaphore(1 if company.stage.site.remote else len(lanes))
    async with asyncio.TaskGroup() as beside:
        for lane in lanes:
            beside.create_task(_play_lane(company, lane, turns))
    company.stage.recorder.count_noise()


async def _play_lane(
    company: Company, groups: Mapping[Key, list[Cell]], turns: asyncio.Semaphore
) -> None:
    async with turns:
        for key, cells in groups.items():
            await Performance(company, key, cells).run()


def _started(
    run: Run,
    plan: Plan,
    scenarios: Iterable[Scenario],
    options: StageOptions,
    skipped: Mapping[Channel, str],
    site: Site,
) -> Started:
    channels = {cell.channel for cell in plan.cells}
    return Started(
        schema_version=SCHEMA_VERSION,
        run=run.id,
        at=now(),
        version=version("codejack"),
        scenarios=tuple(scenario.info for scenario in scenarios),
        postures=tuple(map(site.describe, plan.postures)),
        channels=tuple(
            channel.info(skipped.get(channel, "")) for channel in CHANNELS if channel.id in channels
        ),
        plan=plan.cells,
        environment={
            "browser": f"{options.browser.version} ({options.browser.origin})",
            "mitmproxy": version("mitmproxy"),
            "playwright": version("playwright"),
            "Python": platform.python_version(),
            "system": platform.platform(),
            **site.terms,
        },
    )

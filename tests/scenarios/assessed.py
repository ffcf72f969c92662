"""Attacks on a server of the tests, as an assessment makes them."""

import asyncio
from collections.abc import Collection
from pathlib import Path

from reports.runlog import StoredRun, read_log
from scenarios.assessment.planning import assessment_plan, candidates
from scenarios.assessment.preflight import Preflight, informed, look_first
from scenarios.assessment.questions import look_closely
from scenarios.assessment.standards import STANDARDS
from scenarios.real import RealSite
from scenarios.registry import Scenario
from scenarios.runner import Run, perform
from scenarios.stage.browser import Browser
from scenarios.stage.options import StageOptions


def looked_at(folder: Path, browser: Browser, site: RealSite) -> Preflight:
    """What honest logins there show."""
    options = StageOptions(browser, port=0)
    return asyncio.run(look_first(folder, site, options, lambda record: None))


def looked_at_closely(
    folder: Path, browser: Browser, site: RealSite, chosen: Collection[Scenario], *attacked: str
) -> Preflight:
    """The same, and what these scenarios need to know of the clients that are attacked."""
    options, named = StageOptions(browser, port=0), attacked or [c.name for c in site.clients]
    return asyncio.run(look_closely(folder, site, named, chosen, options, lambda record: None))


def played(
    folder: Path, browser: Browser, site: RealSite, known: Preflight, chosen: Collection[Scenario]
) -> StoredRun:
    """What these scenarios leave behind, held to RFC 9700."""
    plan = assessment_plan(chosen, candidates(site, known, STANDARDS["rfc9700"]))
    run, options = Run(folder / "run"), StageOptions(browser, port=0)
    run.folder.mkdir()
    there = informed(site, known)
    asyncio.run(perform(run, plan, chosen, options, lambda record: None, there))
    return read_log(run.log)

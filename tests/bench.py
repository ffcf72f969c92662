"""What proxy, evidence and judgement cost: one scenario against a bare script, in the same run.

    make bench                      # 7 rounds
    make bench ARGS="--rounds 15 --json"

Each round plays ``stolen-code`` over one channel in one posture, with its two controls, and then
has a bare Playwright script do the same three logins at the same servers: same browser, same
pages, no proxy, no log, no thief. Rounds alternate, so that both see the same machine. The ratio
of the medians is what to look at; seconds mean little on a shared machine.
"""

import argparse
import asyncio
import json
import os
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import httpx
from playwright.async_api import Page, async_playwright
from starlette.types import ASGIApp, Receive, Scope, Send

from reports.judgement.judge import judge
from reports.records import Observation, PlayFinished, PlayStarted, Record
from reports.runlog import read_log
from scenarios.channels import PLAINTEXT
from scenarios.embedded import EmbeddedTarget, invent_people
from scenarios.hosts import CLIENT_HOST, PROVIDER_HOST
from scenarios.planning import make_plan
from scenarios.postures import S256
from scenarios.registry import all_scenarios
from scenarios.runner import new_run, perform
from scenarios.stage.authority import PrivateAuthority
from scenarios.stage.browser import Browser, provide_browser
from scenarios.stage.options import StageOptions
from scenarios.stage.servers import bind, serve
from scenarios.target import Key
from victim.client import ClientApp

KEY = Key(PLAINTEXT, S256)
LOGINS = 3


@dataclass(frozen=True)
class Timing:
    """Seconds: ``logins`` from the first navigation to the last page, ``whole`` with set-up."""

    logins: float
    whole: float


async def harness(browser: Browser, folder: Path) -> Timing:
    """One scenario with its controls, as ``codejack run`` plays it, log and judgement included."""
    scenario = all_scenarios()["stolen-code"]
    plan = make_plan([scenario], [S256], [PLAINTEXT])
    run = new_run(folder)
    moments: list[float] = []

    def hear(record: Record) -> None:
        if isinstance(record, PlayStarted | PlayFinished):
            moments.append(time.perf_counter())

    began = time.perf_counter()
    await perform(run, plan, [scenario], StageOptions(browser, port=0), hear)
    judgement = judge(read_log(run.log))
    whole = time.perf_counter() - began
    assert [verdict.observed for verdict in judgement.verdicts] == [Observation.ATTACK_BLOCKED]
    return Timing(moments[-1] - moments[0], whole)


async def bare(browser: Browser, folder: Path) -> Timing:
    """The same three logins, and nothing else."""
    began = time.perf_counter()
    async with _servers(folder) as (target, rules, pin), async_playwright() as playwright:
        chromium = await playwright.chromium.launch(
            executable_path=browser.path,
            chromium_sandbox=os.geteuid() != 0,
            args=[f"--host-resolver-rules={rules}", f"--ignore-certificate-errors-spki-list={pin}"],
        )
        page = await (await chromium.new_context(viewport={"width": 800, "height": 480})).new_page()
        started = time.perf_counter()
        for _ in range(LOGINS):
            await _log_in(page, target)
        logins = time.perf_counter() - started
        await chromium.close()
    return Timing(logins, time.perf_counter() - began)


SCRIPTS: dict[str, Callable[[Browser, Path], Coroutine[Any, Any, Timing]]] = {
    "bare": bare,
    "codejack": harness,
}


async def _log_in(page: Page, target: EmbeddedTarget) -> None:
    await page.goto(target.entry(KEY))
    if await page.locator("input[type=password]").count():
        await page.fill("input[name=username]", target.people.victim.username)
        await page.fill("input[type=password]", target.people.victim.password)
        await page.click("button[type=submit]")
        await page.wait_for_selector("button[value=allow]")
        await page.click("button[value=allow]")
    await page.wait_for_url(f"http://{CLIENT_HOST}/**")
    assert await page.title() == "Signed in - Contoso"


class _Providers:
    """The provider, which the client's back channel needs before there is one."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


@asynccontextmanager
async def _servers(folder: Path) -> AsyncIterator[tuple[EmbeddedTarget, str, str]]:
    """The provider and the client, with the rules by which a browser finds them."""
    private = Path(tempfile.mkdtemp(dir=folder))
    authority = PrivateAuthority(private)
    providers = _Providers()
    transport = httpx.ASGITransport(app=providers)
    async with httpx.AsyncClient(transport=transport) as back_channel:
        client = ClientApp(back_channel, lambda *_: None)
        target = EmbeddedTarget(0, invent_people(), lambda *_: None, client)
        providers.app = target.provider
        async with (
            serve(providers, bind("127.0.0.1", 0), authority.server_files(PROVIDER_HOST)) as (
                _,
                provider_port,
            ),
            serve(client, bind("127.0.0.1", 0), authority.server_files(CLIENT_HOST)) as (
                _,
                tls_port,
            ),
            serve(client, bind("127.0.0.1", 0)) as (_, plain_port),
        ):
            rules = (
                f"MAP {PROVIDER_HOST}:443 127.0.0.1:{provider_port},"
                f"MAP {CLIENT_HOST}:443 127.0.0.1:{tls_port},"
                f"MAP {CLIENT_HOST}:80 127.0.0.1:{plain_port}"
            )
            yield target, rules, authority.pin


def main() -> None:
    """Run the rounds and print medians and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    browser = provide_browser(print)
    times: dict[str, list[Timing]] = {"bare": [], "codejack": []}
    with tempfile.TemporaryDirectory(prefix="codejack-bench-") as name:
        folder = Path(name)
        for number in range(options.rounds + 1):
            for label, script in SCRIPTS.items():
                timing = asyncio.run(script(browser, folder))
                if number:  # the first round warms caches of files and fonts
                    times[label].append(timing)
    _report(times, options.json)


def _report(times: dict[str, list[Timing]], as_json: bool) -> None:
    figures = {}
    for part in ("logins", "whole"):
        medians = {
            label: median(getattr(timing, part) for timing in rounds)
            for label, rounds in times.items()
        }
        figures[part] = medians | {"ratio": medians["codejack"] / medians["bare"]}
    if as_json:
        print(json.dumps(figures, indent=2))
        return
    for part, row in figures.items():
        print(
            f"{part:6}  bare {row['bare']:.2f} s   codejack {row['codejack']:.2f} s   "
            f"ratio {row['ratio']:.2f}"
        )


if __name__ == "__main__":
    main()

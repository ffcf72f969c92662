"""Whether the server asks its users for consent, also those who have given it before.

Only a question can be answered by a click on somebody else's page. Asked at the clients that stand
for one of the attacker's own; who is asked there says no.
"""

import asyncio
from collections.abc import Collection, Iterable
from dataclasses import replace
from pathlib import Path

from reports.actors import CLIENT, VICTIM_BROWSER
from reports.judgement.authorization import error_of, gives_code, is_to_server
from reports.judgement.evidence import PlayEvidence, plays
from reports.judgement.forms import forms_of
from reports.runlog import StoredRun, read_log
from scenarios.assessment.honest_logins import Preflight
from scenarios.assessment.preflight import informed, look_first
from scenarios.channels import ACCESS_LOG
from scenarios.needs import Need
from scenarios.performance import Company, Performance
from scenarios.planning import Plan
from scenarios.real import RealSite
from scenarios.registry import Scenario
from scenarios.runner import Listener, Run, gathered
from scenarios.stage.options import StageOptions
from scenarios.target import Key
from victim.identity_provider import HARDENED
from victim.sign_in.addresses import is_of_web
from victim.user import SignInFailedError

_ASKED = "question"


async def look_closely(
    folder: Path,
    site: RealSite,
    attacked: Collection[str],
    scenarios: Iterable[Scenario],
    options: StageOptions,
    listener: Listener,
) -> Preflight:
    """What :func:`look_first` shows of the clients that are attacked, and what scenarios need more.

    Where one needs to know, the victim signs in twice at each client that stands for one of the
    attacker's own, the second time without allowing anything.
    """
    clients = tuple(each for each in site.clients if each.name in attacked)
    known = await look_first(folder, replace(site, clients=clients), options, listener)
    wanted = any(Need.CONSENT_ASKED_AGAIN in each.all_needs for each in scenarios)
    if not wanted or known.troubles or not known.attacker:
        return known
    return await _look_for_questions(folder, informed(site, known), known, options, listener)


async def _look_for_questions(
    folder: Path, site: RealSite, known: Preflight, options: StageOptions, listener: Listener
) -> Preflight:
    attacked = {login.client for login in known.victim}
    others = {each.name: site.other_than(each) for each in site.clients if each.name in attacked}
    asking = {
        other.name: replace(other, asks_again=True)
        for other in others.values()
        if other is not None and is_of_web(other.redirect_uri)
    }
    if not asking:
        return known
    run = Run(folder / "questions")
    run.folder.mkdir(parents=True)
    postures = tuple(each.posture(HARDENED) for each in asking.values())
    plan = Plan((), postures, {Key(ACCESS_LOG, posture): [] for posture in postures})
    there = replace(site, clients=tuple(asking.values()))
    try:
        # As in every run, what goes wrong in it comes in a group.
        async with (
            gathered(run, plan, (), options, listener, there) as company,
            asyncio.TaskGroup() as beside,
        ):
            beside.create_task(_ask(company, plan))
    except* SignInFailedError:
        pass  # then nothing is known, and the log says why
    asked = _asked(read_log(run.log))
    found = frozenset(name for name, other in others.items() if other and other.name in asked)
    return replace(known, asked_again=found, runs=(*known.runs, run))


async def _ask(company: Company, plan: Plan) -> None:
    for key in plan.groups:
        performance = Performance(company, key, ())
        async with performance.setting() as setting:
            await performance.control(setting, "before")
            async with (
                company.play("control", key.name, position=_ASKED) as play,
                setting.control(play) as victim,
            ):
                await victim.lured_to(victim.client)


def _asked(stored: StoredRun) -> frozenset[str]:
    """The clients whose users were asked although they had said yes before."""
    prefix = f"{ACCESS_LOG.id}."
    return frozenset(
        play.started.group.removeprefix(prefix)
        for play in plays(stored)
        if play.started.position == _ASKED and play.ran_to_the_end and _was_asked(play)
    )


def _was_asked(play: PlayEvidence) -> bool:
    """Whether the server has sent back a no, or waits for an answer, and has given no code."""
    visits = list(play.exchanges(VICTIM_BROWSER))
    met = [each for each in visits if is_to_server(each)]
    came_back = any(each.destination == CLIENT and "code" in each.request.query for each in visits)
    if not met or came_back or any(map(gives_code, met)):
        return False
    refused = any(error_of(each) == "access_denied" for each in met)
    return refused or next(forms_of(met[-1]), None) is not None

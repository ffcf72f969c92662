"""The plan of an assessment: which attacks apply to which client, and what is to be observed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from reports.records import Observation, PlannedCell
from scenarios.assessment.honest_logins import Preflight
from scenarios.assessment.standards import Standard, policy_for
from scenarios.channels import ACCESS_LOG, FRAMED_PAGES, Channel
from scenarios.matrix import weaknesses_seen
from scenarios.model.consent import Unasked
from scenarios.model.expectation import expect
from scenarios.model.redirect import is_of_web_site
from scenarios.needs import Need
from scenarios.performance import Cell
from scenarios.planning import Plan
from scenarios.postures import Posture
from scenarios.real import RealSite, lends_secret
from scenarios.real_server import RegisteredClient
from scenarios.registry import Scenario, all_scenarios
from scenarios.target import Key
from scenarios.weaknesses import side_of
from victim.identity_provider import ClientType, Policy

_DOINGS_OF_OURS = frozenset({"csrf_by_pkce", "callback_forwards", "loopback_registered"})
"""What a scenario may use at a real server: habits of our own client, and what a file declares."""


_CHANNELS = (ACCESS_LOG, FRAMED_PAGES)
"""The ways in which a server is attacked, the first that a scenario knows: over HTTP if it can."""


def assessed() -> list[Scenario]:
    """The scenarios that can find something wrong with a server that is not ours."""
    return [
        each
        for each in all_scenarios().values()
        if _channels(each) and not each.habits and _is_about_server(each)
    ]


def _channels(scenario: Scenario) -> list[Channel]:
    return [each for each in _CHANNELS if each in scenario.channels]


@dataclass(frozen=True)
class Candidate:
    """A client, what its server is held to, and what server and accounts have to offer it."""

    client: RegisteredClient
    policy: Policy
    offers: frozenset[Need]


def candidates(
    site: RealSite, known: Preflight, standard: Standard, tolerated: Iterable[str] = ()
) -> Iterator[Candidate]:
    """The clients of a site, as the honest logins have shown it."""
    more = tuple(tolerated)
    for client in site.clients:
        offers = set()
        if known.attacker:
            offers.add(Need.ATTACKERS_ACCOUNT)
        if site.other_than(client):
            offers.add(Need.OWN_CLIENT)
        if site.introspection is None:
            offers.add(Need.OWN_API)
        if client.name in known.lasting:
            offers.add(Need.REFRESH_TOKENS)
        if client.name in known.asked_again:
            offers.add(Need.CONSENT_ASKED_AGAIN)
        policy = policy_for(
            standard,
            client.type,
            more,
            identity_assured=is_of_web_site(client.redirect_uri),
            only_redirect_uri=client.only_redirect_uri,
        )
        yield Candidate(client, policy, frozenset(offers))


def assessment_plan(scenarios: Iterable[Scenario], clients: Iterable[Candidate]) -> Plan:
    """Every scenario for every client; what does not apply stays in the plan, with its reason."""
    cells: list[PlannedCell] = []
    postures: list[Posture] = []
    groups: dict[Key, list[Cell]] = {}
    played = list(scenarios)
    for each in clients:
        posture = each.client.posture(each.policy)
        postures.append(posture)
        for scenario in played:
            why_not = next(_obstacles(scenario, each.client, each.offers), "")
            cell = _cell(scenario, posture, why_not)
            cells.append(cell)
            if not why_not:
                key = Key(_channels(scenario)[0], posture.having(*scenario.uses))
                groups.setdefault(key, []).append(Cell(cell, scenario))
    return Plan(tuple(cells), tuple(postures), groups)


def _is_about_server(scenario: Scenario) -> bool:
    """A client's own doings are its developers' business, and limits are nobody's."""
    about_client = scenario.family == "verifier"
    return not about_client and any(side_of(name) == "server" for name in weaknesses_seen(scenario))


def _obstacles(
    scenario: Scenario, client: RegisteredClient, offered: frozenset[Need]
) -> Iterator[str]:
    confidential = client.type is ClientType.CONFIDENTIAL
    if scenario.client_type is ClientType.CONFIDENTIAL and not confidential:
        yield "it is about clients that have a secret"
    if confidential and _is_about_public(scenario):
        yield "it is about clients that have no secret"
    for need in sorted(scenario.all_needs - offered):
        yield f"it needs {need}"
    for habit in scenario.uses:
        if habit not in _DOINGS_OF_OURS:
            yield f"it needs a client with {habit.replace('_', ' ')}"
    if why := scenario.objection(client.redirect_uri):
        yield why


def _is_about_public(scenario: Scenario) -> bool:
    asks = any(isinstance(door, Unasked) for door in scenario.attack)
    of_public = scenario.client_type is ClientType.PUBLIC
    return of_public and (asks or "secret_from_public_client_accepted" in weaknesses_seen(scenario))


def _cell(scenario: Scenario, posture: Posture, why_not: str) -> PlannedCell:
    channel = _channels(scenario)[0].id
    identity = f"{scenario.id}/{channel}/{posture.id}"
    not_applicable = Observation.NOT_APPLICABLE
    if why_not:
        why = f"not applicable: {why_not}"
        return PlannedCell(identity, scenario.id, channel, posture.id, not_applicable, why)
    # An attacker who holds the secret meets what guards a public client, and no more.
    met = replace(posture, client_type=ClientType.PUBLIC) if lends_secret(scenario) else posture
    observed, why = expect(scenario, met.having(*scenario.uses))
    tolerated = observed is not Observation.ATTACK_BLOCKED
    return PlannedCell(
        id=identity,
        scenario=scenario.id,
        channel=channel,
        posture=posture.id,
        expected=Observation.ATTACK_BLOCKED,
        why=f"the policy does not forbid it: {why}" if tolerated else why,
        tolerated=tolerated,
    )

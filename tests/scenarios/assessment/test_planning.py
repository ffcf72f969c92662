"""Which attacks an assessment plays at which client, and what it holds the server to there."""

from collections.abc import Collection
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from reports.records import Observation, PlannedCell
from scenarios.assessment.honest_logins import HonestLogin, Preflight
from scenarios.assessment.planning import (
    Candidate,
    assessment_plan,
    candidates,
)
from scenarios.assessment.planning import assessed as assessed_anew
from scenarios.assessment.standards import STANDARDS, policy_for
from scenarios.channels import ACCESS_LOG
from scenarios.matrix import weaknesses_seen
from scenarios.needs import Need
from scenarios.planning import Plan
from scenarios.real_server import RegisteredClient
from scenarios.registry import Scenario, all_scenarios
from scenarios.runner import Run
from scenarios.weaknesses import side_of
from tests.scenarios.sites import BROWSER, NOBODY, PEOPLE, PHONE, WEB, site
from victim.client import Pkce

EVERYTHING = frozenset(Need) - {Need.CLOCK, Need.INSIGHT, Need.OWN_DOINGS}
BLOCKED, NOT_APPLICABLE = Observation.ATTACK_BLOCKED, Observation.NOT_APPLICABLE
RFC9700 = STANDARDS["rfc9700"]


@cache
def assessed() -> tuple[Scenario, ...]:
    """To find them takes a second."""
    return tuple(assessed_anew())


def plan_for(
    *clients: RegisteredClient,
    offers: Collection[Need] = EVERYTHING,
    standard: str = "rfc9700",
    tolerate: Collection[str] = (),
) -> Plan:
    held = (
        Candidate(each, policy_for(STANDARDS[standard], each.type, tolerate), frozenset(offers))
        for each in clients
    )
    return assessment_plan(assessed(), held)


def cell(plan: Plan, scenario: str, client: RegisteredClient) -> PlannedCell:
    return next(
        each for each in plan.cells if (each.scenario, each.posture) == (scenario, client.name)
    )


IN_FRAMES = "framed-pages"


def way(scenario: Scenario) -> str:
    return IN_FRAMES if scenario.id == "framed-consent" else "access-log"


def known(*lasting: str, attacker: bool = True) -> Preflight:
    """Honest logins that have worked at every client of the tests."""
    victim = tuple(
        HonestLogin(each.name, "alice", "", lasts=each.name in lasting)
        for each in (WEB, PHONE, BROWSER)
    )
    return Preflight(victim, victim if attacker else (), (Run(Path("nowhere")),))


def test_nothing_is_assessed_that_only_a_client_could_have_wrong_or_nobody() -> None:
    for scenario in assessed():
        assert scenario.family != "verifier"
        assert not scenario.habits
        assert not scenario.limit
        assert "server" in {side_of(name) for name in weaknesses_seen(scenario)}


def test_everything_else_that_needs_no_window_is_assessed() -> None:
    left_out = {
        scenario.id
        for scenario in all_scenarios().values()
        if ACCESS_LOG in scenario.channels and scenario not in assessed()
    }

    for name in left_out:
        scenario = all_scenarios()[name]
        sides = {side_of(each) for each in weaknesses_seen(scenario)}
        assert scenario.family == "verifier" or scenario.habits or sides <= {"client"}
    assert len(assessed()) > 2 * len(left_out)


def test_every_scenario_is_planned_for_every_client_over_http_if_it_can_be() -> None:
    plan = plan_for(WEB, PHONE)

    assert [each.id for each in plan.cells] == [
        f"{scenario.id}/{way(scenario)}/{client.name}"
        for client in (WEB, PHONE)
        for scenario in assessed()
    ]
    assert {key.channel.id: len(cells) for key, cells in plan.groups.items()}[IN_FRAMES] == 1
    assert [each.id for each in plan.postures] == ["web", "phone"]


def test_a_click_is_only_stolen_where_somebody_is_asked() -> None:
    asked = replace(known(), asked_again=frozenset({WEB.name}))
    held = candidates(site(WEB, BROWSER), asked, RFC9700)

    plan = assessment_plan(assessed(), held)

    assert cell(plan, "framed-consent", WEB).expected is BLOCKED
    found = cell(plan, "framed-consent", BROWSER)
    assert found.expected is NOT_APPLICABLE
    assert "asked for consent each time" in found.why


def test_what_does_not_apply_is_in_the_plan_with_its_reason_and_is_not_played() -> None:
    plan = plan_for(WEB, PHONE, offers=())
    played = {each.plan.id for cells in plan.groups.values() for each in cells}

    for each in plan.cells:
        applies = each.expected is not NOT_APPLICABLE
        assert (each.id in played) is applies
        assert each.why.startswith("not applicable: ") is not applies


@pytest.mark.parametrize("need", Need)
def test_who_does_not_offer_what_a_scenario_needs_is_not_attacked_so(need: Need) -> None:
    plan = plan_for(BROWSER, WEB, offers=frozenset(Need) - {need})
    in_want = {each.id for each in assessed() if need in each.all_needs}

    assert in_want
    for each in plan.cells:
        if each.scenario in in_want:
            assert each.expected is NOT_APPLICABLE
        else:
            assert need.value not in each.why


@pytest.mark.parametrize(
    ("scenario", "client", "reason"),
    [
        ("secret-left-out", PHONE, "it is about clients that have a secret"),
        ("own-flow", WEB, "it is about clients that have no secret"),
        ("secret-of-a-public-client", WEB, "it is about clients that have no secret"),
        ("bound-token-as-bearer", PHONE, "it needs a client with dpop"),
        ("redirect-downgrade", PHONE, "it bends https redirect URIs"),
        ("redirect-prefix", PHONE, "it bends redirect URIs of the web"),
        ("expired-code", PHONE, "it needs a server whose clock can be set forward"),
        # Nobody has registered the thief's own app there: it would be one more foreign host.
        ("redirect-of-another-client", WEB, f"it needs {Need.OWN_DOINGS}"),
    ],
)
def test_each_reason_is_told(scenario: str, client: RegisteredClient, reason: str) -> None:
    told = cell(plan_for(client), scenario, client)

    assert told.expected is NOT_APPLICABLE
    assert told.why.startswith(f"not applicable: {reason}")


@pytest.mark.parametrize(
    ("scenario", "client"),
    [
        ("secret-left-out", WEB),
        ("own-flow", PHONE),
        ("secret-of-a-public-client", PHONE),
        ("redirect-foreign-host", WEB),
        ("redirect-foreign-host", BROWSER),
        ("forced-login-without-challenge", WEB),
        ("code-of-another-client", PHONE),
        ("reused-refresh-token", PHONE),
    ],
)
def test_what_applies_is_planned(scenario: str, client: RegisteredClient) -> None:
    assert cell(plan_for(client), scenario, client).expected is BLOCKED


def test_whatever_applies_should_be_blocked_and_some_may_succeed() -> None:
    plan = plan_for(WEB, PHONE, BROWSER)
    applies = [each for each in plan.cells if each.expected is not NOT_APPLICABLE]

    assert {each.expected for each in applies} == {BLOCKED}
    for each in applies:
        assert each.why
        assert each.why.startswith("the policy does not forbid it") is each.tolerated
    assert not any(each.tolerated for each in plan.cells if each.expected is NOT_APPLICABLE)


@pytest.mark.parametrize(
    ("standard", "client", "scenario", "tolerated"),
    [
        ("rfc9700", PHONE, "request-without-challenge", False),
        ("rfc9700", WEB, "request-without-challenge", True),
        ("fapi2", WEB, "request-without-challenge", False),
        ("entra", PHONE, "request-without-challenge", True),
        ("rfc9700", PHONE, "method-turned-plain", True),
        ("fapi2", PHONE, "method-turned-plain", False),
        ("rfc9700", PHONE, "reused-refresh-token", False),
        ("rfc9700", WEB, "reused-refresh-token", True),
        ("fapi2", PHONE, "reused-refresh-token", True),
        ("rfc9700", PHONE, "tokens-of-a-replayed-code", False),
        ("entra", PHONE, "tokens-of-a-replayed-code", True),
        ("rfc9700", PHONE, "replayed-code", False),
        ("entra", WEB, "stolen-code", False),
        ("rfc9700", PHONE, "own-flow", False),
    ],
)
def test_a_policy_leaves_some_of_it_to_the_owner(
    standard: str, client: RegisteredClient, scenario: str, tolerated: bool
) -> None:
    planned = cell(plan_for(client, standard=standard), scenario, client)

    assert planned.expected is BLOCKED
    assert planned.tolerated is tolerated


def test_what_a_team_tolerates_by_rule_is_no_finding() -> None:
    before, after = plan_for(PHONE), plan_for(PHONE, tolerate=["code_reusable"])

    assert not cell(before, "replayed-code", PHONE).tolerated
    assert cell(after, "replayed-code", PHONE).tolerated


def test_a_server_is_not_let_off_because_its_client_uses_no_pkce() -> None:
    careless = replace(PHONE, pkce=Pkce.NONE)

    for scenario in ("request-without-challenge", "replayed-code"):
        assert not cell(plan_for(careless), scenario, careless).tolerated


def test_an_attacker_who_holds_the_secret_meets_what_guards_a_public_client() -> None:
    plan = plan_for(WEB)

    stolen, left_out = cell(plan, "stolen-code", WEB), cell(plan, "secret-left-out", WEB)
    assert "secret" not in stolen.why
    assert "secret" in left_out.why


def test_attacks_share_a_group_unless_they_need_the_client_to_do_something_else() -> None:
    groups = plan_for(WEB).groups

    assert {key.posture.carries for key in groups} == {
        (),
        ("csrf_by_pkce",),
        ("callback_forwards",),
    }
    for key, cells in groups.items():
        assert key.posture.id == "web"
        for each in cells:
            assert each.scenario.uses == key.posture.carries


def test_a_client_is_offered_what_the_honest_logins_have_shown() -> None:
    found = {
        each.client.name: each.offers
        for each in candidates(site(WEB, PHONE), known("phone"), RFC9700)
    }

    both = {Need.ATTACKERS_ACCOUNT, Need.OWN_API, Need.OWN_CLIENT}
    assert found == {"web": both, "phone": both | {Need.REFRESH_TOKENS}}


def test_without_a_second_account_or_client_there_is_less_to_offer() -> None:
    alone = site(WEB, people=replace(PEOPLE, attacker=NOBODY))

    (candidate,) = candidates(alone, known(attacker=False), RFC9700)

    assert candidate.offers == {Need.OWN_API}


def test_a_client_is_held_to_what_fits_its_redirects() -> None:
    several = replace(WEB, name="several", other_redirect_uris=("https://app.example.com/other",))

    web, phone, other = (
        each.policy for each in candidates(site(WEB, PHONE, several), known(), RFC9700)
    )

    assert web.consent_skipped
    assert not phone.consent_skipped
    assert web.redirect_uri_optional_at_token
    assert not other.redirect_uri_optional_at_token

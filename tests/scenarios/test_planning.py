from scenarios.channels import (
    ACCESS_LOG,
    CHANNELS,
    CUSTOM_SCHEME,
    HEADLINE_CHANNELS,
    LOOPBACK,
    PLAINTEXT,
)
from scenarios.model.expectation import expect
from scenarios.planning import make_plan, plan_cells
from scenarios.postures import CONFIDENTIAL_NO_PKCE, NO_PKCE, POSTURES, S256
from scenarios.registry import all_scenarios
from scenarios.target import Key
from scenarios.weaknesses import weakened
from victim.identity_provider import ClientType

ALL = all_scenarios()
POSTURE = {posture.id: posture for posture in POSTURES}


def test_a_plan_has_each_declared_cell_once() -> None:
    plan = make_plan(ALL.values())
    ids = [cell.id for cell in plan.cells]

    assert len(set(ids)) == len(ids)
    assert set(ids) == {
        f"{scenario.id}/{channel.id}/{posture.id}"
        for scenario in ALL.values()
        for channel in scenario.channels
        for posture in scenario.postures
        if channel in HEADLINE_CHANNELS
    }


def test_a_channel_beside_the_headline_is_planned_when_it_is_named() -> None:
    plan = make_plan(ALL.values(), [S256], [ACCESS_LOG])

    assert {cell.channel for cell in plan.cells} == {"access-log"}
    assert {cell.scenario for cell in plan.cells} == {
        scenario.id for scenario in ALL.values() if ACCESS_LOG in scenario.channels
    }


def test_every_cell_expects_what_the_model_says() -> None:
    for cell in make_plan(ALL.values()).cells:
        scenario = ALL[cell.scenario]
        expected = expect(scenario, POSTURE[cell.posture].having(*scenario.habits))
        assert (cell.expected, cell.why) == expected


def test_what_makes_no_sense_is_planned_and_not_played() -> None:
    plan = make_plan([ALL["verifier-in-state"]])
    played = {cell.plan.id for cells in plan.groups.values() for cell in cells}

    assert "verifier-in-state/loopback/no-pkce" in {cell.id for cell in plan.cells}
    assert "verifier-in-state/loopback/no-pkce" not in played
    assert {cell.id for cell in plan.cells} - played == {"verifier-in-state/loopback/no-pkce"}


def test_a_plan_can_be_limited_to_some_of_its_cells() -> None:
    plan = make_plan([ALL["stolen-code"], ALL["stolen-code-seen-request"]], [S256, NO_PKCE])
    ids = {"stolen-code/loopback/s256", "stolen-code/plaintext/s256"}

    limited = plan.limited_to(ids)

    assert {cell.id for cell in limited.cells} == ids
    assert limited.postures == (S256,)
    assert [[cell.plan.id for cell in cells] for cells in limited.groups.values()] == [
        [cell.id] for cell in limited.cells
    ]


def test_cells_of_the_same_client_share_a_group_and_its_controls() -> None:
    plan = make_plan([ALL["stolen-code"], ALL["stolen-code-seen-request"]], [S256], [LOOPBACK])
    [(key, cells)] = plan.groups.items()

    assert key == Key(LOOPBACK, S256)
    assert [cell.scenario.id for cell in cells] == ["stolen-code", "stolen-code-seen-request"]


def test_clients_with_other_habits_do_not_share_a_group() -> None:
    plan = make_plan([ALL["stolen-code"], ALL["verifier-in-state"]], [S256], [LOOPBACK])

    assert [key.posture.carries for key in plan.groups] == [(), ("verifier_in_state",)]


def test_a_posture_that_the_user_names_is_planned_although_not_declared() -> None:
    plan = make_plan([ALL["own-flow"]], [CONFIDENTIAL_NO_PKCE])

    assert [cell.posture for cell in plan.cells] == ["confidential-no-pkce"]
    assert len(plan.groups) == 1


def test_a_channel_that_a_scenario_does_not_declare_is_left_out() -> None:
    plan = make_plan([ALL["own-flow"]], [NO_PKCE], [CUSTOM_SCHEME, PLAINTEXT])

    assert plan.cells == ()
    assert plan.groups == {}


def test_only_keeps_the_groups_of_some_channels() -> None:
    plan = make_plan(ALL.values())
    parts = [plan.only([channel]) for channel in CHANNELS]

    assert {key.channel for key in plan.only([LOOPBACK, PLAINTEXT])} == {LOOPBACK, PLAINTEXT}
    assert sum(len(part) for part in parts) == len(plan.groups)
    assert plan.only([]) == {}


def test_the_postures_of_a_plan_are_those_of_its_cells_each_once() -> None:
    plan = make_plan(ALL.values())

    assert len({posture.id for posture in plan.postures}) == len(plan.postures)
    assert {posture.id for posture in plan.postures} == {cell.posture for cell in plan.cells}


def test_chosen_cells_are_planned_in_their_order_and_grouped_by_their_client() -> None:
    weak = Key(ACCESS_LOG, weakened(["plain_used"], ClientType.PUBLIC))
    headline = Key(ACCESS_LOG, S256)
    one, other = ALL["stolen-code"], ALL["own-flow"]

    plan = plan_cells([(one, weak), (one, headline), (other, weak)])

    assert [cell.id for cell in plan.cells] == [
        "stolen-code/access-log/plain-used.public",
        "stolen-code/access-log/s256",
        "own-flow/access-log/plain-used.public",
    ]
    assert plan.postures == (weak.posture, headline.posture)
    assert {key: [cell.scenario for cell in cells] for key, cells in plan.groups.items()} == {
        weak: [one, other],
        headline: [one],
    }

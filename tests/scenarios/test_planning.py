from scenarios.channels import CHANNELS, CUSTOM_SCHEME, LOOPBACK, PLAINTEXT
from scenarios.model import expect
from scenarios.planning import make_plan
from scenarios.postures import CONFIDENTIAL_NO_PKCE, NO_PKCE, POSTURES, S256
from scenarios.registry import all_scenarios
from victim.client import VerifierSource

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
    }


def test_every_cell_expects_what_the_model_says() -> None:
    for cell in make_plan(ALL.values()).cells:
        expected = expect(ALL[cell.scenario], POSTURE[cell.posture])
        assert (cell.expected, cell.why) == expected


def test_what_makes_no_sense_is_planned_and_not_played() -> None:
    plan = make_plan([ALL["verifier-in-state"]])
    played = {cell.plan.id for cells in plan.groups.values() for cell in cells}

    assert "verifier-in-state/loopback/no-pkce" in {cell.id for cell in plan.cells}
    assert "verifier-in-state/loopback/no-pkce" not in played
    assert {cell.id for cell in plan.cells} - played == {"verifier-in-state/loopback/no-pkce"}


def test_cells_of_the_same_client_share_a_group_and_its_controls() -> None:
    plan = make_plan([ALL["stolen-code"], ALL["stolen-code-seen-request"]], [S256], [LOOPBACK])
    [(key, cells)] = plan.groups.items()

    assert key == (LOOPBACK, S256, VerifierSource.FRESH)
    assert [cell.scenario.id for cell in cells] == ["stolen-code", "stolen-code-seen-request"]


def test_clients_with_other_habits_do_not_share_a_group() -> None:
    plan = make_plan([ALL["stolen-code"], ALL["verifier-in-state"]], [S256], [LOOPBACK])

    assert {key[2] for key in plan.groups} == {VerifierSource.FRESH, VerifierSource.IN_STATE}


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

    assert {key[0] for key in plan.only([LOOPBACK, PLAINTEXT])} == {LOOPBACK, PLAINTEXT}
    assert sum(len(part) for part in parts) == len(plan.groups)
    assert plan.only([]) == {}

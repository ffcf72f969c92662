"""The plan of the kill matrix: what is played against what, and what the lot decides."""

from reports.records import Observation
from scenarios.channels import ACCESS_LOG
from scenarios.matrix import Extent, base_of, channel_of, matrix_plan, sees, weaknesses_seen
from scenarios.registry import Scenario, all_scenarios
from scenarios.weaknesses import catalogue, weakened

STOLEN = all_scenarios()["stolen-code"]
WINDOWED = [each for each in all_scenarios().values() if channel_of(each) is not ACCESS_LOG]


def weaknesses_met(scenario: Scenario, extent: Extent) -> list[tuple[str, ...]]:
    plan = matrix_plan([scenario], extent)
    return [key.posture.weaknesses for key in plan.groups]


def test_over_http_a_scenario_meets_the_hardened_and_every_weakness_alone() -> None:
    met = weaknesses_met(STOLEN, Extent(tuple(catalogue())))

    assert met.count(()) == 2, "hardened, and with a state that is encrypted"
    assert {each[0] for each in met if each} == set(catalogue())


def test_a_scenario_with_a_window_meets_what_it_sees_and_some_others_by_lot() -> None:
    assert WINDOWED
    for scenario in WINDOWED:
        met = {each[0] for each in weaknesses_met(scenario, Extent(tuple(catalogue()))) if each}
        seen = {
            name
            for name in catalogue()
            if sees(scenario, weakened([name], scenario.client_type).named(*scenario.uses))
            and not scenario.limit
        }

        assert seen <= met
        assert len(met - seen) <= 2
        assert met == {
            each[0] for each in weaknesses_met(scenario, Extent(tuple(catalogue()))) if each
        }


def test_pairs_are_drawn_by_the_seed_and_each_is_played_where_one_of_it_is_seen() -> None:
    everything, some = list(all_scenarios().values()), tuple(catalogue())[:20]

    def pairs(seed: int) -> set[tuple[str, ...]]:
        plan = matrix_plan(everything, Extent(some, pairs=8, seed=seed))
        return {key.posture.weaknesses for key in plan.groups if len(key.posture.weaknesses) == 2}

    assert pairs(1) == pairs(1) != pairs(2)
    assert 0 < len(pairs(1)) <= 8


def test_hardened_only_plays_no_weakness() -> None:
    assert set(weaknesses_met(STOLEN, Extent(()))) == {()}


def test_every_weakness_is_seen_by_some_scenario_by_the_model() -> None:
    seen = {name for each in all_scenarios().values() for name in weaknesses_seen(each)}

    assert catalogue().keys() == seen


def test_what_is_expected_where_nothing_is_weak_is_a_refusal_or_a_declared_limit() -> None:
    for scenario in all_scenarios().values():
        assert sees(scenario, base_of(scenario)) is bool(scenario.limit)


def test_shares_have_every_cell_once_and_no_group_in_two() -> None:
    plan = matrix_plan(list(all_scenarios().values())[:6], Extent(tuple(catalogue())[:12]))

    shares = plan.shared_out(3)

    assert sorted(cell.id for share in shares for cell in share.cells) == sorted(
        cell.id for cell in plan.cells if cell.expected is not Observation.NOT_APPLICABLE
    )
    keys = [key for share in shares for key in share.groups]
    assert len(keys) == len(set(keys)) == len(plan.groups)


def test_a_scenario_sees_a_weakness_by_itself_and_not_by_what_it_needs() -> None:
    seen = weaknesses_seen(STOLEN)

    assert "pkce_unused" in seen
    assert "nonce_unchecked" not in seen, "it is without PKCE that the code is worth something"
    assert weaknesses_seen(all_scenarios()["replaced-challenge"]) == [], "a limit sees everything"

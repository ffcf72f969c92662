from msgspec import structs

from reports.baseline.environment import changed_facts, changed_policy
from reports.records import Observation, PlannedCell, PostureInfo, Started
from tests.reports.page.sample import TARGET, sample

STARTED = sample()[0].started
CELL = STARTED.plan[1]


def altered(**changes: object) -> Started:
    return structs.replace(STARTED, **changes)


def cell(expected: Observation, tolerated: bool = False) -> Started:
    planned: PlannedCell = structs.replace(CELL, expected=expected, tolerated=tolerated)
    return altered(plan=(planned,))


def client(name: str, pkce: str, token_endpoint: str = "https://a.test/token") -> PostureInfo:
    target = structs.replace(TARGET, token_endpoint=token_endpoint)
    return PostureInfo(name, name, {"PKCE": pkce}, target)


def test_a_run_differs_from_itself_in_nothing() -> None:
    assert list(changed_facts(STARTED, STARTED)) == []
    assert list(changed_policy(STARTED, STARTED)) == []


def test_versions_that_differ_are_told_and_what_is_missing_is_absent() -> None:
    old = altered(version="0.1.0", environment={"python": "3.13.1", "mitmproxy": "12"})
    new = altered(version="0.2.0", environment={"python": "3.13.1", "chromium": "140"})

    assert [tuple(each)[:3] for each in changed_facts(old, new)] == [
        ("codejack", "0.1.0", "0.2.0"),
        ("mitmproxy", "12", "absent"),
        ("chromium", "absent", "140"),
    ]


def test_an_endpoint_is_told_once_and_a_switch_by_its_client() -> None:
    old = altered(postures=(client("web", "none"), client("spa", "S256")))
    new = altered(
        postures=(client("web", "S256", "https://b.test"), client("spa", "S256", "https://b.test"))
    )

    assert [tuple(each)[:3] for each in changed_facts(old, new)] == [
        ("web: PKCE", "none", "S256"),
        ("target: token endpoint", "https://a.test/token", "https://b.test"),
    ]


def test_a_client_that_is_new_has_no_switches_to_compare() -> None:
    old = altered(postures=(client("web", "none"),))
    new = altered(postures=(client("web", "none"), client("spa", "S256")))

    assert list(changed_facts(old, new)) == []


def test_a_cell_that_is_held_to_something_else_is_told() -> None:
    must, may = cell(Observation.ATTACK_BLOCKED), cell(Observation.ATTACK_BLOCKED, tolerated=True)
    wins = cell(Observation.ATTACK_SUCCEEDED)

    assert [tuple(each) for each in changed_policy(must, may)] == [
        (CELL.id, "must be blocked", "may succeed", CELL.scenario, CELL.posture)
    ]
    assert [each.after for each in changed_policy(must, wins)] == ["expected ATTACK_SUCCEEDED"]


def test_whether_a_cell_applies_is_no_matter_of_policy() -> None:
    applies, does_not = cell(Observation.ATTACK_BLOCKED), cell(Observation.NOT_APPLICABLE)

    assert list(changed_policy(applies, does_not)) == []
    assert list(changed_policy(does_not, applies)) == []

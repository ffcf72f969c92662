from xml.etree.ElementTree import Element, fromstring

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.outputs.assessment import Assessment
from reports.outputs.junit import junit
from tests.reports.outputs.sample import GREEN, named, told, with_text
from tests.reports.page.hostile import PAYLOADS


def read(said: Assessment) -> Element:
    return fromstring(junit(said).encode())


def counts(element: Element) -> list[int]:
    return [int(element.attrib[name]) for name in ("tests", "failures", "errors", "skipped")]


def test_a_suite_for_each_client_and_a_case_for_each_scenario() -> None:
    root = read(told())

    assert [suite.attrib["name"] for suite in root] == ["demo.web", "demo.spa", "demo.app"]
    assert [(c.attrib["classname"], c.attrib["name"]) for c in root.iter("testcase")] == [
        ("demo.web", "stolen-code"),
        ("demo.web", "replayed-code"),
        ("demo.spa", "stolen-code"),
        ("demo.spa", "replayed-code"),
        ("demo.app", "stolen-code"),
        ("demo.app", "replayed-code"),
    ]


def test_each_gate_has_its_element() -> None:
    cases = list(read(told()).iter("testcase"))

    assert [[child.tag for child in case] for case in cases] == [
        ["failure"],
        ["error"],
        ["error"],
        ["skipped"],
        [],
        [],
    ]


def test_the_counts_are_those_of_the_cases() -> None:
    root = read(told())

    assert counts(root) == [6, 1, 2, 1]
    assert [counts(suite) for suite in root] == [[2, 1, 1, 0], [2, 0, 1, 1], [2, 0, 0, 0]]


def test_a_failure_has_reason_and_remedy_and_an_error_what_would_settle_it() -> None:
    [failure] = read(told()).iter("failure")
    stale, undecided = read(told()).iter("error")

    assert failure.attrib == {"type": "VIOLATED", "message": "What stolen-code of web came to."}
    assert "Remedy: Require PKCE with S256 for every client." in (failure.text or "")
    assert undecided.attrib["type"] == "UNDECIDED"
    assert "To settle it: A server that answers." in (undecided.text or "")
    assert stale.attrib["type"] == "STALE"


def test_a_case_has_its_time_and_the_line_of_its_client() -> None:
    case = next(read(told()).iter("testcase"))

    assert case.attrib["time"] == "0.250"
    assert (case.attrib["file"], case.attrib["line"]) == ("idps/demo.idp.toml", "12")


def test_a_green_run_has_neither_failures_nor_errors() -> None:
    assert counts(read(told(outcomes=GREEN))) == [6, 0, 0, 0]


@pytest.mark.parametrize("finished", ["", "interrupted", "failed"])
def test_a_run_that_broke_off_has_an_error_of_its_own(finished: str) -> None:
    root = read(told(outcomes=GREEN, finished=finished))

    assert counts(root) == [7, 0, 1, 0]
    assert root[-1].attrib["name"] == "demo.run"


@pytest.mark.parametrize("payload", [*PAYLOADS, "\ufffe\uffff\ud800\x0b\x85"])
def test_hostile_text_stays_text(payload: str) -> None:
    root = read(with_text(payload))

    assert counts(root) == [6, 1, 2, 1]
    assert {child.tag for child in root.iter()} == {
        *("testsuites", "testsuite", "testcase", "properties", "property"),
        *("failure", "error", "skipped"),
    }


@settings(max_examples=50, deadline=None)
@given(st.text(min_size=1))
def test_any_name_of_a_client_is_well_formed(name: str) -> None:
    assert len(read(named("web", name))) == 3

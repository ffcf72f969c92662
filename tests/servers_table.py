"""Assesses every server of the lab, and writes the table ``docs/servers.md``.

make servers                          # all of them, a quarter of an hour
make servers ARGS="keycloak authlib"  # only these; the rest of the table stays
"""

import json
import sys
import tempfile
from collections import Counter
from pathlib import Path

from rich.console import Console

from codejack.assessing import Wish, assess
from codejack.known import clean_up, known_target
from reports.judgement.verdicts import Gate, Verdict
from reports.publish import write_whole
from reports.records import Observation
from victim.lab.catalogue import SERVERS
from victim.lab.lab import Lab

ROOT = Path(__file__).parent.parent
TABLE, KEPT = ROOT / "docs" / "servers.md", ROOT / "docs" / "servers.json"
CLIENTS = ("public", "confidential", "spa")
SIGNS = {Observation.ATTACK_BLOCKED: "·", Observation.NOT_APPLICABLE: " "}

type Signs = dict[str, str]
"""By scenario: a sign for each of :data:`CLIENTS`."""

OPENING = """\
# Real servers, attack by attack

What `codejack assess` observes at the servers of `codejack lab`, none of which we wrote, held to \
RFC 9700. Three signs a cell: for the public, the confidential and the single-page client. \
`make servers` writes this file.

`✗` the attack succeeds, and the policy forbids that: a finding · `o` it succeeds, and the policy \
leaves that open · `·` blocked · `?` undecided · nothing: it does not apply

Of the confidential client, the attacker is assumed to hold the secret, so that each defence must \
hold by itself; but not in the scenarios that are about secrets.

"""


def sign(verdict: Verdict | None) -> str:
    """One character for a cell."""
    if verdict is None:
        return " "
    if verdict.gate is Gate.UNDECIDED:
        return "?"
    if verdict.observed is Observation.ATTACK_SUCCEEDED:
        return "✗" if verdict.gate is Gate.VIOLATED else "o"
    return SIGNS.get(verdict.observed, "?")


def assessed(name: str, lab: Lab, console: Console) -> Signs:
    """Start a server, assess it, and stop it."""
    server = SERVERS[name]
    try:
        known = known_target(lab.start(server))
        with tempfile.TemporaryDirectory() as folder:
            wish = Wish(clients=frozenset(CLIENTS), output=Path(folder))
            outcome = assess(known.target, known.site, wish, console)
        clean_up(known)
    finally:
        lab.stop(server)
    if outcome.judgement is None:
        raise SystemExit(f"{name}: {'; '.join(outcome.troubles)}")
    cells = {(v.scenario, v.posture): v for v in outcome.judgement.verdicts}
    return {
        scenario: "".join(sign(cells.get((scenario, client))) for client in CLIENTS)
        for scenario in dict.fromkeys(scenario for scenario, _ in cells)
    }


def rendered(servers: dict[str, Signs]) -> str:
    """The document."""
    scenarios = dict.fromkeys(each for signs in servers.values() for each in signs)
    played = [s for s in scenarios if any(signs.get(s, "").strip() for signs in servers.values())]
    lines = [
        f"| | {' | '.join(servers)} |",
        f"|---|{'---|' * len(servers)}",
        *(
            f"| `{each}` | {' | '.join(_cell(signs.get(each, '')) for signs in servers.values())} |"
            for each in played
        ),
        f"| **findings** | {' | '.join(_count(signs, '✗') for signs in servers.values())} |",
        f"| **undecided** | {' | '.join(_count(signs, '?') for signs in servers.values())} |",
    ]
    about = [f"* **{name}**: {SERVERS[name].title}. {SERVERS[name].about}" for name in servers]
    return OPENING + "\n".join([*lines, "", *about, ""])


def _cell(signs: str) -> str:
    return f"`{signs}`" if signs.strip() else ""


def _count(signs: Signs, what: str) -> str:
    return str(Counter("".join(signs.values()))[what])


def main() -> None:
    """Assess what is asked for, and write the table."""
    console, lab = Console(stderr=True), Lab(tell=print)
    names = sys.argv[1:] or list(SERVERS)
    kept: dict[str, Signs] = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    for name in names:
        kept[name] = assessed(name, lab, console)
        print(f"{name}: {_count(kept[name], '✗')} findings, {_count(kept[name], '?')} undecided")
        in_order = {each: kept[each] for each in SERVERS if each in kept}
        write_whole(KEPT, json.dumps(in_order, indent=1, ensure_ascii=False) + "\n")
        write_whole(TABLE, rendered(in_order))


if __name__ == "__main__":
    main()

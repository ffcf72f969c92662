"""The table of the demo, observed on a real stage; every test reads the same run."""

import base64
import re
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import msgspec
import pytest

from reports.judgement.judge import judge
from reports.judgement.verdicts import Gate
from reports.page.html import render
from reports.records import (
    Exchange,
    Fact,
    Finished,
    Handover,
    Loot,
    Observation,
    PlayFinished,
    PlayStarted,
)
from reports.redaction.leakgate import find_leaks
from reports.runlog import read_log
from scenarios.registry import all_scenarios
from scenarios.stage.browser import Browser
from scenarios.stage.options import StageOptions
from tests.conftest import Played, plan_of, play, target_of
from tests.scenarios.evidence import EVIDENCE, without, written

pytestmark = [pytest.mark.stage, pytest.mark.timeout(240)]

WINS, BLOCKED, NONE = "ATTACK_SUCCEEDED", "ATTACK_BLOCKED", "NOT_APPLICABLE"
POSTURES = ("no-pkce", "plain", "s256", "confidential-s256")

# Typed in from the issue, and not derived by the model: this is what the model must agree with.
TABLE = {
    "stolen-code": (WINS, BLOCKED, BLOCKED, BLOCKED),
    "stolen-code-seen-request": (WINS, WINS, BLOCKED, BLOCKED),
    "verifier-in-state": (NONE, WINS, WINS, BLOCKED),
    "fixed-verifier": (NONE, WINS, WINS, BLOCKED),
    "injected-code": (WINS, BLOCKED, BLOCKED, BLOCKED),
    "injected-code-and-state": (NONE, WINS, WINS, WINS),
    "own-flow": (WINS, WINS, WINS, BLOCKED),
}
CHANNELS = {
    "stolen-code": {"custom-scheme", "loopback", "plaintext"},
    "stolen-code-seen-request": {"custom-scheme", "loopback", "plaintext"},
}


CLAIMS = frozenset({Observation.ATTACK_SUCCEEDED, Observation.ATTACK_BLOCKED})


@pytest.fixture(scope="module")
def headline(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Played:
    """Every headline scenario, played once for all tests that only read."""
    folder = tmp_path_factory.mktemp("headline")
    return play(folder, plan_of(*all_scenarios()), StageOptions(browser, port=0))


def test_the_run_completed_and_everything_was_decided_and_met(headline: Played) -> None:
    assert headline.error is None
    assert headline.judgement.complete
    assert {verdict.gate for verdict in headline.judgement.verdicts} == {Gate.MET}
    assert headline.judgement.exit_code == 0


@pytest.mark.parametrize("scenario", TABLE)
def test_a_row_of_the_table_is_observed_exactly_on_every_channel(
    headline: Played, scenario: str
) -> None:
    rows: dict[str, dict[str, str]] = defaultdict(dict)
    for verdict in headline.judgement.verdicts:
        if verdict.scenario == scenario:
            rows[verdict.channel][verdict.posture] = verdict.observed.value

    assert len(rows) == len(CHANNELS.get(scenario, {"one"}))
    assert set(rows) >= CHANNELS.get(scenario, set())
    for row in rows.values():
        assert tuple(row[posture] for posture in POSTURES) == TABLE[scenario]


def test_a_secret_alone_does_not_stop_injection(headline: Played) -> None:
    verdict = headline.verdict("injected-code/plaintext/confidential-no-pkce")
    assert verdict.observed is Observation.ATTACK_SUCCEEDED


@pytest.mark.parametrize("scenario", ["verifier-in-state", "fixed-verifier", "own-flow"])
def test_where_only_the_secret_helped_the_verdict_says_so(headline: Played, scenario: str) -> None:
    (verdict,) = (
        verdict
        for verdict in headline.judgement.verdicts
        if verdict.scenario == scenario and verdict.posture == "confidential-s256"
    )
    assert "blocked by the client secret, not by PKCE" in verdict.notes


def test_no_verdict_carries_a_doubt(headline: Played) -> None:
    notes = {note for verdict in headline.judgement.verdicts for note in verdict.notes}
    assert notes == {"blocked by the client secret, not by PKCE"}


def test_every_play_ran_to_its_end(headline: Played) -> None:
    assert {end.error for end in headline.stored.of(PlayFinished)} == {""}


def test_judged_again_from_disk_nothing_changes(headline: Played) -> None:
    again = read_log(headline.run.log)

    assert judge(again) == headline.judgement
    assert render(again, judge(again)) == render(headline.stored, headline.judgement)


def test_every_blocked_attack_lies_between_two_honest_logins_of_its_group(
    headline: Played,
) -> None:
    ends = {end.play: end.at for end in headline.stored.of(PlayFinished)}
    starts = {start.play: start for start in headline.stored.of(PlayStarted)}
    controls = [start for start in starts.values() if start.kind == "control"]
    for verdict in headline.judgement.verdicts:
        if verdict.observed is Observation.ATTACK_BLOCKED:
            attack = starts[verdict.play]
            same = [control for control in controls if control.group == attack.group]
            assert any(ends[control.play] <= attack.at for control in same), verdict.cell
            assert any(control.at >= ends[attack.play] for control in same), verdict.cell


def test_loot_was_seen_where_it_says_and_nowhere_before(headline: Played) -> None:
    seen = {record.id: record for record in headline.stored.of(Exchange)}
    handed = {record.id: record for record in headline.stored.of(Handover)}
    loot = list(headline.stored.of(Loot))
    assert {item.kind for item in loot} >= {"code", "state", "code_challenge", "code_verifier"}
    for item in loot:
        record = seen.get(item.seen_in) or handed.get(item.seen_in)
        assert record is not None, item
        assert record.play == item.play, item
        assert record.at <= item.at, item


def test_the_attackers_channels_are_the_three_real_ones(headline: Played) -> None:
    cells = {start.play: start.cell for start in headline.stored.of(PlayStarted)}
    exchanges = {exchange.id: exchange for exchange in headline.stored.of(Exchange)}
    captured: dict[str, set[tuple[str, str, str]]] = defaultdict(set)
    for item in headline.stored.of(Loot):
        if item.kind == "code":
            seen = exchanges[item.seen_in]
            channel = cells[item.play].split("/")[1]
            captured[channel].add((seen.source, seen.destination, seen.seen_by))
    assert captured == {
        "custom-scheme": {("malicious-app", "thief", "proxy")},
        "loopback": {("victim-browser", "thief", "listener")},
        "plaintext": {("victim-browser", "thief", "proxy")},
    }


def test_the_operating_system_chose_the_malicious_app_in_attacks_and_never_in_controls(
    headline: Played,
) -> None:
    kinds = {start.play: start.kind for start in headline.stored.of(PlayStarted)}
    chosen = defaultdict(set)
    for handover in headline.stored.of(Handover):
        if handover.medium == "xdg-open" and handover.source == "victim-browser":
            chosen[kinds[handover.play]].add(handover.destination)
    assert chosen == {"attack": {"malicious-app"}, "control": {"honest-app"}}


def test_every_exchange_belongs_to_the_play_in_which_it_happened(headline: Played) -> None:
    begun = {start.play: start.at for start in headline.stored.of(PlayStarted)}
    ended = {end.play: end.at for end in headline.stored.of(PlayFinished)}
    for exchange in headline.stored.of(Exchange):
        assert exchange.play, exchange.id
        assert begun[exchange.play] <= exchange.at <= ended[exchange.play], exchange.id


def test_a_code_is_only_ever_seen_in_the_play_that_made_it(headline: Played) -> None:
    where = defaultdict(set)
    for exchange in headline.stored.of(Exchange):
        for label in re.findall(r"\bcode#\d+", str(exchange)):
            where[label].add(exchange.play)
    assert len(where) > 50
    assert {label: found for label, found in where.items() if len(found) > 1} == {}


def test_each_actor_did_only_what_it_is_there_for(headline: Played) -> None:
    target = target_of(headline)
    spoke = defaultdict(set)
    for exchange in headline.stored.of(Exchange):
        spoke[exchange.request.endpoint].add(exchange.source)
        if exchange.source in {"thief", "malicious-app", "attacker-browser"}:
            assert "password" not in exchange.request.form
    assert spoke[target.token_endpoint] == {"client", "thief"}
    assert spoke[target.userinfo_endpoint] == {"client", "thief"}
    assert "client" not in spoke[target.authorization_endpoint]


def test_no_control_shows_a_trace_of_the_attacker(headline: Played) -> None:
    kinds = {start.play: start.kind for start in headline.stored.of(PlayStarted)}
    involved: dict[str, set[str]] = defaultdict(set)
    for exchange in headline.stored.of(Exchange):
        involved[kinds[exchange.play]] |= {exchange.source, exchange.destination}
    attackers = {"thief", "malicious-app", "attacker-browser"}
    assert involved["attack"] >= attackers
    assert involved["control"].isdisjoint(attackers)


def test_nobody_tried_to_leave_the_stage(headline: Played) -> None:
    refused = [fact.text for fact in headline.stored.of(Fact) if fact.name == "refused-dial"]
    # Chromium's own calls home; they are refused like everything else.
    assert [
        text for text in refused if " tried content-autofill.googleapis.com:443" not in text
    ] == []


def test_what_a_strict_provider_refuses_to_register_is_told(headline: Played) -> None:
    facts = [fact.text for fact in headline.stored.of(Fact) if fact.name == "strict-provider"]
    assert any("plaintext redirect" in text for text in facts)


def test_no_secret_is_in_any_byte_of_the_run_folder(headline: Played) -> None:
    headline.run.report.write_text(render(headline.stored, headline.judgement))

    kinds = {secret.label.partition("#")[0] for secret in headline.run.vault.secrets()}
    expected = {"access_token", "client_secret", "code", "code_verifier", "password", "session"}
    assert kinds >= expected | {"csrf_token", "id_token", "state"}
    assert find_leaks([headline.run.folder], headline.run.vault) == []


def test_a_dumb_search_that_shares_no_code_with_redaction_finds_nothing_either(
    headline: Played,
) -> None:
    files = [path for path in headline.run.folder.rglob("*") if path.is_file()]
    content = b"\n".join(path.read_bytes() for path in files)
    lowered = content.lower()
    for secret in headline.run.vault.secrets():
        raw = secret.reveal().encode()
        assert raw not in content, secret
        assert quote(raw, safe="").encode() not in content, secret
        assert "".join(f"%{byte:02x}" for byte in raw).encode() not in lowered, secret
        assert raw.hex().encode() not in lowered, secret
        for alignment in range(3):
            encoded = base64.b64encode(b"\0" * alignment + raw)
            middle = encoded[4 : len(encoded) // 4 * 4 - 4]
            assert len(middle) >= 8
            assert middle not in content, secret
            assert middle.translate(bytes.maketrans(b"+/", b"-_")) not in content, secret


def test_the_dumb_search_would_find_a_secret(headline: Played, tmp_path: Path) -> None:
    secret = next(headline.run.vault.secrets())
    planted = tmp_path / "planted.txt"
    planted.write_bytes(base64.b64encode(b"x" + secret.reveal().encode()))

    assert [leak.label for leak in find_leaks([planted], headline.run.vault)] == [secret.label]


def test_how_exchanges_are_attributed_stays_off_the_record(headline: Played) -> None:
    log = headline.run.log.read_bytes().lower()
    assert b"traceparent" not in log
    assert b"proxy-authorization" not in log


@pytest.mark.parametrize("name", EVIDENCE)
def test_without_evidence_a_good_run_decides_nothing(
    headline: Played, tmp_path: Path, name: str
) -> None:
    judgement = judge(without(headline, EVIDENCE[name](headline), tmp_path))

    assert CLAIMS.isdisjoint(verdict.observed for verdict in judgement.verdicts)
    assert judgement.exit_code == 3


@pytest.mark.parametrize("position", ["before", "after"])
def test_without_one_of_the_honest_logins_nothing_is_blocked(
    headline: Played, tmp_path: Path, position: str
) -> None:
    gone = {start.play for start in headline.stored.of(PlayStarted) if start.position == position}
    stored = without(headline, lambda record: getattr(record, "play", "") in gone, tmp_path)

    observed = {verdict.observed for verdict in judge(stored).verdicts}

    assert Observation.ATTACK_BLOCKED not in observed
    assert judge(stored).exit_code == 3


def test_a_log_cut_anywhere_claims_nothing_that_the_whole_log_does_not(headline: Played) -> None:
    whole = {verdict.cell: verdict.observed for verdict in headline.judgement.verdicts}
    records = headline.stored.records
    cuts = [n for n, record in enumerate(records, 1) if isinstance(record, PlayFinished)]
    for cut in {*cuts, *range(1, len(records) - 1, len(records) // 40)}:
        judgement = judge(replace(headline.stored, records=records[:cut], finished=None))
        assert judgement.exit_code == 3
        assert not judgement.complete
        for verdict in judgement.verdicts:
            if verdict.observed is not Observation.INCONCLUSIVE:
                assert verdict.observed is whole[verdict.cell]


@pytest.mark.parametrize("outcome", ["interrupted", "failed"])
def test_a_run_that_did_not_complete_is_never_green(
    headline: Played, tmp_path: Path, outcome: str
) -> None:
    *records, last = headline.stored.records
    assert isinstance(last, Finished)

    stored = written([*records, msgspec.structs.replace(last, outcome=outcome)], tmp_path)

    assert judge(stored).exit_code == 3

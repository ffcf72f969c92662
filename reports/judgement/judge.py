"""Judgement: what was observed in each cell, from the records of the run and nothing else.

Every cell starts as inconclusive, and only evidence moves it. ``ATTACK_SUCCEEDED`` takes the
victim's data in the attacker's hands. ``ATTACK_BLOCKED`` takes a refusal of this very code with an
OAuth error. Both take two honest logins that worked, one before and one after, and an attack that
ran to its end. Whatever is less stays inconclusive, and says what was missing.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from reports.judgement.doubts import (
    Attempt,
    Case,
    doubt,
    doubt_about_attempt,
    doubt_about_refusal,
    trouble_of,
)
from reports.judgement.evidence import PlayEvidence, nearest_controls, plays
from reports.judgement.redemption import redemptions
from reports.judgement.verdicts import Gate, Judgement, Verdict
from reports.records import Exchange, Observation, PlannedCell, Proof, ScenarioInfo
from reports.runlog import StoredRun

_FITTING_ERRORS = frozenset({"invalid_grant", "invalid_request"})


@dataclass(frozen=True)
class _Finding:
    observed: Observation
    reason: str
    evidence: tuple[str, ...] = ()
    decisive: str = ""
    clause: str = ""
    notes: tuple[str, ...] = ()
    settle: str = ""


def judge(run: StoredRun) -> Judgement:
    """Judge every planned cell of a run. The same log always gives the same judgement."""
    court = _Court(run)
    verdicts = [court.verdict(cell) for cell in run.started.plan]
    complete = run.finished is not None and run.finished.outcome == "completed"
    return Judgement(run.started.run, complete, tuple(_with_weapon_note(verdicts)))


class _Court:
    def __init__(self, run: StoredRun) -> None:
        self._scenarios = {scenario.id: scenario for scenario in run.started.scenarios}
        self._postures = {posture.id: posture for posture in run.started.postures}
        self._skipped = {channel.id: channel.skipped for channel in run.started.channels}
        self._plays = plays(run)
        targets = {posture.target for posture in run.started.postures if posture.target}
        self._redeemed = tuple(
            each for target in targets for each in redemptions(run.of(Exchange), target)
        )

    def verdict(self, cell: PlannedCell) -> Verdict:
        attacks = [
            play
            for play in self._plays
            if play.started.kind == "attack" and play.started.cell == cell.id
        ]
        finding = self._finding(cell, attacks)
        ends = [attack.finished for attack in attacks if attack.finished]
        return Verdict(
            cell=cell.id,
            scenario=cell.scenario,
            channel=cell.channel,
            posture=cell.posture,
            observed=finding.observed,
            expected=cell.expected,
            gate=_gate(finding.observed, cell.expected),
            reason=finding.reason,
            seconds=ends[0].seconds if ends else 0.0,
            play=attacks[0].started.play if attacks else "",
            evidence=finding.evidence,
            decisive=finding.decisive,
            clause=finding.clause,
            notes=finding.notes,
            settle=finding.settle,
        )

    def _finding(self, cell: PlannedCell, attacks: list[PlayEvidence]) -> _Finding:
        if cell.expected is Observation.NOT_APPLICABLE and not attacks:
            return _Finding(Observation.NOT_APPLICABLE, cell.why)
        if skipped := self._skipped.get(cell.channel):
            return _open(f"The channel was skipped: {skipped}.", "Run codejack doctor.")
        if not attacks:
            return _open("The attack was never played.", "Run the scenario again.")
        if len(attacks) > 1:
            return _open("The attack was recorded more than once.", "Run the scenario again.")
        scenario, attack = self._scenarios.get(cell.scenario), attacks[0]
        if scenario is None:
            return _open("The log does not describe this scenario.", "Run the scenario again.")
        posture = self._postures.get(cell.posture)
        if posture is None or posture.target is None:
            return _open("The log does not describe this posture.", "Run the scenario again.")
        before, after = nearest_controls(attack, self._plays, posture.target)
        case = Case(scenario.proof, posture, posture.target, attack, before, after, self._redeemed)
        return _judge_case(scenario, case)


def _judge_case(scenario: ScenarioInfo, case: Case) -> _Finding:
    captured = list(case.attack.captured_codes())
    trouble = trouble_of(case.attack)
    if not captured:
        return _open(f"No code of the victim's was captured{trouble}.", "Look at the channel.")
    attempts = list(case.attempts(captured))
    if not attempts:
        return _open(
            f"The captured {captured[0].value} was never presented to the token endpoint{trouble}.",
            "Look at the steps of the attack.",
        )
    redeemed = [attempt for attempt in attempts if attempt.redemption.token]
    undecided = [attempt for attempt in attempts if attempt.redemption.trouble]
    if redeemed:
        return _theft(scenario, case, redeemed)
    if undecided:
        loot, used, _ = undecided[0]
        return _open(
            f"The token request for {loot.value} decided nothing: {used.trouble}.",
            "Look at the identity provider, and run the scenario again.",
        )
    return _refusal(case, attempts[0])


def _theft(scenario: ScenarioInfo, case: Case, redeemed: list[Attempt]) -> _Finding:
    attempt = next((attempt for attempt in redeemed if case.prize(attempt)), redeemed[0])
    loot, used, _ = attempt
    if why := doubt(case) or doubt_about_attempt(case, attempt):
        return _open(
            f"The server accepted {loot.value}, but {why}.",
            "A theft counts only between two honest logins of the victim.",
        )
    look = case.prize(attempt)
    if look is None:
        return _open(
            f"{loot.value} was redeemed, but nothing shows the data of {case.subject} in the "
            "attacker's hands because of it.",
            "Look at userinfo, or at the attacker's session.",
        )
    by_thief = case.proof is Proof.TOKEN
    who = "thief" if by_thief else "client"
    where = "userinfo showed it" if by_thief else "the attacker's session showed"
    return _Finding(
        Observation.ATTACK_SUCCEEDED,
        f"The {who} redeemed {loot.value}, and {where} the data of {case.subject}.",
        (loot.seen_in, loot.id, used.exchange.id, look.id),
        look.id,
        next(iter(scenario.clauses), ""),
    )


def _refusal(case: Case, attempt: Attempt) -> _Finding:
    loot, used, _ = attempt
    why = doubt(case) or doubt_about_attempt(case, attempt) or doubt_about_refusal(case, attempt)
    if why or case.before is None or case.before.redemption is None:
        return _open(
            f"The server refused {loot.value} with {used.error}, but {why}.",
            "A refusal counts only for a fresh code between two honest logins.",
        )
    honest = case.before.redemption
    by_secret = honest.with_secret and not used.with_secret and used.error == "invalid_client"
    notes = ["blocked by the client secret, not by PKCE"] if by_secret else []
    if not by_secret and used.error not in _FITTING_ERRORS:
        notes.append(f"refused, wrong reason: {used.error}")
    by_pkce = "RFC7636#4.6" if "code_verifier" in honest.form else "RFC6749#5.2"
    return _Finding(
        Observation.ATTACK_BLOCKED,
        f"The server refused {loot.value} with {used.error}"
        f"{' for want of the client secret' if by_secret else ''}; the honest login worked "
        "before and after.",
        (loot.seen_in, loot.id, used.exchange.id),
        used.exchange.id,
        "RFC6749#3.2.1" if by_secret else by_pkce,
        tuple(notes),
    )


def _open(reason: str, settle: str) -> _Finding:
    return _Finding(Observation.INCONCLUSIVE, reason, settle=settle)


def _gate(observed: Observation, expected: Observation) -> Gate:
    if observed is Observation.INCONCLUSIVE:
        return Gate.UNDECIDED
    return Gate.MET if observed is expected else Gate.VIOLATED


def _with_weapon_note(verdicts: list[Verdict]) -> Iterator[Verdict]:
    """A block proves little if the same attack won nowhere: it may never have been able to."""
    won = Observation.ATTACK_SUCCEEDED
    fired = {(v.scenario, v.channel) for v in verdicts if v.observed is won}
    for verdict in verdicts:
        weapon = (verdict.scenario, verdict.channel)
        if verdict.observed is Observation.ATTACK_BLOCKED and weapon not in fired:
            note = "unproven: over this channel, this attack succeeded nowhere in this run"
            yield msgspec.structs.replace(verdict, notes=(*verdict.notes, note))
        else:
            yield verdict

"""Judgement: what was observed in each cell, from the records of the run and nothing else.

Every cell starts as inconclusive, and only evidence moves it. ``ATTACK_SUCCEEDED`` takes the prize
in the attacker's hands. ``ATTACK_BLOCKED`` takes a refusal of this very attempt. Both take two
honest logins that worked, one before and one after, and an attack that ran to its end. Whatever is
less stays inconclusive, and says what was missing.
"""

from collections import defaultdict
from collections.abc import Iterator

import msgspec

from reports.actors import CLIENT
from reports.judgement.authorization import (
    conversation,
    error_of,
    is_fault,
    is_to_server,
    status_of,
)
from reports.judgement.case import Case
from reports.judgement.doubts import doubt, doubt_about_attempt, seen_anyway, trouble_of
from reports.judgement.evidence import PlayEvidence, nearest_controls, plays
from reports.judgement.finding import Finding, undecided
from reports.judgement.prizes import Prize, prize
from reports.judgement.redemption import Redemption, ended, redemptions
from reports.judgement.refusals import refusal
from reports.judgement.refused import Refused
from reports.judgement.verdicts import Gate, Judgement, Verdict
from reports.records import Exchange, Observation, PlannedCell, Proof, Refusal
from reports.runlog import StoredRun


def judge(run: StoredRun) -> Judgement:
    """Judge every planned cell of a run. The same log always gives the same judgement."""
    court = _Court(run)
    verdicts = [court.verdict(cell) for cell in run.started.plan]
    complete = run.finished is not None and run.finished.outcome == "completed"
    assessment = _is_assessment(run)
    noted = verdicts if assessment else _with_weapon_note(verdicts)
    return Judgement(run.started.run, complete, tuple(noted), assessment)


class _Court:
    def __init__(self, run: StoredRun) -> None:
        self._scenarios = {scenario.id: scenario for scenario in run.started.scenarios}
        self._postures = {posture.id: posture for posture in run.started.postures}
        self._skipped = {channel.id: channel.skipped for channel in run.started.channels}
        self._attacks: dict[str, list[PlayEvidence]] = defaultdict(list)
        self._logins: dict[str, list[PlayEvidence]] = defaultdict(list)
        for play in plays(run):
            if play.started.kind == "attack":
                self._attacks[play.started.cell].append(play)
            else:
                self._logins[play.started.group].append(play)
        self._presented: dict[str, list[Redemption]] = defaultdict(list)
        targets = {posture.target for posture in run.started.postures if posture.target}
        by_endpoint = {target.token_endpoint: target for target in targets}
        for exchange in run.of(Exchange):
            if target := by_endpoint.get(exchange.request.endpoint):
                for each in redemptions([exchange], target):
                    self._presented[each.presented].append(each)

    def verdict(self, cell: PlannedCell) -> Verdict:
        attacks = self._attacks[cell.id]
        finding = self._finding(cell, attacks)
        ends = [attack.finished for attack in attacks if attack.finished]
        return Verdict(
            cell=cell.id,
            scenario=cell.scenario,
            channel=cell.channel,
            posture=cell.posture,
            observed=finding.observed,
            expected=cell.expected,
            gate=_gate(finding.observed, cell),
            reason=finding.reason,
            seconds=ends[0].seconds if ends else 0.0,
            play=attacks[0].started.play if attacks else "",
            evidence=finding.evidence,
            decisive=finding.decisive,
            clause=finding.clause,
            notes=finding.notes,
            settle=finding.settle,
        )

    def _finding(self, cell: PlannedCell, attacks: list[PlayEvidence]) -> Finding:
        if cell.expected is Observation.NOT_APPLICABLE and not attacks:
            return Finding(Observation.NOT_APPLICABLE, cell.why)
        if skipped := self._skipped.get(cell.channel):
            return undecided(f"The channel was skipped: {skipped}.", "Run codejack doctor.")
        if not attacks:
            return undecided("The attack was never played.", "Run the scenario again.")
        if len(attacks) > 1:
            return undecided("The attack was recorded more than once.", "Run the scenario again.")
        scenario, attack = self._scenarios.get(cell.scenario), attacks[0]
        if scenario is None:
            return undecided("The log does not describe this scenario.", "Run the scenario again.")
        posture = self._postures.get(cell.posture)
        if posture is None or posture.target is None:
            return undecided("The log does not describe this posture.", "Run the scenario again.")
        logins = self._logins[attack.started.group]
        before, after = nearest_controls(attack, logins, posture.target)
        return _judge_case(
            Case(scenario, posture, posture.target, attack, before, after, self._presented)
        )


def _judge_case(case: Case) -> Finding:
    if got := prize(case):
        return _won(case, got)
    attempts = list(case.attempts())
    redeemed = next((each for each in attempts if each.redemption.token), None)
    if redeemed and not _may_fail_later(case):
        why = doubt(case) or doubt_about_attempt(case, redeemed)
        return undecided(
            f"The server accepted {redeemed.loot.value}, but "
            f"{why or f'nothing shows the data of {case.subject} because of it'}.",
            "Look at userinfo, or at the attacker's session.",
        )
    for attempt in attempts:
        if trouble := attempt.redemption.trouble:
            return undecided(
                f"The token request for {attempt.loot.value} decided nothing: {trouble}.",
                "Look at the identity provider, and run the scenario again.",
            )
    if said_no := _stopped(case):
        return _lost(case, said_no)
    return _nothing_decided(case)


def _won(case: Case, got: Prize) -> Finding:
    of_attempt = doubt_about_attempt(case, got.attempt) if got.attempt else ""
    if why := doubt(case) or of_attempt:
        return undecided(
            f"{got.text.rstrip('.')}, but {why}.",
            "A theft counts only between two honest logins of the victim.",
        )
    clause = next(iter(case.scenario.clauses), "")
    shown = got.shown_in.id
    return Finding(Observation.ATTACK_SUCCEEDED, got.text, got.evidence, shown, clause)


def _lost(case: Case, said_no: Refused) -> Finding:
    if why := doubt(case) or said_no.doubt or seen_anyway(case):
        return undecided(
            f"{said_no.text}, but {why}.",
            "A refusal counts only for a fresh attempt between two honest logins.",
        )
    return Finding(
        Observation.ATTACK_BLOCKED,
        f"{said_no.text}; the honest login worked before and after.",
        said_no.evidence,
        said_no.decisive,
        said_no.clause,
        said_no.notes,
    )


def _may_fail_later(case: Case) -> bool:
    """Whether a token may still be refused to the attacker, or a login by the client."""
    later = bool({Refusal.USERINFO, Refusal.CLIENT} & set(case.scenario.refusals))
    return later or case.proof is Proof.DENIAL


def _stopped(case: Case) -> Refused | None:
    """What kept the attack from its prize. That the thief gets no token locks nobody out."""
    return _denial_failed(case) if case.proof is Proof.DENIAL else refusal(case)


def _denial_failed(case: Case) -> Refused | None:
    """The honest client redeems a code that the thief has presented."""
    for attempt in case.attempts():
        for honest in redemptions(case.attack.exchanges(CLIENT), case.target):
            later = honest.exchange.at >= ended(attempt.redemption.exchange)
            if later and honest.presented == attempt.loot.value and honest.token:
                return Refused(
                    f"The thief presented {attempt.loot.value}, and the honest client redeemed it "
                    "all the same",
                    (
                        attempt.loot.seen_in,
                        attempt.loot.id,
                        attempt.redemption.exchange.id,
                        honest.exchange.id,
                    ),
                    honest.exchange.id,
                    next(iter(case.scenario.clauses), ""),
                )
    return None


def _nothing_decided(case: Case) -> Finding:
    trouble = trouble_of(case.attack)
    if failing := _server_error(case):
        return undecided(
            f"The identity provider answered {failing}, and decided nothing by it.",
            "A server error is no refusal: look at the identity provider's log.",
        )
    captured = case.captured()
    if captured and not list(case.attempts()):
        return undecided(
            f"The captured {captured[0].value} was never presented to the token endpoint{trouble}.",
            "Look at the steps of the attack.",
        )
    if captured:
        why = f": {reason}" if (reason := doubt(case)) else ""
        return undecided(f"Nothing was won, and nothing refused{why}.", "Look at the steps.")
    return undecided(f"No code of the victim's was captured{trouble}.", "Look at the channel.")


def _server_error(case: Case) -> str:
    """What the provider failed with in the end, at a request of the attacker's or in all."""
    ends = [conversation(case, asked)[-1:] for asked in case.attack.loot("authorization_request")]
    ends.append(list(filter(is_to_server, case.attack.exchanges(case.owner)))[-1:])
    failed = next((each for end in ends for each in end if is_fault(each)), None)
    return (error_of(failed) or status_of(failed)) if failed else ""


def _gate(observed: Observation, cell: PlannedCell) -> Gate:
    if observed is Observation.INCONCLUSIVE:
        return Gate.UNDECIDED
    tolerated = cell.tolerated and observed is Observation.ATTACK_SUCCEEDED
    return Gate.MET if tolerated or observed is cell.expected else Gate.VIOLATED


def _is_assessment(run: StoredRun) -> bool:
    """Whether the server is a real one: nothing is meant to succeed there."""
    return bool(run.started.target_file)


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

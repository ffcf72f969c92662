"""Judgement: what was observed in each cell, from the records of the run and nothing else.

Every cell starts as inconclusive, and only evidence moves it. ``ATTACK_SUCCEEDED`` takes the
victim's data in the attacker's hands. ``ATTACK_BLOCKED`` takes a refusal of this very code with an
OAuth error, between two honest logins that worked. Whatever is less stays inconclusive.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from reports.evidence import (
    Control,
    PlayEvidence,
    Redemption,
    control,
    plays,
    read_with,
    redemptions,
    subject_shown,
)
from reports.records import Exchange, Loot, Observation, PlannedCell, Proof, ScenarioInfo, Target
from reports.runlog import StoredRun
from reports.verdicts import Gate, Judgement, Verdict

_FITTING_ERRORS = frozenset({"invalid_grant", "invalid_request"})
_BOUND_TO = ("client_id", "redirect_uri")


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


def _open(reason: str, settle: str) -> _Finding:
    return _Finding(Observation.INCONCLUSIVE, reason, settle=settle)


class _Court:
    def __init__(self, run: StoredRun) -> None:
        self._target: Target = run.started.target
        self._scenarios = {scenario.id: scenario for scenario in run.started.scenarios}
        self._skipped = {channel.id: channel.skipped for channel in run.started.channels}
        self._plays = plays(run)
        self._attacks = {p.started.cell: p for p in self._plays.values() if p.started.cell}
        self._redeemed = list(redemptions(run.of(Exchange), self._target))

    def verdict(self, cell: PlannedCell) -> Verdict:
        attack = self._attacks.get(cell.id)
        finding = self._finding(cell, attack)
        seconds = attack.finished.seconds if attack and attack.finished else 0.0
        return Verdict(
            cell=cell.id,
            scenario=cell.scenario,
            channel=cell.channel,
            posture=cell.posture,
            observed=finding.observed,
            expected=cell.expected,
            gate=_gate(finding.observed, cell.expected),
            reason=finding.reason,
            seconds=seconds,
            play=attack.started.play if attack else "",
            evidence=finding.evidence,
            decisive=finding.decisive,
            clause=finding.clause,
            notes=finding.notes,
            settle=finding.settle,
        )

    def _finding(self, cell: PlannedCell, attack: PlayEvidence | None) -> _Finding:
        if cell.expected is Observation.NOT_APPLICABLE:
            return _Finding(Observation.NOT_APPLICABLE, cell.why)
        if skipped := self._skipped.get(cell.channel):
            return _open(f"The channel was skipped: {skipped}.", "Run codejack doctor.")
        if attack is None:
            return _open("The attack was never played.", "Run the scenario again.")
        scenario = self._scenarios[cell.scenario]
        before, after = self._controls(attack)
        subject = next((c.subject for c in (before, after) if c and c.subject), "")
        stolen = next(iter(attack.loot("code")), None)
        if not subject:
            return _open(_failed_controls(before, after), "Make the honest login work first.")
        if stolen is None:
            return _open(f"No code was captured{_error(attack)}.", "Look at the channel.")
        return self._judge_code(scenario, attack, stolen, subject, (before, after))

    def _judge_code(
        self,
        scenario: ScenarioInfo,
        attack: PlayEvidence,
        stolen: Loot,
        subject: str,
        controls: tuple[Control | None, Control | None],
    ) -> _Finding:
        redeemer = "thief" if scenario.proof is Proof.TOKEN else "client"
        used = next(
            (
                redemption
                for redemption in redemptions(attack.exchanges(redeemer), self._target)
                if redemption.form.get("code") == stolen.value
                and redemption.exchange.at >= stolen.at
            ),
            None,
        )
        if used is None:
            return _open(
                f"The captured {stolen.value} was never presented to the token endpoint"
                f"{_error(attack)}.",
                "Look at the steps of the attack.",
            )
        if used.token:
            return self._theft(scenario, attack, stolen, used, subject)
        if used.error:
            return self._refusal(attack, stolen, used, subject, controls)
        return _open(
            f"The token request for {stolen.value} decided nothing: {used.trouble}.",
            "Look at the identity provider, and run the scenario again.",
        )

    def _theft(
        self,
        scenario: ScenarioInfo,
        attack: PlayEvidence,
        stolen: Loot,
        used: Redemption,
        subject: str,
    ) -> _Finding:
        if scenario.proof is Proof.TOKEN:
            looks = read_with(used.token, attack.exchanges("thief"), self._target)
        else:
            looks = attack.exchanges("attacker-browser")
        for look in looks:
            if look.at >= used.exchange.at and subject_shown(look) == subject:
                how = (
                    f"The thief redeemed {stolen.value}, and userinfo showed it"
                    if scenario.proof is Proof.TOKEN
                    else f"The client redeemed {stolen.value}, and the attacker's session showed"
                )
                return _Finding(
                    Observation.ATTACK_SUCCEEDED,
                    f"{how} the data of {subject}.",
                    (stolen.seen_in, stolen.id, used.exchange.id, look.id),
                    look.id,
                    scenario.clauses[0],
                )
        return _open(
            f"{stolen.value} was redeemed, but nothing shows the data of {subject} in the "
            f"attacker's hands{_error(attack)}.",
            "Look at userinfo, or at the attacker's session.",
        )

    def _refusal(
        self,
        attack: PlayEvidence,
        stolen: Loot,
        used: Redemption,
        subject: str,
        controls: tuple[Control | None, Control | None],
    ) -> _Finding:
        before, after = controls
        doubt = _doubt_about(used, controls, subject) or self._worn_out(used, stolen)
        if not attack.ran_to_the_end:
            doubt = f"the attack did not run to its end{_error(attack)}"
        if doubt or before is None or after is None or before.redemption is None:
            return _open(
                f"The server refused {stolen.value} with {used.error}, but {doubt}.",
                "A refusal counts only for a fresh code between two honest logins.",
            )
        by_secret = before.redemption.with_secret and not used.with_secret
        by_secret = by_secret and used.error == "invalid_client"
        notes = ["blocked by the client secret, not by PKCE"] if by_secret else []
        if not by_secret and used.error not in _FITTING_ERRORS:
            notes.append(f"refused, wrong reason: {used.error}")
        return _Finding(
            Observation.ATTACK_BLOCKED,
            f"The server refused {stolen.value} with {used.error}"
            f"{' for want of the client secret' if by_secret else ''}; the honest login worked "
            "before and after.",
            (stolen.seen_in, stolen.id, used.exchange.id),
            used.exchange.id,
            "RFC6749#3.2.1" if by_secret else "RFC7636#4.6",
            tuple(notes),
        )

    def _worn_out(self, used: Redemption, stolen: Loot) -> str:
        """A code that was presented before may be refused for that alone."""
        earlier = (
            other
            for other in self._redeemed
            if other.form.get("code") == stolen.value and other.exchange.at < used.exchange.at
        )
        first = next(earlier, None)
        return f"{first.exchange.source} had presented it before" if first else ""

    def _controls(self, attack: PlayEvidence) -> tuple[Control | None, Control | None]:
        """The nearest honest logins of the same group, ended before and begun after the attack."""
        same = [
            play
            for play in self._plays.values()
            if play.started.kind == "control" and play.started.group == attack.started.group
        ]
        ended = [p for p in same if p.finished and p.finished.at <= attack.started.at]
        end = attack.finished.at if attack.finished else ""
        begun = [p for p in same if end and p.started.at >= end]
        return (
            control(ended[-1], self._target) if ended else None,
            control(begun[0], self._target) if begun else None,
        )


def _doubt_about(
    used: Redemption, controls: tuple[Control | None, Control | None], subject: str
) -> str:
    for name, login in zip(("before", "after"), controls, strict=True):
        if login is None:
            return f"there was no honest login {name} the attack"
        if not login.holds or login.redemption is None:
            return f"the honest login {name} the attack failed: {login.trouble}"
        if login.subject != subject:
            return "the honest logins were of different users"
        for parameter in _BOUND_TO:
            if used.form.get(parameter) != login.redemption.form.get(parameter):
                return f"it named another {parameter} than the honest client does"
    return ""


def _failed_controls(before: Control | None, after: Control | None) -> str:
    troubles = [login.trouble for login in (before, after) if login]
    why = troubles[0] if troubles else "there was none"
    return f"The honest login did not work: {why}."


def _error(attack: PlayEvidence) -> str:
    if attack.finished is None:
        return " (the run ended in the middle of the attack)"
    return f" ({attack.finished.error.splitlines()[0]})" if attack.finished.error else ""


def _gate(observed: Observation, expected: Observation) -> Gate:
    if observed is Observation.INCONCLUSIVE:
        return Gate.UNDECIDED
    return Gate.MET if observed is expected else Gate.VIOLATED


def _with_weapon_note(verdicts: Iterable[Verdict]) -> Iterable[Verdict]:
    """A block proves little if the same attack won nowhere: it may never have been able to."""
    verdicts = list(verdicts)
    fired = {v.scenario for v in verdicts if v.observed is Observation.ATTACK_SUCCEEDED}
    for verdict in verdicts:
        if verdict.observed is Observation.ATTACK_BLOCKED and verdict.scenario not in fired:
            note = "unproven: this attack succeeded nowhere in this run"
            yield msgspec.structs.replace(verdict, notes=(*verdict.notes, note))
        else:
            yield verdict

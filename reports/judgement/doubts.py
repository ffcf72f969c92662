"""Doubts: what keeps evidence from deciding a cell. Each is a sentence, or empty.

A verdict needs a case without doubts. The sandwich: an honest login before and one after, so that
what the attack met is known to be the server's answer to the attack, and not its answer to all.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from reports.actors import ATTACKER_BROWSER, CLIENT, THIEF
from reports.judgement.evidence import Control, PlayEvidence
from reports.judgement.redemption import Redemption, ended, read_with, redemptions, subject_shown
from reports.records import Exchange, Loot, PostureInfo, Proof, Target

FRESH_SECONDS = 30.0
"""A code older than this may have been refused for its age (RFC 6749 section 4.1.2)."""

_BOUND_TO = ("client_id", "redirect_uri")


class Attempt(NamedTuple):
    """A captured code that the attacker presented, itself or through the honest client.

    ``injection`` is the exchange in which its browser handed the code to the client, if it did.
    """

    loot: Loot
    redemption: Redemption
    injection: Exchange | None = None


@dataclass(frozen=True)
class Case:
    """All that there is to judge one cell by: the attack, and the honest logins around it."""

    proof: Proof
    posture: PostureInfo | None
    target: Target
    attack: PlayEvidence
    before: Control | None
    after: Control | None
    all_redemptions: tuple[Redemption, ...]

    @property
    def subject(self) -> str:
        """Who the victim is, by the honest login before."""
        return self.before.subject if self.before else ""

    def attempts(self, loot: Iterable[Loot]) -> Iterator[Attempt]:
        """Every redemption of captured codes by the attacker, in order."""
        captured = list(loot)
        actor = THIEF if self.proof is Proof.TOKEN else CLIENT
        for redemption in redemptions(self.attack.exchanges(actor), self.target):
            stolen = next((item for item in captured if item.value == redemption.code), None)
            if stolen is None or stolen.at > redemption.exchange.at:
                continue
            if self.proof is Proof.TOKEN:
                yield Attempt(stolen, redemption)
            elif injection := self._injection(stolen, redemption):
                yield Attempt(stolen, redemption, injection)

    def _injection(self, stolen: Loot, redemption: Redemption) -> Exchange | None:
        """How the attacker's browser made the client redeem a code: it was still waiting for it."""
        for exchange in self.attack.exchanges(ATTACKER_BROWSER):
            handed = exchange.destination == CLIENT and exchange.request.query.get("code")
            waiting = stolen.at <= exchange.at <= redemption.exchange.at <= ended(exchange)
            if handed == stolen.value and waiting:
                return exchange
        return None

    def prize(self, attempt: Attempt) -> Exchange | None:
        """The exchange that showed the attacker the victim's data, thanks to this attempt."""
        if self.proof is Proof.TOKEN:
            looks = read_with(attempt.redemption, self.attack.exchanges(THIEF), self.target)
        else:
            looks = self._changed_looks(attempt)
        return next((look for look in looks if subject_shown(look) == self.subject), None)

    def _changed_looks(self, attempt: Attempt) -> Iterator[Exchange]:
        """Looks at the client after an injection that have their like before it.

        That the earlier ones showed nobody is for :func:`doubt_about_attempt` to see.
        """
        assert attempt.injection is not None
        sent = self.attack.exchanges(ATTACKER_BROWSER)
        looks = [look for look in sent if look.destination == CLIENT]
        earlier = {
            look.request.url
            for look in looks
            if ended(look) <= attempt.injection.at and _answered(look)
        }
        for look in looks:
            if look.request.url in earlier and look.at >= ended(attempt.injection):
                yield look


def doubt(case: Case) -> str:
    """What speaks against any verdict at all."""
    return (
        _about_control("before", case.before, case)
        or _about_control("after", case.after, case)
        or _about_the_end(case)
    )


def doubt_about_attempt(case: Case, attempt: Attempt) -> str:
    """What speaks against taking this attempt for the attack of the cell."""
    method = case.attack.pkce(attempt.loot.value, case.target)
    if case.before and method != case.before.pkce:
        return f"the attacked login used PKCE {method}, the honest one {case.before.pkce}"
    if case.proof is Proof.SESSION:
        presented = list(redemptions(case.attack.exchanges(CLIENT), case.target))
        if len(presented) > 1:
            return "the honest client presented more than one code during the attack"
        if any(subject_shown(look) for look in _before(attempt, case.attack)):
            return "the attacker's session showed somebody before the code was injected"
    return ""


def doubt_about_refusal(case: Case, attempt: Attempt) -> str:
    """What else than the defence of this cell may have made the server refuse."""
    used = attempt.redemption
    honest = case.before.redemption if case.before else None
    for parameter in _BOUND_TO:
        if honest is None or used.form.get(parameter) != honest.form.get(parameter):
            return f"it named another {parameter} than the honest client does"
    if case.proof is Proof.SESSION and honest and used.with_secret != honest.with_secret:
        return "the honest client authenticated itself in another way than before"
    return _worn_out(case, used) or _too_old(case, attempt) or _seen_anyway(case)


def _about_control(name: str, login: Control | None, case: Case) -> str:
    if login is None:
        return f"there was no honest login {name} the attack"
    if not login.subject or login.redemption is None:
        return f"the honest login {name} the attack failed: {login.trouble}"
    switches = case.posture.switches if case.posture else {}
    if switches.get("PKCE", login.pkce) != login.pkce:
        return f"the honest login {name} the attack used PKCE {login.pkce}, unlike the posture"
    by_secret = login.redemption.with_secret
    if "client secret" in switches and (switches["client secret"] != "none") != by_secret:
        used = "with" if by_secret else "without"
        return f"the honest login {name} the attack was {used} a client secret, unlike the posture"
    return ""


def _about_the_end(case: Case) -> str:
    if case.attack.ran_to_the_end:
        return ""
    return f"the attack did not run to its end{trouble_of(case.attack)}"


def trouble_of(attack: PlayEvidence) -> str:
    """How an attack failed, in brackets; empty when it ran to its end."""
    if attack.finished is None:
        return " (the run ended in the middle of the attack)"
    return f" ({attack.finished.error.splitlines()[0]})" if attack.finished.error else ""


def _worn_out(case: Case, used: Redemption) -> str:
    """A code that was presented before may be refused for that alone."""
    for other in case.all_redemptions:
        earlier = other.exchange.at <= used.exchange.at and other.exchange.id != used.exchange.id
        if earlier and other.code == used.code:
            return f"{other.exchange.source} had presented it before"
    return ""


def _too_old(case: Case, attempt: Attempt) -> str:
    issue = case.attack.issue(attempt.loot.value)
    assert issue is not None  # or it would not be loot
    presented = datetime.fromisoformat(attempt.redemption.exchange.at)
    age = (presented - datetime.fromisoformat(ended(issue))).total_seconds()
    return f"it was {age:.0f} s old by then, and may have expired" if age > FRESH_SECONDS else ""


def _seen_anyway(case: Case) -> str:
    looks = case.attack.exchanges(THIEF, ATTACKER_BROWSER)
    if any(subject_shown(look) == case.subject for look in looks):
        return f"the attacker saw the data of {case.subject} all the same"
    return ""


def _before(attempt: Attempt, attack: PlayEvidence) -> Iterator[Exchange]:
    assert attempt.injection is not None
    began = attempt.injection.at
    return (look for look in attack.exchanges(ATTACKER_BROWSER) if look.at < began)


def _answered(look: Exchange) -> bool:
    return look.response is not None and look.response.status < 500

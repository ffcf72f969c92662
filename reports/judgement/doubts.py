"""Doubts: what keeps evidence from deciding a cell. Each is a sentence, or empty.

A verdict needs a case without doubts. The sandwich: an honest login before and one after, so that
what the attack met is known to be the server's answer to the attack, and not its answer to all.
"""

from collections.abc import Iterator
from datetime import datetime

from reports.actors import ATTACKER_BROWSER, CLIENT, THIEF
from reports.judgement.case import Attempt, Case
from reports.judgement.evidence import Control, PlayEvidence
from reports.judgement.frames import doubt_about_click
from reports.judgement.redemption import (
    NOT_AUTHENTICATED,
    Redemption,
    ended,
    redemptions,
    subject_shown,
)
from reports.records import Deviation, Exchange, Proof, Refusal

FRESH_SECONDS = 30.0
"""A code older than this may have been refused for its age (RFC 6749 section 4.1.2)."""


def doubt(case: Case) -> str:
    """What speaks against any verdict at all."""
    return (
        _about_control("before", case.before, case)
        or _about_control("after", case.after, case)
        or _about_the_end(case)
    )


def doubt_about_attempt(case: Case, attempt: Attempt) -> str:
    """What speaks against taking this attempt for the attack of the cell."""
    if attempt.redemption.code and not case.deviates(Deviation.PKCE):
        method = case.attack.pkce(attempt.loot.value, case.target, case.owner)
        if case.before and method != case.before.pkce:
            return f"the attacked login used PKCE {method}, the honest one {case.before.pkce}"
    if Refusal.FRAME in case.scenario.refusals:
        return doubt_about_click(case, attempt.loot.value)
    if case.proof is Proof.SESSION:
        sent = redemptions(case.attack.exchanges(CLIENT), case.target)
        # A code that the victim has used first is presented by the client twice.
        presented = [each.presented for each in sent]
        if len(set(presented) if case.deviates(Deviation.USED) else presented) > 1:
            return "the honest client presented more than one code during the attack"
        if any(subject_shown(look, case.target) for look in _before(attempt, case.attack)):
            return "the attacker's session showed somebody before the code was injected"
    return ""


def doubt_about_refusal(case: Case, attempt: Attempt, honest: Redemption) -> str:
    """What else than the defence of this cell may have made the server refuse."""
    used = attempt.redemption
    return (
        _about_name(case, used)
        or _about_redirect_uri(case, used, honest)
        or _about_method(case, used)
        or _about_client(case, used)
        or _about_secret(case, used, honest)
        or _worn_out(case, used)
        or _too_old(case, attempt)
    )


def seen_anyway(case: Case) -> str:
    """That the attacker got the prize, whatever was refused to it."""
    viewers = [case.carrier] if case.proof is Proof.FORCED_SESSION else [THIEF, ATTACKER_BROWSER]
    if any(case.shows_wanted(look) for look in case.attack.exchanges(*viewers)):
        return f"the attacker saw the data of {case.wanted} all the same"
    return ""


def _about_control(name: str, login: Control | None, case: Case) -> str:
    if login is None:
        return f"there was no honest login {name} the attack"
    if not login.subject or login.redemption is None:
        return f"the honest login {name} the attack failed: {login.trouble}"
    switches = case.posture.switches
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


def _about_name(case: Case, used: Redemption) -> str:
    """A code is bound to its client. Where HTTP Basic says who that is, the form need not."""
    named = used.form.get("client_id", case.client_id if used.by_basic else None)
    other = named != case.client_id and not case.deviates(Deviation.CLIENT_ID)
    return "it named another client_id than the honest client does" if other else ""


def _about_redirect_uri(case: Case, used: Redemption, honest: Redemption) -> str:
    """A code is bound to where it was sent, a refresh token is not (RFC 6749 section 4.1.3)."""
    named, ours = (each.form.get("redirect_uri") for each in (used, honest))
    other = used.code and named != ours and not case.deviates(Deviation.REDIRECT_URI)
    return "it named another redirect_uri than the honest client does" if other else ""


def _about_method(case: Case, used: Redemption) -> str:
    """A refusal of the method says nothing of what was sent by it, unless it is what is asked."""
    of_method = used.error.startswith("status ") and used.error != NOT_AUTHENTICATED
    return "it was no POST request" if of_method and not case.deviates(Deviation.METHOD) else ""


def _about_client(case: Case, used: Redemption) -> str:
    """Whoever presents another client's code must be a client that the server knows."""
    unknown = "client" in used.error.lower() or used.error == NOT_AUTHENTICATED
    if case.deviates(Deviation.CLIENT_ID) and unknown:
        return "the server did not take the attacker's own client for one"
    return ""


def _about_secret(case: Case, used: Redemption, honest: Redemption) -> str:
    """A client that authenticates itself in another way may be refused for that.

    A thief without a secret has none to bring: it changes nothing on purpose.
    """
    if case.deviates(Deviation.SECRET) or case.deviates(Deviation.CLIENT_ID):
        return ""
    if case.carrier and used.with_secret != honest.with_secret:
        return "the honest client authenticated itself in another way than before"
    if not case.carrier and used.with_secret and used.secret != honest.secret:
        return "it brought another client secret than the honest client does"
    return ""


def _worn_out(case: Case, used: Redemption) -> str:
    """What was presented before may be refused for that alone."""
    if case.deviates(Deviation.USED):
        return ""
    for other in case.presented.get(used.presented, ()):
        earlier = other.exchange.at <= used.exchange.at and other.exchange.id != used.exchange.id
        if earlier:
            return f"{other.exchange.source} had presented it before"
    return ""


def _too_old(case: Case, attempt: Attempt) -> str:
    if case.deviates(Deviation.AGE) or not attempt.redemption.code:
        return ""
    issue = case.issue(attempt.loot.value)
    assert issue is not None  # or it would not be loot
    presented = datetime.fromisoformat(attempt.redemption.exchange.at)
    age = (presented - datetime.fromisoformat(ended(issue))).total_seconds()
    return f"it was {age:.0f} s old by then, and may have expired" if age > FRESH_SECONDS else ""


def _before(attempt: Attempt, attack: PlayEvidence) -> Iterator[Exchange]:
    assert attempt.injection is not None
    began = attempt.injection.at
    return (look for look in attack.exchanges(ATTACKER_BROWSER) if look.at < began)

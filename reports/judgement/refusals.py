"""Refusals: what shows that a defence was at work, one way for each place that can say no.

Nothing here is a refusal only because the attack did not get its prize: somebody must have
answered, and said no to this very request.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from reports.actors import CLIENT, THIEF, VICTIM_BROWSER
from reports.judgement.authorization import (
    answer_of,
    conversation,
    error_of,
    gives_code,
    is_to_server,
    issued,
    leads_to,
    says_no,
    status_of,
)
from reports.judgement.case import Case
from reports.judgement.doubts import doubt_about_attempt, doubt_about_refusal
from reports.judgement.evidence import is_thiefs, mentions, text_of
from reports.judgement.redemption import (
    ended,
    is_refusal,
    redemptions,
    subject_shown,
    token_shown_to_userinfo,
)
from reports.records import Deviation, Exchange, Handover, Proof, Refusal

_FITTING_ERRORS = frozenset({"invalid_dpop_proof", "invalid_grant", "invalid_request"})


_BY_PROVIDER = frozenset({Refusal.TOKEN_ENDPOINT, Refusal.AUTHORIZATION_ENDPOINT, Refusal.USERINFO})


class Refused(NamedTuple):
    """Who said no, to what, and by which rule. ``doubt`` says what else it may have been."""

    text: str
    evidence: tuple[str, ...]
    decisive: str
    clause: str
    notes: tuple[str, ...] = ()
    doubt: str = ""


def refusal(case: Case) -> Refused | None:
    """The first refusal that the scenario counts, one without a doubt if there is one."""
    found: list[Refused] = []
    for kind in case.scenario.refusals:
        # What the client says to its users, it may say because the provider let it down.
        trouble = "" if kind in _BY_PROVIDER else _trouble_of_client(case)
        found += (each._replace(doubt=each.doubt or trouble) for each in _KINDS[kind](case))
    return min(found, key=lambda each: bool(each.doubt), default=None)


def _trouble_of_client(case: Case) -> str:
    """What the client met at the provider that was neither a grant nor a refusal."""
    for exchange in case.attack.exchanges(CLIENT):
        if not is_to_server(exchange):
            continue
        used = next(redemptions([exchange], case.target), None)
        granted = exchange.response is not None and exchange.response.status < 400
        if used.trouble if used else not granted:
            return "the provider let the honest client down during the attack"
    return ""


def _at_token_endpoint(case: Case) -> Iterator[Refused]:
    """An OAuth error for something captured (RFC 6749 section 5.2)."""
    attempt = next((each for each in case.attempts() if each.redemption.error), None)
    honest = case.before.redemption if case.before else None
    if attempt is None or honest is None:
        return
    loot, used, _ = attempt
    wanting = honest.with_secret and not used.with_secret
    by_secret = used.error == "invalid_client" and (wanting or case.deviates(Deviation.SECRET))
    by_pkce = "RFC7636#4.6" if "code_verifier" in honest.form else "RFC6749#5.2"
    yield Refused(
        f"The server refused {loot.value} with {used.error}"
        f"{' for want of the client secret' if by_secret and wanting else ''}",
        (loot.seen_in, loot.id, used.exchange.id),
        used.exchange.id,
        "RFC6749#3.2.1" if by_secret else by_pkce,
        tuple(_notes(case, used.error, by_secret=by_secret)),
        doubt_about_attempt(case, attempt) or doubt_about_refusal(case, attempt, honest),
    )


def _notes(case: Case, error: str, *, by_secret: bool) -> Iterator[str]:
    """What a reader should know who takes a refusal for that of the defence."""
    if by_secret and not case.deviates(Deviation.SECRET):
        yield "blocked by the client secret, not by PKCE"
    if not by_secret and error not in _FITTING_ERRORS:
        yield f"refused, wrong reason: {error}"


def _at_authorization_endpoint(case: Case) -> Iterator[Refused]:
    """An error, and no code, for a request that the attacker has made or changed."""
    for loot in case.attack.loot("authorization_request"):
        told = conversation(case, loot.value)
        answers = [each for each in told if says_no(each)]
        if told and answers and not any(gives_code(each) for each in told):
            error = error_of(answers[-1]) or f"status {status_of(answers[-1])}"
            denied = error == "access_denied"
            yield Refused(
                f"The server answered the attacker's authorization request with {error}"
                f"{', because it had asked the user' if denied else ''}",
                (loot.id, told[0].id, answers[-1].id),
                answers[-1].id,
                "RFC6749#4.1.2.1",
            )


def _at_userinfo(case: Case) -> Iterator[Refused]:
    """A token that somebody was given, and that is not accepted (RFC 6750 section 3.1)."""
    for look in case.attack.exchanges(THIEF):
        for held in case.attack.loot("access_token"):
            used = token_shown_to_userinfo(look, case.target) == held.value and look.at >= held.at
            if used and is_refusal(look) and case.attack.shows(held):
                yield Refused(
                    f"Userinfo refused {held.value} with {status_of(look)}",
                    (held.seen_in, held.id, look.id),
                    look.id,
                    "RFC6750#3.1",
                )


def _at_client(case: Case) -> Iterator[Refused]:
    """The client turns an answer down, and nobody is signed in who should not be."""
    for loot in case.captured():
        for brought in case.brought_to_client():
            of_it = brought.request.query["code"] == loot.value and brought.at >= loot.at
            looks = [look for _, look in case.looks_around(brought) if _tells(look)]
            if of_it and is_refusal(brought) and looks and not case.shows_wanted(looks[-1]):
                yield Refused(
                    f"The client turned {loot.value} down",
                    (loot.seen_in, loot.id, brought.id, looks[-1].id),
                    brought.id,
                    "RFC9700#4.7",
                )


def _tells(look: Exchange) -> bool:
    """Whether an answer says who is signed in, or that nobody is."""
    return is_refusal(look) or status_of(look) == "200"


def _by_own_session(case: Case) -> Iterator[Refused]:
    """The client signs the victim in, and not to the session that the attacker has prepared.

    The victim was given that session by a link or a cookie, and got another.
    """
    for loot in case.attack.loot("session"):
        given = case.handed_to_victim(loot)
        if given is None or case.proof is not Proof.SESSION or not case.attack.shows(loot):
            continue
        own = [each for each in case.attack.exchanges(VICTIM_BROWSER) if each.at >= given.at]
        shown = [each for each in own if subject_shown(each) == case.subject]
        later = [look for look in case.looks() if shown and look.at >= ended(shown[-1])]
        if later and is_refusal(later[-1]):
            yield Refused(
                f"The client signed {case.subject} in to another session than {loot.value}",
                (loot.seen_in, loot.id, given.id, shown[-1].id, later[-1].id),
                later[-1].id,
                "RFC9700#4.7",
            )


def _by_form(case: Case) -> Iterator[Refused]:
    """The server refuses a form that it has shown to the attacker, and nobody to the victim."""
    for loot in case.attack.loot("form"):
        sent = case.handed_to_victim(loot)
        later = [look for look in case.looks() if sent and look.at >= sent.at]
        refused = isinstance(sent, Exchange) and is_refusal(sent) and case.attack.shows(loot)
        if sent and refused and later and subject_shown(later[-1]) == case.subject:
            yield Refused(
                f"The server refused {loot.value}, which it had shown to another browser",
                (loot.seen_in, loot.id, sent.id, later[-1].id),
                sent.id,
                "RFC6749#10.12",
            )


def _at_asker(case: Case) -> Iterator[Refused]:
    """The client turns down the answer to a request that a server of the attacker's has written.

    Its code went to the client and no further: nothing that the attacker saw has it.
    """
    brought = [each for each in case.attack.exchanges(VICTIM_BROWSER) if each.destination == CLIENT]
    for loot in case.attack.loot("authorization_request"):
        for issue in conversation(case, loot.value):
            code = answer_of(issue).get("code", "")
            for answer in brought if code and not _seen_by_thieves(case, code) else ():
                of_it = answer.request.query.get("code") == code and answer.at >= ended(issue)
                if of_it and is_refusal(answer):
                    yield Refused(
                        f"The client turned {code} down, which another server gave out than it "
                        "had asked",
                        (loot.id, issue.id, answer.id),
                        answer.id,
                        "RFC9207#2.4",
                    )


def _seen_by_thieves(case: Case, code: str) -> bool:
    return any(
        mentions(text_of(record), code)
        for record in case.attack.records
        if isinstance(record, Exchange | Handover) and is_thiefs(record)
    )


def _by_silence(case: Case) -> Iterator[Refused]:
    """The channel gave a sign of life after the code was there, and the code was not on it."""
    for code, issue in issued(case):
        seen = _seen_by_thieves(case, code)
        for sign in case.attack.loot("sign_of_life"):
            if not seen and sign.at >= ended(issue) and case.attack.shows(sign):
                yield Refused(
                    f"The channel was open, and {code} did not pass through it",
                    (issue.id, sign.seen_in, sign.id),
                    sign.seen_in,
                    next(iter(case.scenario.clauses), ""),
                )


def _by_forgetting(case: Case) -> Iterator[Refused]:
    """The browser came from the sign-in to the attacker, and the password did not come along."""
    visits = list(case.attack.exchanges(VICTIM_BROWSER))
    for sign_in in (each for each in visits if is_to_server(each)):
        password = sign_in.request.form.get("password", "")
        came_on = next((each for each in visits if leads_to(sign_in, each)), None)
        if password and came_on and not _seen_by_thieves(case, password):
            yield Refused(
                f"The browser came to the attacker from the sign-in, and forgot {password}",
                (sign_in.id, came_on.id),
                came_on.id,
                next(iter(case.scenario.clauses), ""),
            )


_KINDS: dict[Refusal, Callable[[Case], Iterator[Refused]]] = {
    Refusal.TOKEN_ENDPOINT: _at_token_endpoint,
    Refusal.AUTHORIZATION_ENDPOINT: _at_authorization_endpoint,
    Refusal.USERINFO: _at_userinfo,
    Refusal.CLIENT: _at_client,
    Refusal.OWN_SESSION: _by_own_session,
    Refusal.FORM: _by_form,
    Refusal.ASKER: _at_asker,
    Refusal.SILENCE: _by_silence,
    Refusal.FORGOTTEN: _by_forgetting,
}

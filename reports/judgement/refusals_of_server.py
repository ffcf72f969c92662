"""Refusals of the provider: a request, a code, a token or a form that it does not take."""

import re
from collections.abc import Iterable, Iterator
from itertools import takewhile

from reports.actors import VICTIM_BROWSER
from reports.judgement.authorization import (
    address_of,
    answer_of,
    asks_for_token,
    conversation,
    error_of,
    gives_code,
    gives_token,
    goes_as_asked,
    says_no,
    status_of,
)
from reports.judgement.case import Attempt, Case
from reports.judgement.doubts import doubt_about_attempt, doubt_about_refusal
from reports.judgement.error_pages import shows_error
from reports.judgement.redemption import (
    NOT_AUTHENTICATED,
    is_refusal,
    subject_shown,
)
from reports.judgement.refused import Refused
from reports.judgement.token_use import token_uses
from reports.records import Deviation, Exchange, Loot

_FITTING_ERRORS = frozenset({"invalid_dpop_proof", "invalid_grant", "invalid_request"})
_UNUSED = "no refresh token had served the attacker before"
_NO_TO_TOKENS = frozenset({"400", "401", "403"})  # RFC 6750 section 3.1
# What an error says that speaks of the redirect URI, by whatever name.
_OF_ADDRESS = re.compile(r"redirect|callback|return.?ur[il]", re.IGNORECASE)


def at_token_endpoint(case: Case) -> Iterator[Refused]:
    """An OAuth error for something captured (RFC 6749 section 5.2)."""
    yield from _first_refused(case, case.attempts())


def of_refresh_token(case: Case) -> Iterator[Refused]:
    """The same for a refresh token; that no code was redeemed before is none of its refusals."""
    attempts = [each for each in case.attempts() if not each.redemption.code]
    before = takewhile(lambda each: not each.redemption.error, attempts)
    # One that never worked is refused for what it is, and not because it was used.
    unused = case.deviates(Deviation.USED) and not any(each.redemption.token for each in before)
    for found in _first_refused(case, attempts):
        yield found._replace(doubt=found.doubt or (_UNUSED if unused else ""))


def _first_refused(case: Case, attempts: Iterable[Attempt]) -> Iterator[Refused]:
    attempt = next((each for each in attempts if each.redemption.error), None)
    honest = case.before.redemption if case.before else None
    if attempt is None or honest is None:
        return
    loot, used, _ = attempt
    wanting = honest.with_secret and not used.with_secret
    as_nobody = used.error in {"invalid_client", NOT_AUTHENTICATED}
    by_secret = as_nobody and (wanting or case.deviates(Deviation.SECRET))
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


def at_authorization_endpoint(case: Case) -> Iterator[Refused]:
    """An error in the end, and nothing granted, for each request that the attacker has made.

    Or changed. Of several, one that is refused says nothing about the others.
    """
    asked = list(case.attack.loot("authorization_request"))
    found = [_refused_request(case, each) for each in asked]
    refused = [each for each in found if each is not None]
    if len(refused) == len(asked):
        yield from refused


def _refused_request(case: Case, asked: Loot) -> Refused | None:
    told = conversation(case, asked)
    for_token = asks_for_token(asked)
    if not told or any(map(gives_token if for_token else gives_code, told)):
        return None
    last = told[-1]
    what, notes = error_of(last) or f"status {status_of(last)}", tuple[str, ...]()
    if for_token and gives_code(last):
        what = "a code in place of the token"
        notes = ("it has granted something else than was asked for",)
    elif not says_no(last):
        if not _is_error_page(case, last):
            return None
        notes = ("refused by a page, with status 200",)
    elif what == "access_denied":
        what += ", because it had asked the user"
    return Refused(
        f"The server answered the attacker's authorization request with {what}",
        (asked.id, *(each.id for each in told)),
        last.id,
        "RFC6749#4.1.2.1",
        notes,
        _sent_astray(case, asked, last),
    )


def _sent_astray(case: Case, asked: Loot, last: Exchange) -> str:
    """An error that goes where a code must not go is no refusal of that address, unless it says so.

    A server that sends such a refusal to whom it refuses is an open redirector, and gives no code.
    """
    bent = case.deviates(Deviation.REDIRECT_URI)
    astray = bent and goes_as_asked(last, asked.value, case.registered)
    if astray and not _OF_ADDRESS.search(answer_of(last).get("error_description", "")):
        return "it sent that to the redirect URI that the client has not registered"
    return ""


def _is_error_page(case: Case, last: Exchange) -> bool:
    """Whether the answer is a page of errors, of a kind that no honest login has met."""
    honest = case.before.play.exchanges(VICTIM_BROWSER) if case.before else ()
    return shows_error(last) and not any(map(shows_error, honest))


def at_registered_address(case: Case) -> Iterator[Refused]:
    """The code goes where the client waits for it, whatever else the request has said."""
    for loot in case.attack.loot("authorization_request"):
        told = conversation(case, loot)
        code = answer_of(told[-1]).get("code", "") if told else ""
        sent_home = code and address_of(told[-1]) == case.registered.partition("?")[0]
        if sent_home and not case.attack.thieves_saw(code):
            yield Refused(
                f"The server sent {code} to the redirect URI that the client has registered",
                (loot.id, *(each.id for each in told)),
                told[-1].id,
                "RFC6749#3.1",
            )


def at_userinfo(case: Case) -> Iterator[Refused]:
    """A token that somebody was given, and that is not accepted (RFC 6750 section 3.1)."""
    for loot, attempt, look in token_uses(case):
        if status_of(look) in _NO_TO_TOKENS:
            token = attempt.redemption.token if attempt else loot.value
            bought = (attempt.redemption.exchange.id,) if attempt else ()
            yield Refused(
                f"Userinfo refused {token} with {status_of(look)}",
                (loot.seen_in, loot.id, *bought, look.id),
                look.id,
                "RFC6750#3.1",
            )


def by_form(case: Case) -> Iterator[Refused]:
    """The server refuses a form that it has shown to the attacker, and nobody to the victim."""
    for loot in case.attack.loot("form"):
        sent = case.handed_to_victim(loot)
        if not isinstance(sent, Exchange) or not is_refusal(sent) or not case.attack.shows(loot):
            continue
        later = [look for _, look in case.looks_around(sent)]
        if later and subject_shown(later[-1], case.target) == case.subject:
            yield Refused(
                f"The server refused {loot.value}, which it had shown to another browser",
                (loot.seen_in, loot.id, sent.id, later[-1].id),
                sent.id,
                "RFC6749#10.12",
            )

"""The authorization endpoint, as the victim's browser met it (RFC 6749 section 4.1).

Pure functions over exchanges: what was asked, and what came back in a redirect.
"""

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urljoin

from reports.actors import IDENTITY_PROVIDER, THIEF, VICTIM_BROWSER
from reports.judgement.case import Case
from reports.judgement.forms import forms_of
from reports.judgement.redemption import ended, is_refusal
from reports.records import Exchange, Loot

# The label of a secret has a number behind its #, a fragment has none.
_FRAGMENT = re.compile(r"#(?!\d)")
_FAULTS = frozenset({"server_error", "temporarily_unavailable"})
"""What stands for a 500 and a 503 where the answer is a redirect (section 4.1.2.1)."""


def conversation(case: Case, asked: Loot) -> list[Exchange]:
    """A request of the attacker's, and what the server made of it.

    It comes from the browser whose codes count: the victim's, or the attacker's where the prize is
    its own account. In order: the request itself, where an answer has redirected to, and the forms
    of its pages. Whatever else the browser met at the server meanwhile belongs to other requests.
    """
    told: list[Exchange] = []
    for each in case.attack.exchanges(case.owner):
        # An altered request is already on its way when the attacker alters it.
        begins = _same(each.request.url, asked.value) and ended(each) >= asked.at
        if is_to_server(each) and (begins or any(_goes_on(last, each) for last in told)):
            told.append(each)
    return told


def _goes_on(answered: Exchange, request: Exchange) -> bool:
    """Whether that answer sent the browser there, or that page did by a form or a script."""
    if request.at < ended(answered):
        return False
    # A page whose script goes on is named by the browser, and by nothing else.
    navigates = request.request.header("sec-fetch-mode") == "navigate"
    by_script = navigates and _same(request.request.header("referer"), answered.request.url)
    by_form = any(form.was_sent_in(request.request) for form in forms_of(answered))
    return by_script or by_form or _same(request.request.url, _redirect(answered))


def is_to_server(exchange: Exchange) -> bool:
    """Whether the provider answered it."""
    return exchange.destination == IDENTITY_PROVIDER


def leads_to(redirecting: Exchange, visit: Exchange) -> bool:
    """Whether a visit to the attacker is what an answer has sent the browser to."""
    later = visit.at >= ended(redirecting)
    there = visit.destination == THIEF and _same(visit.request.url, _redirect(redirecting))
    return there and later


def _redirect(exchange: Exchange) -> str:
    """Where an answer sends the browser; empty where it does not."""
    location = exchange.response.header("location") if exchange.response else ""
    return urljoin(exchange.request.url, location) if location else ""


def _same(url: str, other: str) -> bool:
    """Whether two URLs ask the same; browsers escape characters in their own way."""
    return _parts(url) == _parts(other)


def _parts(url: str) -> tuple[str, list[tuple[str, str]]]:
    address, _, query = _FRAGMENT.split(url, maxsplit=1)[0].partition("?")
    return address, parse_qsl(query, keep_blank_values=True)


def issued(case: Case) -> Iterator[tuple[str, Exchange]]:
    """Every code that the victim's browser was given, and the exchange that gave it."""
    for exchange in case.attack.exchanges(VICTIM_BROWSER):
        if is_to_server(exchange) and (code := answer_of(exchange).get("code")):
            yield code, exchange


def gives_code(exchange: Exchange) -> bool:
    """Whether the answer grants what was asked for."""
    answer = answer_of(exchange)
    return "code" in answer or "access_token" in answer


def gives_token(exchange: Exchange) -> bool:
    """Whether the answer has an access token (RFC 6749 section 4.2.2)."""
    return "access_token" in answer_of(exchange)


def asks_for_token(asked: Loot) -> bool:
    """Whether a request asks for an access token in the redirect, beside a code or alone."""
    _, query = _parts(asked.value)
    return "token" in dict(query).get("response_type", "").split()


def says_no(exchange: Exchange) -> bool:
    """Whether the answer is an error page, or sends an error back (section 4.1.2.1).

    A page with a form asks once more, as after a wrong password; and a server that is at fault, or
    busy, has decided nothing.
    """
    if is_fault(exchange):
        return False
    if error_of(exchange):
        return True
    return is_refusal(exchange) and next(forms_of(exchange), None) is None


def is_fault(exchange: Exchange) -> bool:
    """Whether the server failed: a 5xx, or what stands for one where the answer is a redirect."""
    failed = exchange.response is not None and exchange.response.status >= 500
    return failed or error_of(exchange) in _FAULTS


def error_of(exchange: Exchange) -> str:
    """The error that a redirect carries, or an empty string."""
    return answer_of(exchange).get("error", "")


def answer_of(exchange: Exchange) -> dict[str, str]:
    """The parameters of a redirect, in the query or the fragment (RFC 6749 section 4.1.2)."""
    location = exchange.response.header("location") if exchange.response else ""
    before, *fragment = _FRAGMENT.split(location, maxsplit=1)
    return dict(parse_qsl(before.partition("?")[2])) | dict(parse_qsl("".join(fragment)))


def address_of(exchange: Exchange) -> str:
    """Where a redirect leads, without what it says there."""
    return _parts(_redirect(exchange))[0]


def goes_as_asked(exchange: Exchange, request: str, registered: str) -> bool:
    """Whether an answer goes to a redirect URI that the request names and nobody has registered.

    Whatever it says there: the server has taken that redirect URI for one of the client's.
    """
    there, told = _parts(_redirect(exchange))
    for name, asked in parse_qsl(request.partition("?")[2]):
        address, _, query = asked.partition("?")
        goes_there = address == there and set(parse_qsl(query)) <= set(told)
        if name == "redirect_uri" and asked != registered and goes_there:
            return True
    return False


def status_of(exchange: Exchange) -> str:
    """The status in digits; empty without an answer."""
    return str(exchange.response.status) if exchange.response else ""

"""The authorization endpoint, as the victim's browser met it (RFC 6749 section 4.1).

Pure functions over exchanges: what was asked, and what came back in a redirect.
"""

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

from reports.actors import IDENTITY_PROVIDER, THIEF, VICTIM_BROWSER
from reports.judgement.case import Case
from reports.judgement.redemption import ended, is_refusal
from reports.records import Exchange

# The label of a secret has a number behind its #, a fragment has a parameter.
_FRAGMENT = re.compile(r"#(?=[a-z_]+=)")


def conversation(case: Case, url: str) -> list[Exchange]:
    """The request of that URL from the victim's browser, and all that it told the server next."""
    sent = [each for each in case.attack.exchanges(VICTIM_BROWSER) if is_to_server(each)]
    began = next((each.at for each in sent if _same(each.request.url, url)), None)
    return [each for each in sent if began is not None and each.at >= began]


def is_to_server(exchange: Exchange) -> bool:
    """Whether the provider answered it."""
    return exchange.destination == IDENTITY_PROVIDER


def leads_to(redirecting: Exchange, visit: Exchange) -> bool:
    """Whether a visit to the attacker is what an answer has sent the browser to."""
    location = redirecting.response.header("location") if redirecting.response else ""
    later = visit.at >= ended(redirecting)
    return visit.destination == THIEF and later and _same(visit.request.url, location)


def _same(url: str, other: str) -> bool:
    """Whether two URLs ask the same; browsers escape characters in their own way."""
    one, two = urlsplit(url), urlsplit(other)
    return one[:3] == two[:3] and _parameters(one.query) == _parameters(two.query)


def _parameters(query: str) -> list[tuple[str, str]]:
    return parse_qsl(query, keep_blank_values=True)


def issued(case: Case) -> Iterator[tuple[str, Exchange]]:
    """Every code that the victim's browser was given, and the exchange that gave it."""
    for exchange in case.attack.exchanges(VICTIM_BROWSER):
        if is_to_server(exchange) and (code := answer_of(exchange).get("code")):
            yield code, exchange


def gives_code(exchange: Exchange) -> bool:
    """Whether the answer grants what was asked for."""
    answer = answer_of(exchange)
    return "code" in answer or "access_token" in answer


def says_no(exchange: Exchange) -> bool:
    """Whether the answer is an error page, or sends an error back (section 4.1.2.1)."""
    return is_refusal(exchange) or bool(error_of(exchange))


def error_of(exchange: Exchange) -> str:
    """The error that a redirect carries, or an empty string."""
    return answer_of(exchange).get("error", "")


def answer_of(exchange: Exchange) -> dict[str, str]:
    """The parameters of a redirect, in the query or the fragment (RFC 6749 section 4.1.2)."""
    location = exchange.response.header("location") if exchange.response else ""
    before, _, fragment = _FRAGMENT.sub("\n", location, count=1).partition("\n")
    return dict(parse_qsl(before.partition("?")[2])) | dict(parse_qsl(fragment))


def status_of(exchange: Exchange) -> str:
    """The status in digits; empty without an answer."""
    return str(exchange.response.status) if exchange.response else ""

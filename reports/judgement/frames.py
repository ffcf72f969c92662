"""Frames: whether a click in one has answered a question, and what kept the question out of it.

RFC 9700 section 4.16. Two things do, and either is the server's doing: it forbids that its page is
framed, or it keeps its cookies away from the frames of other sites.
"""

from collections.abc import Iterator
from urllib.parse import urlsplit

from reports.actors import VICTIM_BROWSER
from reports.judgement.authorization import conversation, gives_code, is_to_server
from reports.judgement.case import Case
from reports.judgement.redemption import ended
from reports.judgement.refused import Refused
from reports.records import Exchange, HttpRequest, HttpResponse

_CLAUSE = "RFC9700#4.16"
_SHOWN, _FAULT = 200, 500
_NOWHERE = frozenset({"deny", "sameorigin"})
_AT_HOME = frozenset({"lax", "strict"})


def doubt_about_click(case: Case, code: str) -> str:
    """What speaks against that a click in a frame has made the server give out this code.

    A server that asks nobody gives it out as well, and that has nothing to do with frames.
    """
    issue = case.attack.issue(code)
    if issue is None:
        return f"nothing shows where {code} comes from"
    framed = filter(_is_framed, case.attack.exchanges(VICTIM_BROWSER))
    asked = [each for each in framed if is_to_server(each) and ended(each) <= issue.at]
    if not any(each.response and each.response.status == _SHOWN for each in asked):
        return f"nobody was asked in the frame before {code} was given out"
    return ""


def by_frame(case: Case) -> Iterator[Refused]:
    """The page that asks the user cannot be answered in a frame, and a click on it did nothing."""
    for loot in case.attack.loot("authorization_request"):
        told = conversation(case, loot)
        framed = [each for each in told if _is_framed(each)]
        if any(map(gives_code, told)):
            continue
        for click in case.attack.loot("click"):
            visit = case.attack.shown_in(click)
            if isinstance(visit, Exchange):
                before = [each for each in framed if ended(each) <= visit.at]
                for each in _kept_out(case, before, visit):
                    yield each._replace(evidence=(loot.id, *each.evidence, visit.id, click.id))


def _kept_out(case: Case, told: list[Exchange], visit: Exchange) -> Iterator[Refused]:
    """What kept the user who clicked on a frame from answering what it was told."""
    if not told or told[-1].response is None:
        return
    last, status = told[-1], told[-1].response.status
    if status == _SHOWN and _may_not_be_framed(last, urlsplit(visit.request.url).hostname or ""):
        what = "The server's page refused to be framed, and a click on the frame did nothing"
        yield Refused(what, (last.id,), last.id, _CLAUSE)
    elif status < _FAULT and (kept := next(_kept_away(case, told[0]), None)):
        name, given = kept
        yield Refused(
            f"The server keeps its cookie {name} away from frames of other sites, so that nobody "
            "was signed in there, and a click on the frame did nothing",
            (given.id, told[0].id, last.id),
            told[0].id,
            _CLAUSE,
        )


def _is_framed(exchange: Exchange) -> bool:
    return exchange.request.header("sec-fetch-dest") == "iframe"


def _may_not_be_framed(exchange: Exchange, host: str) -> bool:
    """Whether an answer forbids that a page of ``host`` frames it.

    What a Content Security Policy says of that outdoes ``X-Frame-Options`` (CSP level 3 section
    6.4.2.1).
    """
    answer = exchange.response
    assert answer is not None  # it is a page
    policies = [
        sources
        for policy in _all(answer, "content-security-policy")
        for name, *sources in filter(None, map(str.split, policy.lower().split(";")))
        if name == "frame-ancestors"
    ]
    if policies:
        return any(not any(_covers(each, host) for each in policy) for policy in policies)
    options = {each.strip().lower() for each in _all(answer, "x-frame-options")}
    return bool(options) and options <= _NOWHERE


def _all(message: HttpRequest | HttpResponse, name: str) -> list[str]:
    """What all headers of a name say; several may stand in one."""
    values = [value for key, value in message.headers if key.lower() == name]
    return [part for value in values for part in value.split(",")]


def _covers(source: str, host: str) -> bool:
    """Whether a source expression may stand for a page of ``host``; in doubt it does."""
    if source in {"'none'", "'self'"}:
        return False
    scheme, found, rest = source.partition("://")
    named = (rest if found else scheme).partition("/")[0].partition(":")[0]
    if not found and source.endswith(":"):
        return True  # a scheme, for whichever host
    return named == "*" or named == host or (named[:2] == "*." and host.endswith(named[1:]))


def _kept_away(case: Case, framed: Exchange) -> Iterator[tuple[str, Exchange]]:
    """A cookie that the server has at home only, with the answer that says so.

    All that the honest login came with must have stayed away from the frame: what else it may rest
    on to know the user, nobody knows.
    """
    honest = [login.play for login in (case.before, case.after) if login is not None]
    visits = [each for play in honest for each in play.exchanges(VICTIM_BROWSER)]
    came = [
        _sent(each.request)
        for each in visits
        if each.request.endpoint == framed.request.endpoint and _sent(each.request)
    ]
    if not came or came[-1] & _sent(framed.request):
        return
    for each in filter(is_to_server, visits):
        for name in _at_home(each) & came[-1]:
            yield name, each


def _sent(request: HttpRequest) -> set[str]:
    """The names of the cookies that came with a request."""
    sent = (value for key, value in request.headers if key.lower() == "cookie")
    pairs = (pair for value in sent for pair in value.split(";"))
    return {pair.partition("=")[0].strip() for pair in pairs} - {""}


def _at_home(exchange: Exchange) -> set[str]:
    """The cookies that an answer sets for requests from pages of its own site only."""
    answer = exchange.response
    found = set()
    for key, value in answer.headers if answer else ():
        if key.lower() != "set-cookie":
            continue
        pair, *attributes = value.split(";")
        said = dict(_attribute(each) for each in attributes)
        if said.get("samesite") in _AT_HOME:
            found.add(pair.partition("=")[0].strip())
    return found


def _attribute(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name.strip().lower(), value.strip().lower()

"""The wiretap: turns what the attacker's channel showed into sightings, leg by leg.

It is handed the exchanges in which the attacker took part, those that crossed a network it reads
in clear, and what the operating system shows every local user. Everything else it never gets.
"""

import ipaddress
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from enum import StrEnum
from http.cookies import SimpleCookie
from urllib.parse import parse_qsl, urlsplit

from attacker.addresses import address, is_authorization_request, sighting, whole_address
from attacker.loot import Sighting
from attacker.redirect_handlers import bait, port_taker, web_site
from attacker.vantage import Leg
from reports import actors
from reports.records import Exchange, Handover


class Medium(StrEnum):
    """The ways other than HTTP by which something may reach the attacker."""

    PROCESS_ARGUMENTS = "process arguments"
    ACCESS_LOG = "access log"
    BROWSER_HISTORY = "browser history"
    LOOPBACK_PORT = "port of loopback"
    APP_LINK = "link that opens an app"
    TOKEN_REQUEST_LOG = "log of token requests"
    TOKEN_RESPONSE_LOG = "log of token responses"


_HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]+)">')
_LOG_LINE = re.compile(
    r'(?P<host>\S+) "\S+ (?P<path>\S+) HTTP/1\.1" "(?P<referrer>[^"]*)" "(?P<cookies>.*)"'
)


def overhears(exchange: Exchange) -> bool:
    """Whether the attacker could read this exchange: its own, or in clear on the network."""
    return bool(actors.THIEVES & {exchange.source, exchange.destination}) or _in_clear(exchange)


def sightings(exchange: Exchange) -> Iterator[Sighting]:
    """What an overheard exchange shows of the code flow.

    What the thief itself sends shows nothing here. It knows its own logins (:func:`own_login`), and
    a request that its squatter relays is the victim's: that shows, on the victim's leg, in the
    exchange between the victim's browser and the squatter.
    """
    location = exchange.response.header("location") if exchange.response else ""
    match exchange.source:
        case actors.THIEF:
            return
        case actors.MALICIOUS_APP:
            yield from _handed_over(exchange)
        case actors.ATTACKER_BROWSER:
            if login := own_login(exchange.id, location):
                yield login
            elif "code=" in location:
                yield _own_answer(exchange.id, location)
            yield from _own_session(exchange)
            yield from _own_form(exchange)
        case actors.CLIENT:
            yield from _at_own_server(exchange)
        case _:
            yield from _told(exchange)
            if "code" in exchange.request.query:
                where, url = "the redirect to the client", exchange.request.url
                yield sighting(Leg.AUTHORIZATION_RESPONSE, exchange.id, where, url)
            if is_authorization_request(location):
                where = "the authorization request of the victim's login"
                yield sighting(Leg.AUTHORIZATION_REQUEST, exchange.id, where, location)
            if urlsplit(exchange.request.url).hostname == web_site.HOST:
                yield from _at_own_site(exchange)


def _own_answer(seen_in: str, location: str) -> Sighting:
    """How a login of the attacker's ends, and where the client has its codes sent."""
    answer = sighting(Leg.OWN, seen_in, "the answer to its own login", location)
    redirect_uri = urlsplit(location)._replace(query="", fragment="").geturl()
    return replace(answer, parameters={"redirect_uri": redirect_uri, **answer.parameters})


def _own_session(exchange: Exchange) -> Iterator[Sighting]:
    """The cookie by which a server knows the attacker's own browser: the first that it sets."""
    header = exchange.response.header("set-cookie") if exchange.response else ""
    for name, cookie in list(SimpleCookie(header).items())[:1]:
        where = f"its own cookie at {urlsplit(exchange.request.url).hostname}"
        shown = {"session": cookie.value, "name": name, "path": cookie["path"]}
        yield Sighting(Leg.OWN, exchange.id, where, exchange.request.url, shown)


def _own_form(exchange: Exchange) -> Iterator[Sighting]:
    """A form that the attacker's own browser was shown: what marks it, or the answer in it."""
    hidden = dict(_HIDDEN.findall(exchange.response.body if exchange.response else ""))
    if "code" in hidden:
        where = "the answer to its own login, in a form"
        yield Sighting(Leg.OWN, exchange.id, where, exchange.request.url, hidden)
    elif hidden:
        marked = {"form": next(iter(hidden.values()))}
        where = "a form that it was shown"
        yield Sighting(Leg.OWN, exchange.id, where, exchange.request.url, marked)


def own_login(seen_in: str, location: str) -> Sighting | None:
    """The authorization request that the client sent the attacker itself to, if it is one."""
    if not is_authorization_request(location):
        return None
    return sighting(Leg.OWN, seen_in, "the authorization request of its own login", location)


def _at_own_server(exchange: Exchange) -> Iterator[Sighting]:
    """What a client brings: a code to redeem, or the token for a service that it calls."""
    request = exchange.request
    where = "a token request to its own server"
    yield Sighting(Leg.OWN_SERVER, exchange.id, where, request.body, request.form)
    scheme, _, token = request.header("authorization").partition(" ")
    if scheme.lower() == "bearer":
        where = "a call of its own service"
        yield Sighting(Leg.OWN_SERVER, exchange.id, where, token, {"access_token": token})


def _at_own_site(exchange: Exchange) -> Iterator[Sighting]:
    """What a visit to the thief's web site shows: that it works, and perhaps where it came from."""
    request = exchange.request
    visited = {"sign_of_life": request.endpoint}
    yield Sighting(Leg.OWN, exchange.id, "a visit to its web site", request.url, visited)
    if urlsplit(request.url).path == bait.CLICKED:
        clicked = {"click": request.endpoint}
        yield Sighting(Leg.OWN, exchange.id, "a click on its bait", request.url, clicked)
    if "password" in (form := request.form):
        yield Sighting(
            Leg.OWN, exchange.id, "a form that its web site was sent", request.body, form
        )
    if brought := request.query.get(web_site.CARRIER):
        yield from whole_address(exchange.id, "what its script brought home", brought)
    if referrer := request.header("referer"):
        yield address(exchange.id, "the Referer of a visit to its web site", referrer)


def heard(handover: Handover) -> Iterator[Sighting]:
    """What a log, or the operating system, shows of the code flow."""
    if reader := _READERS.get(handover.medium):
        yield from reader(handover)


def _arguments(handover: Handover) -> Iterator[Sighting]:
    """The arguments of somebody's process (``/proc`` is readable by every user)."""
    where = f"the arguments of a process ({handover.detail})"
    yield sighting(Leg.AUTHORIZATION_REQUEST, handover.id, where, handover.content)


def _log_line(handover: Handover) -> Iterator[Sighting]:
    """A line of an access log: ``host "METHOD path HTTP/1.1" "referrer" "cookies"``."""
    line = _LOG_LINE.fullmatch(handover.content)
    if line is None:
        return
    url, where = f"https://{line['host']}{line['path']}", f"a line of an {handover.medium}"
    if is_authorization_request(url):
        yield sighting(Leg.AUTHORIZATION_REQUEST, handover.id, where, url)
        return
    # What a server says of its own pages is no news to whoever reads its log.
    is_others = urlsplit(line["referrer"]).netloc != line["host"]
    if is_others and is_authorization_request(line["referrer"]):
        yield sighting(Leg.REFERRER, handover.id, f"the Referer in {where}", line["referrer"])
    yield sighting(Leg.AUTHORIZATION_RESPONSE, handover.id, where, url)
    cookies = {"cookie": line["cookies"]}
    yield Sighting(Leg.REDIRECT_COOKIES, handover.id, where, line["cookies"], cookies)


def _app_link(handover: Handover) -> Iterator[Sighting]:
    """An address that the operating system gave to an app, because the app claims its scheme."""
    yield address(handover.id, f"a {handover.medium}", handover.content)


def _at_port(handover: Handover) -> Iterator[Sighting]:
    """An address that somebody asked a process of the attacker's for; it asks itself, too."""
    where, url = f"a {handover.medium}", handover.content
    if urlsplit(url).path == port_taker.SIGN_OF_LIFE:
        yield Sighting(Leg.OWN, handover.id, where, url, {"sign_of_life": url})
    else:
        yield address(handover.id, where, url)


def _visit(handover: Handover) -> Iterator[Sighting]:
    """An address that somebody's browser has been at."""
    yield from whole_address(handover.id, f"a line of the {handover.medium}", handover.content)


def _token_request(handover: Handover) -> Iterator[Sighting]:
    """A token request of the client: its body."""
    where, body = f"a token request in a {handover.medium}", handover.content
    yield Sighting(Leg.TOKEN_REQUEST, handover.id, where, body, dict(parse_qsl(body)))


def _token_response(handover: Handover) -> Iterator[Sighting]:
    """What the client was answered: JSON."""
    try:
        members = json.loads(handover.content)
    except ValueError:
        return
    if not isinstance(members, dict):
        return
    texts = {name: value for name, value in members.items() if isinstance(value, str)}
    where = f"a token response in a {handover.medium}"
    yield Sighting(Leg.TOKEN_RESPONSE, handover.id, where, handover.content, texts)


_READERS: dict[str, Callable[[Handover], Iterator[Sighting]]] = {
    Medium.PROCESS_ARGUMENTS: _arguments,
    Medium.ACCESS_LOG: _log_line,
    Medium.BROWSER_HISTORY: _visit,
    Medium.APP_LINK: _app_link,
    Medium.LOOPBACK_PORT: _at_port,
    Medium.TOKEN_REQUEST_LOG: _token_request,
    Medium.TOKEN_RESPONSE_LOG: _token_response,
}


def _handed_over(exchange: Exchange) -> Iterator[Sighting]:
    url = json.loads(exchange.request.body).get("url", "")
    where = "the URL that the operating system gave to the malicious app"
    yield sighting(Leg.AUTHORIZATION_RESPONSE, exchange.id, where, url)


def _told(exchange: Exchange) -> Iterator[Sighting]:
    """An address that the victim's browser told the thief's server, by way of an extension."""
    if exchange.request.header("origin").startswith("chrome-extension:"):
        url = json.loads(exchange.request.body).get("url", "")
        yield address(exchange.id, "what an extension of the victim's browser reported", url)


def _in_clear(exchange: Exchange) -> bool:
    url = urlsplit(exchange.request.url)
    return url.scheme == "http" and not is_loopback(url.hostname or "")


def is_loopback(host: str) -> bool:
    """Whether a host never leaves the machine, so that nobody on the network can read it."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False

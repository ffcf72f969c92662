"""The wiretap: turns what the attacker's channel showed into sightings, leg by leg.

It is handed the exchanges in which the attacker took part, those that crossed a network it reads
in clear, and what the operating system shows every local user. Everything else it never gets.
"""

import ipaddress
import json
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

from attacker.loot import Sighting
from attacker.vantage import Leg
from reports.records import Exchange, Handover

OWN_ACTORS = frozenset({"thief", "malicious-app", "attacker-browser"})
"""The actors of the run log that belong to the attacker."""


def overhears(exchange: Exchange) -> bool:
    """Whether the attacker could read this exchange: its own, or in clear on the network."""
    return bool(OWN_ACTORS & {exchange.source, exchange.destination}) or _in_clear(exchange)


def sightings(exchange: Exchange) -> Iterator[Sighting]:
    """What an overheard exchange shows of the code flow."""
    own = exchange.source in OWN_ACTORS
    location = exchange.response.header("location") if exchange.response else ""
    if exchange.source == "malicious-app":
        yield from _handed_over(exchange)
    elif "code" in exchange.request.query and not own:
        where = "the redirect to the client"
        yield _sighting(Leg.AUTHORIZATION_RESPONSE, exchange.id, where, exchange.request.url)
    if "response_type=" in location:
        leg = Leg.OWN if own else Leg.AUTHORIZATION_REQUEST
        whose = "its own login" if own else "the victim's login"
        yield _sighting(leg, exchange.id, f"the authorization request of {whose}", location)


def arguments_of(handover: Handover) -> Iterator[Sighting]:
    """What the arguments of somebody's process show (``/proc`` is readable by every user)."""
    where = f"the arguments of a process ({handover.detail})"
    yield _sighting(Leg.AUTHORIZATION_REQUEST, handover.id, where, handover.content)


def _handed_over(exchange: Exchange) -> Iterator[Sighting]:
    url = json.loads(exchange.request.body).get("url", "")
    where = "the URL that the operating system gave to the malicious app"
    yield _sighting(Leg.AUTHORIZATION_RESPONSE, exchange.id, where, url)


def _sighting(leg: Leg, seen_in: str, where: str, url: str) -> Sighting:
    return Sighting(leg, seen_in, where, url, dict(parse_qsl(urlsplit(url).query)))


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

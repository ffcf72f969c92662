"""What an address of the flow shows to whoever reads it: the request, or the response."""

from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

from attacker.loot import Sighting, asks
from attacker.vantage import Leg
from reports.request_object import asked_in


def is_authorization_request(url: str) -> bool:
    """Whether somebody asks for a code, in whatever way the request is carried."""
    return asks(_asked(url))


def sighting(leg: Leg, seen_in: str, where: str, url: str) -> Sighting:
    """An address that was seen on this leg."""
    return Sighting(leg, seen_in, where, url, _asked(url))


def address(seen_in: str, where: str, url: str) -> Sighting:
    """An address of the flow, by what it is: the request, or else perhaps the response."""
    asked = is_authorization_request(url)
    leg = Leg.AUTHORIZATION_REQUEST if asked else Leg.AUTHORIZATION_RESPONSE
    return sighting(leg, seen_in, where, url)


def whole_address(seen_in: str, where: str, url: str) -> Iterator[Sighting]:
    """The same, and what its fragment carries, which no server is ever sent."""
    yield address(seen_in, where, url)
    if fragment := dict(parse_qsl(urlsplit(url).fragment)):
        yield Sighting(Leg.FRAGMENT, seen_in, where, url, fragment)


def _asked(url: str) -> dict[str, str]:
    """The parameters of a URL; those of a request object in it, which everybody can read."""
    return asked_in(url) or dict(parse_qsl(urlsplit(url).query))

"""What the attacker puts on the web for victims to come across (RFC 9700 A1).

Pages of its own, by their addresses, and what it gets into pages of others.
"""

from typing import Protocol
from urllib.parse import urlencode

from attacker.redirect_handlers import bait, intruder, opener, web_site


class Spot(Protocol):
    """A point of a page, and the size of a window that shows it, in CSS pixels."""

    @property
    def x(self) -> float:
        """From the left."""
        ...

    @property
    def y(self) -> float:
        """From the top."""
        ...

    @property
    def width(self) -> float:
        """Of the window."""
        ...

    @property
    def height(self) -> float:
        """Of the window."""
        ...


def bait_around(address: str, spot: Spot) -> str:
    """The page that frames an address, with this spot of it where its visitor is about to click."""
    place = {bait.X: spot.x, bait.Y: spot.y, bait.WIDTH: spot.width, bait.HEIGHT: spot.height}
    return f"{web_site.ADDRESS}{bait.PATH}?{urlencode({bait.FRAMED: address, **place})}"


def opener_of(address: str) -> str:
    """The page with a button that opens an address in a window of its own."""
    return f"{web_site.ADDRESS}{opener.PATH}?{urlencode({opener.OPENED: address})}"


def intruder_with(request: str) -> str:
    """A script that runs in a page of the client, and reports what the server answers there."""
    return intruder.script(request, f"{web_site.ADDRESS}/seen?{web_site.CARRIER}=")

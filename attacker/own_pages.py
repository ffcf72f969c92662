"""What the attacker puts on the web for victims to come across (RFC 9700 A1).

Pages of its own, by their addresses, and what it gets into pages of others.
"""

from urllib.parse import urlencode

from attacker.redirect_handlers import bait, intruder, opener, web_site


def bait_around(address: str) -> str:
    """The page that frames an address where its visitor is about to click."""
    return f"{web_site.ADDRESS}{bait.PATH}?{urlencode({bait.FRAMED: address})}"


def opener_of(address: str) -> str:
    """The page with a button that opens an address in a window of its own."""
    return f"{web_site.ADDRESS}{opener.PATH}?{urlencode({opener.OPENED: address})}"


def intruder_with(request: str) -> str:
    """A script that runs in a page of the client, and reports what the server answers there."""
    return intruder.script(request, f"{web_site.ADDRESS}/seen?{web_site.CARRIER}=")

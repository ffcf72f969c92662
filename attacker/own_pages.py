"""Pages of the attacker's web site, by their addresses, for victims to visit (RFC 9700 A1)."""

from urllib.parse import urlencode

from attacker.redirect_handlers import bait, opener, web_site


def bait_around(address: str) -> str:
    """The page that frames an address where its visitor is about to click."""
    return f"{web_site.ADDRESS}{bait.PATH}?{urlencode({bait.FRAMED: address})}"


def opener_of(address: str) -> str:
    """The page with a button that opens an address in a window of its own."""
    return f"{web_site.ADDRESS}{opener.PATH}?{urlencode({opener.OPENED: address})}"

"""How a browser reads an address (the URL standard of WHATWG), where Python's libraries do not."""

import re
from urllib.parse import urldefrag, urljoin

_ESCAPED_DOTS = re.compile(r"(?<=/)(?:\.|%2e){1,2}(?=[/?#]|$)", re.IGNORECASE)


def redirected(url: str, location: str) -> str:
    """Where a browser at ``url`` goes that is answered with this ``Location``.

    One without a fragment inherits that of the request (RFC 9110 section 10.2.2).
    """
    target = urljoin(url, _as_a_browser_reads(location))
    fragment = urldefrag(url).fragment
    return f"{target}#{fragment}" if fragment and "#" not in target else target


def _as_a_browser_reads(location: str) -> str:
    """A backslash is a slash in front of the query, and an escaped dot is a dot."""
    if not location.lower().startswith(("http:", "https:", "/", "\\")):
        return location
    end = min((location.find(each) for each in "?#" if each in location), default=len(location))
    before = location[:end].replace("\\", "/")
    return (
        _ESCAPED_DOTS.sub(lambda dots: re.sub("%2e", ".", dots[0], flags=re.I), before)
        + (location[end:])
    )

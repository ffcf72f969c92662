"""Whose address it is: a host and its port, as a target's declaration names them."""

from collections.abc import Collection
from urllib.parse import urlsplit

_USUAL = {"http": 80, "https": 443}


def authority(url: str) -> str:
    """The host of an address, with the port unless it is the usual one; "" if it has neither."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    host = f"[{host}]" if ":" in host else host
    return host if port in {None, _USUAL.get(parts.scheme)} else f"{host}:{port}"


def is_at(url: str, hosts: Collection[str]) -> bool:
    """Whether an address of the web is at one of these hosts; each with a port or without."""
    return urlsplit(url).scheme in _USUAL and authority(url) in hosts


def is_of_web(url: str) -> bool:
    """Whether a browser opens an address itself, and no app."""
    return urlsplit(url).scheme in _USUAL


def last_segment(url: str) -> str:
    """The end of an address's path, which says what is done there; before it stand other names."""
    return urlsplit(url).path.rstrip("/").rpartition("/")[2]

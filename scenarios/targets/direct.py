"""How a server is asked for what is no part of a play: past the proxy, and by the tool's name."""

import ssl
from importlib.metadata import version
from pathlib import Path

import certifi
import httpx


def directly(ca_file: Path | None) -> httpx.AsyncClient:
    """An HTTP client that trusts what the proxy trusts, and the certificates in ``ca_file``.

    Raises ``OSError`` where there are none.
    """
    trust = ssl.create_default_context(cafile=certifi.where())
    if ca_file is not None:
        trust.load_verify_locations(ca_file)
    headers = {"User-Agent": f"codejack/{version('codejack')}"}
    return httpx.AsyncClient(verify=trust, trust_env=False, headers=headers)

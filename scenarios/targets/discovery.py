"""What a server publishes about itself: OpenID Connect Discovery, and RFC 8414."""

import asyncio
import json
import ssl
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx

from scenarios.targets.checks import authority_of

_MOST_BYTES = 1_000_000
_SECONDS = 15.0


class DiscoveryError(Exception):
    """The metadata cannot be used. The text says why, and what to do about it."""


def addresses(issuer: str) -> list[str]:
    """Where the metadata of an issuer may lie (OpenID Discovery 4.1, RFC 8414 sections 3 and 5)."""
    bare, parts = issuer.rstrip("/"), urlsplit(issuer)
    origin, path = f"{parts.scheme}://{parts.netloc}", parts.path.rstrip("/")
    found = [
        f"{bare}/.well-known/openid-configuration",
        f"{origin}/.well-known/oauth-authorization-server{path}",
        f"{origin}/.well-known/openid-configuration{path}",
    ]
    return list(dict.fromkeys(found))


async def discover(issuer: str, http: httpx.AsyncClient) -> dict[str, Any]:
    """The metadata of an issuer. Raises :class:`DiscoveryError`.

    A redirect is followed once, and on the same host only, such as to the same address with a slash
    behind it.
    """
    seen = []
    for address in addresses(issuer):
        try:
            # Over all, too: what comes drop by drop never waits long for the next one.
            async with asyncio.timeout(_SECONDS):
                status, body, there = await _read(http, address)
                if there and authority_of(there) == authority_of(address):
                    status, body, there = await _read(http, there)
        except TimeoutError:
            raise DiscoveryError(
                f"{address} has not been told in {_SECONDS:.0f} s. Is the server well?"
            ) from None
        if status == httpx.codes.OK:
            return _checked(issuer, address, body)
        seen.append(f"{address} answered {status}{f', to go to {there!r}' if there else ''}")
    raise DiscoveryError(
        f"The server publishes no metadata: {'; '.join(seen)}. Mend the issuer, or set discovery = "
        "false and name the endpoints."
    )


async def _read(http: httpx.AsyncClient, address: str) -> tuple[int, bytes, str]:
    """The status, the body of a 200, and where it redirects to."""
    body = b""
    try:
        # Not packed: a small body could unpack to a huge one. Not elsewhere: only this host.
        async with http.stream(
            "GET",
            address,
            headers={"Accept": "application/json", "Accept-Encoding": "identity"},
            timeout=_SECONDS,
            follow_redirects=False,
        ) as answer:
            if answer.status_code != httpx.codes.OK:
                there = answer.headers.get("location", "") if answer.is_redirect else ""
                return answer.status_code, b"", urljoin(address, there) if there else ""
            async for part in answer.aiter_raw():
                body += part
                if len(body) > _MOST_BYTES:
                    raise DiscoveryError(f"{address} is longer than a megabyte. That is none.")
    except httpx.ConnectError as error:
        raise DiscoveryError(_about_connection(address, error)) from None
    except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError) as error:
        name = type(error).__name__
        raise DiscoveryError(f"{address} cannot be read ({name}). Is it the right host?") from None
    return httpx.codes.OK, body, ""


def _about_connection(address: str, error: httpx.ConnectError) -> str:
    if "CERTIFICATE" in str(error):
        return (
            f"The certificate of {address} is not trusted ({error}). "
            "If it is your own authority's, name that in provider.ca_file."
        )
    return f"{address} cannot be reached ({error}). Is the server up, and the host right?"


def _checked(issuer: str, address: str, body: bytes) -> dict[str, Any]:
    try:
        metadata = json.loads(body)
    except (ValueError, RecursionError):
        metadata = None
    if not isinstance(metadata, dict):
        raise DiscoveryError(f"{address} is no JSON object. Is the issuer right?")
    # OpenID Connect Discovery section 4.3, RFC 8414 section 3.3: exactly the same.
    if metadata.get("issuer") != issuer:
        raise DiscoveryError(
            f"{address} is of the issuer {metadata.get('issuer')!r}, and not of {issuer!r}. Write "
            "the issuer exactly as the server does."
        )
    for name, value in metadata.items():
        is_address = name.endswith(("_endpoint", "_uri")) and isinstance(value, str)
        if is_address and authority_of(value) is None:
            raise DiscoveryError(f"{address} says {name} = {value!r}, which is no web address.")
    return metadata

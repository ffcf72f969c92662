"""Clients that register themselves at the server (RFC 7591), and leave again (RFC 7592)."""

import asyncio
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from scenarios.stage.scope import Authority
from scenarios.targets.checks import authority_of
from scenarios.targets.sections import ClientSection

_SECONDS = 15.0
_MOST_BYTES = 100_000
_BY_HAND = "Register it by hand, and name its client_id."


class RegistrationError(Exception):
    """The server does not register the client. The text says why, and what to do about it."""


@dataclass(frozen=True)
class Registration:
    """A client as the server has registered it, and how it is taken out again, if it can be."""

    client_id: str
    secret: str | None = field(default=None, repr=False)
    in_header: bool = True
    address: str = ""
    token: str = field(default="", repr=False)


async def register(
    name: str, client: ClientSection, endpoint: str, http: httpx.AsyncClient
) -> Registration:
    """Register a client of a target file. Raises :class:`RegistrationError`."""
    method = client.authentication or ("client_secret_basic" if client.confidential else "none")
    wanted = {
        "client_name": f"codejack {name}",
        "redirect_uris": list(client.redirect_uris),
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "token_endpoint_auth_method": method,
        "scope": client.scope,
    }
    try:
        async with asyncio.timeout(_SECONDS):
            status, said = await _told(http, endpoint, wanted)
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, ValueError, RecursionError) as error:
        raise RegistrationError(
            f"{name} cannot register itself at {endpoint} ({type(error).__name__}). {_BY_HAND}"
        ) from None
    missing = "client_secret" if client.confidential else "client_id"
    if status >= httpx.codes.BAD_REQUEST or not said.get("client_id") or not said.get(missing):
        raise RegistrationError(
            f"The server does not register {name}: {status} {said.get('error', '')!s:.80}. "
            f"{_BY_HAND}"
        )
    return Registration(
        client_id=str(said["client_id"]),
        secret=str(said["client_secret"]) if client.confidential else None,
        in_header=said.get("token_endpoint_auth_method", method) != "client_secret_post",
        address=str(said.get("registration_client_uri", "")),
        token=str(said.get("registration_access_token", "")),
    )


async def _told(
    http: httpx.AsyncClient, endpoint: str, wanted: Mapping[str, Any]
) -> tuple[int, dict[str, Any]]:
    """Status and members of an answer, as far as it is an object and not without end."""
    body = b""
    # Not packed: a small body could unpack to a huge one. Not elsewhere: only this host.
    headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
    async with http.stream(
        "POST", endpoint, json=wanted, headers=headers, follow_redirects=False
    ) as answer:
        async for part in answer.aiter_raw():
            body += part
            if len(body) > _MOST_BYTES:
                raise ValueError("that is no answer to a registration")
    said = json.loads(body) if body else {}
    return answer.status_code, said if isinstance(said, dict) else {}


async def unregister(
    registration: Registration, http: httpx.AsyncClient, hosts: Collection[Authority]
) -> bool:
    """Take a client out again; whether the server has done so (RFC 7592 section 2.3).

    Only at one of ``hosts``: where else the server may point, nobody has allowed to be dialled.
    """
    if authority_of(registration.address) not in hosts or not registration.token:
        return False
    bearer = {"Authorization": f"Bearer {registration.token}"}
    try:
        async with asyncio.timeout(_SECONDS):
            answer = await http.delete(registration.address, headers=bearer, follow_redirects=False)
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError):
        return False
    return answer.status_code == httpx.codes.NO_CONTENT

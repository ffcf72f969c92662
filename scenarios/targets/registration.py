"""Clients that register themselves at the server (RFC 7591), and leave again (RFC 7592)."""

from dataclasses import dataclass, field
from typing import Any

import httpx

from scenarios.targets.sections import ClientSection

_SECONDS = 15.0


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
        answer = await http.post(endpoint, json=wanted, timeout=_SECONDS)
        said: Any = answer.json()
    except (httpx.HTTPError, ValueError) as error:
        raise RegistrationError(
            f"{name} cannot register itself at {endpoint} ({type(error).__name__}). "
            "Register it by hand, and name its client_id."
        ) from None
    if answer.status_code >= httpx.codes.BAD_REQUEST or not isinstance(said, dict):
        reason = said.get("error", "") if isinstance(said, dict) else ""
        raise RegistrationError(
            f"The server does not register {name}: {answer.status_code} {reason}. "
            "Register it by hand, and name its client_id."
        )
    return Registration(
        client_id=str(said.get("client_id", "")),
        secret=str(said["client_secret"]) if client.confidential else None,
        in_header=said.get("token_endpoint_auth_method", method) != "client_secret_post",
        address=str(said.get("registration_client_uri", "")),
        token=str(said.get("registration_access_token", "")),
    )


async def unregister(registration: Registration, http: httpx.AsyncClient) -> bool:
    """Take a client out again; whether the server has done so (RFC 7592 section 2.3)."""
    if not registration.address or not registration.token:
        return False
    bearer = {"Authorization": f"Bearer {registration.token}"}
    try:
        answer = await http.delete(registration.address, headers=bearer, timeout=_SECONDS)
    except httpx.HTTPError:
        return False
    return answer.status_code == httpx.codes.NO_CONTENT

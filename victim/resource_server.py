"""An API of ours that takes the provider's tokens: where a token shows whose it is.

For providers without userinfo. It asks the provider about each token (RFC 7662), as resource
servers do that are given opaque ones.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from victim.client.authentication import Authentication
from victim.client.back_channel import said_at


@dataclass(frozen=True)
class Introspection:
    """How tokens are asked about: where, and as which client."""

    endpoint: str
    client_id: str
    secret: str = field(repr=False)
    in_header: bool = True

    def form(self, token: str) -> dict[str, str]:
        """The request for one token (section 2.1)."""
        return {"token": token, "token_type_hint": "access_token", **self._shown.form}

    @property
    def headers(self) -> dict[str, str]:
        """How the client says who it is."""
        return self._shown.headers

    @property
    def _shown(self) -> Authentication:
        return Authentication(self.client_id, self.secret, self.in_header)


class ResourceServer:
    """Answers a bearer token with the user behind it (an ASGI application).

    ``subject`` is where the provider's answer names that: keys of nested objects, dots between.
    """

    def __init__(self, how: Introspection, http: httpx.AsyncClient, subject: str) -> None:
        self._how = how
        self._http = http
        self._subject = subject

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        scheme, _, token = Request(scope).headers.get("authorization", "").partition(" ")
        answer = await self._answer(token if scheme.lower() == "bearer" else "")
        await answer(scope, receive, send)

    async def _answer(self, token: str) -> JSONResponse:
        if not token:
            return JSONResponse({"error": "invalid_request"}, 401)
        try:
            said = await self._asked(token)
        except (httpx.HTTPError, ValueError) as error:
            # Nobody has refused the token: nothing is known about it.
            return JSONResponse({"error": f"introspection: {type(error).__name__}"}, 502)
        subject = said_at(said, self._subject) if said.get("active") is True else ""
        if not subject:
            return JSONResponse({"error": "invalid_token"}, 401)
        return JSONResponse({"sub": subject})

    async def _asked(self, token: str) -> Mapping[str, Any]:
        """The provider's answer. Raises ``ValueError`` where it is none."""
        answer = await self._http.post(
            self._how.endpoint, data=self._how.form(token), headers=self._how.headers
        )
        said = answer.json() if answer.status_code == httpx.codes.OK else None
        if not isinstance(said, dict) or not isinstance(said.get("active"), bool):
            raise ValueError("the provider says nothing about the token")
        return said

"""The binding of the provider to Starlette."""

import asyncio

from starlette.requests import Request as HttpRequest
from starlette.responses import Response as HttpResponse
from starlette.types import Receive, Scope, Send

from victim.identity_provider import pages
from victim.identity_provider.messages import MalformedRequestError, Pending, Request, Response
from victim.identity_provider.provider import IdentityProvider

MAX_BODY = 64 * 1024
RACE_WINDOW = 0.25
"""Seconds in which others are answered, when a weakness leaves an answer half done."""
_WELL_KNOWN = "/.well-known/oauth-authorization-server"


class _TooLargeError(Exception):
    """The body exceeds :data:`MAX_BODY`."""


class IdentityProviderApp:
    """Gives each request to the provider whose issuer its path belongs to (ASGI).

    Serves several issuers of one host, and goes on serving while others are added.
    """

    def __init__(self, *providers: IdentityProvider) -> None:
        self._providers: dict[str, IdentityProvider] = {}
        for provider in providers:
            self.add(provider)

    def add(self, provider: IdentityProvider) -> None:
        """Serve one issuer more. Raises ``ValueError`` when its path is taken."""
        if provider.path in self._providers:
            raise ValueError("two providers share a path")
        self._providers[provider.path] = provider

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        answer = await self._answer(HttpRequest(scope, receive))
        response = HttpResponse(answer.body, answer.status)
        response.raw_headers.extend(
            (name.lower().encode("latin-1"), value.encode("latin-1"))
            for name, value in answer.headers
        )
        await response(scope, receive, send)

    async def _answer(self, http: HttpRequest) -> Response:
        path = http.scope["path"]
        provider = self._provider_at(path)
        if provider is None:
            return pages.error("There is nothing at this address.", 404)
        try:
            headers = tuple(http.headers.items())
            body = await _body(http)
            request = Request.parse(http.method, path, http.url.query, headers, body)
        except MalformedRequestError as error:
            return pages.error(f"The request cannot be read: {error}.")
        except _TooLargeError:
            return pages.error("The request is too large.", 413)
        answer = provider.begin(request)
        if isinstance(answer, Pending):
            await asyncio.sleep(RACE_WINDOW)
            answer = answer.finish()
        return answer

    def _provider_at(self, path: str) -> IdentityProvider | None:
        """The provider with the longest path that this one lies below."""
        base = path.removeprefix(_WELL_KNOWN)
        while base not in self._providers:
            if not base:
                return None
            base = base.rpartition("/")[0]
        provider = self._providers[base]
        return provider if provider.serves(path) else None


async def _body(http: HttpRequest) -> bytes:
    body = b""
    async for chunk in http.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise _TooLargeError
    return body

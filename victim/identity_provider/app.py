"""The binding of the provider to Starlette."""

from starlette.applications import Starlette
from starlette.requests import Request as HttpRequest
from starlette.responses import Response as HttpResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from victim.identity_provider import pages
from victim.identity_provider.messages import MalformedRequestError, Request, Response
from victim.identity_provider.provider import IdentityProvider

MAX_BODY = 64 * 1024


class _TooLargeError(Exception):
    """The body exceeds :data:`MAX_BODY`."""


class _Binding:
    """Gives each request to the provider whose issuer its path belongs to.

    A class, not a function: Starlette then leaves the choice of methods to the provider.
    """

    def __init__(self, providers: tuple[IdentityProvider, ...]) -> None:
        # The longest path first, so that /demo/a is not taken for a page of /demo.
        self._providers = sorted(providers, key=lambda provider: len(provider.path), reverse=True)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = await self._answer(HttpRequest(scope, receive))
        response = HttpResponse(answer.body, answer.status)
        response.raw_headers.extend(
            (name.lower().encode("latin-1"), value.encode("latin-1"))
            for name, value in answer.headers
        )
        await response(scope, receive, send)

    async def _answer(self, http: HttpRequest) -> Response:
        path = http.scope["path"]
        provider = next((each for each in self._providers if each.serves(path)), None)
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
        return provider.handle(request)


def identity_provider_app(*providers: IdentityProvider) -> ASGIApp:
    """Serve several issuers of one host, told apart by the path of their issuer.

    Raises ``ValueError`` when two providers share a path.
    """
    if len({provider.path for provider in providers}) < len(providers):
        raise ValueError("two providers share a path")
    return Starlette(routes=[Route("/{path:path}", _Binding(providers))])


async def _body(http: HttpRequest) -> bytes:
    body = b""
    async for chunk in http.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise _TooLargeError
    return body

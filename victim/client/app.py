"""The client as a web application: starts logins, receives redirects, shows who is signed in."""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from victim.client import pages
from victim.client.endpoint import Endpoint
from victim.client.package import application_package
from victim.client.relying_party import Learn, LoginFailedError, Pending, RelyingParty

_COOKIE = "contoso_session"
_APP = "app"
_TRACE = "traceparent"

type Handler = Callable[[Request], Awaitable[Response]]


@dataclass
class _Session:
    """One browser: the logins it has started, and the claims of its user once signed in."""

    pending: dict[str, Pending] = field(default_factory=dict)
    user: dict[str, str] | None = None


class ClientApp:
    """Serves endpoints, and goes on serving while others are added (an ASGI application).

    ``http`` is the back channel to the identity provider; ``learn`` hears of every secret.
    """

    def __init__(self, http: httpx.AsyncClient, learn: Learn) -> None:
        self._http = http
        self._learn = learn
        self._pages: dict[str, Handler] = {}

    def add(self, endpoint: Endpoint) -> None:
        """Serve one endpoint more. Raises ``ValueError`` when its path is taken."""
        if endpoint.path in self._pages:
            raise ValueError(f"{endpoint.path} is served already")
        pages_of = _EndpointPages(endpoint, self._http, self._learn)
        self._pages |= {
            endpoint.path: pages_of.login_or_redirect,
            f"{endpoint.path}/me": pages_of.me,
            f"{endpoint.path}/package.zip": pages_of.package,
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        page = self._pages.get(request.url.path)
        if page is None:
            answer: Response = pages.failed("There is nothing at this address.", 404)
        elif request.method not in {"GET", "HEAD"}:
            answer = pages.failed(f"{request.method} is not for this address.", 405)
        else:
            answer = await page(request)
        await answer(scope, receive, send)


class _EndpointPages:
    def __init__(self, endpoint: Endpoint, http: httpx.AsyncClient, learn: Learn) -> None:
        self._endpoint = endpoint
        self._party = RelyingParty(endpoint, learn)
        self._http = http
        self._learn = learn
        self._sessions: dict[str, _Session] = {}

    async def login_or_redirect(self, request: Request) -> Response:
        """Without ``code`` or ``error``: start a login. With one: it is the redirect."""
        if not {"code", "error"} & request.query_params.keys():
            return self._start(request)
        return await self._finish(request)

    def _start(self, request: Request) -> Response:
        url, pending = self._party.start()
        key, session = self._session(request)
        session.pending[pending.state] = pending
        return self._with_cookie(RedirectResponse(url, 302), key)

    async def _finish(self, request: Request) -> Response:
        state = request.query_params.get("state", "")
        key, session = self._session(request)
        pending = self._party.pending_from(state) or session.pending.pop(state, None)
        if pending is None:
            return pages.failed("This login was not started here (unknown state).")
        if "error" in request.query_params:
            return pages.failed(f"The provider answered {request.query_params['error']}.")
        # A trace context, as any instrumented service passes one on to what it calls.
        trace = {_TRACE: request.headers[_TRACE]} if _TRACE in request.headers else {}
        try:
            session.user = await self._party.finish(
                request.query_params["code"], pending, self._http, trace
            )
        except LoginFailedError as error:
            return pages.failed(f"The login could not be completed: {error}.")
        return self._with_cookie(pages.signed_in(session.user), key)

    async def me(self, request: Request) -> Response:
        """The claims of whoever this session belongs to: the client's own view of the login."""
        session = self._sessions.get(self._key(request))
        if session is None or session.user is None:
            return JSONResponse({"error": "not signed in"}, 401)
        return JSONResponse(session.user)

    async def package(self, request: Request) -> Response:
        """The application as everybody can download it."""
        if not self._endpoint.habits.verifier_fixed:
            return pages.failed("There is no app to download for this endpoint.", 404)
        return Response(application_package(), media_type="application/zip")

    def _key(self, request: Request) -> str:
        # A native app has one user, so its back end has one session; a website has one per browser.
        return _APP if self._endpoint.native else request.cookies.get(_COOKIE, "")

    def _session(self, request: Request) -> tuple[str, _Session]:
        key = self._key(request)
        if key not in self._sessions:
            if not self._endpoint.native:
                # Never a name that the browser brought along: somebody else may have chosen it.
                key = secrets.token_urlsafe(24)
                self._learn("session", key)
            self._sessions[key] = _Session()
        return key, self._sessions[key]

    def _with_cookie(self, response: Response, key: str) -> Response:
        if not self._endpoint.native:
            response.set_cookie(
                _COOKIE, key, path=self._endpoint.path, httponly=True, samesite="lax"
            )
        return response

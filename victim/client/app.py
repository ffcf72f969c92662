"""The client as a web application: starts logins, receives redirects, shows who is signed in."""

from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from victim.client import company, pages
from victim.client.answer import Answer
from victim.client.endpoint import Endpoint
from victim.client.errors import LoginFailedError
from victim.client.logins import Logins
from victim.client.package import application_package
from victim.client.relying_party import Learn, RelyingParty
from victim.client.sessions import Sessions

_READING = frozenset({"GET", "HEAD"})
_TRACE = "traceparent"

type Handler = Callable[[Request], Awaitable[Response]]


class ClientApp:
    """Serves endpoints, and goes on serving while others are added (an ASGI application).

    ``http`` is the back channel to the identity provider; ``learn`` hears of every secret.
    """

    def __init__(self, http: httpx.AsyncClient, learn: Learn) -> None:
        self._http = http
        self._learn = learn
        self._pages: dict[str, Handler] = {}
        self._methods: dict[str, frozenset[str]] = {}

    def add(self, endpoint: Endpoint) -> None:
        """Serve one endpoint more. Raises ``ValueError`` when its path is taken."""
        if endpoint.path in self._pages:
            raise ValueError(f"{endpoint.path} is served already")
        if endpoint.habits.hybrid_flow:
            self._methods[endpoint.path] = _READING | {"POST"}
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
        elif request.method not in self._methods.get(request.url.path, _READING):
            answer = pages.failed(f"{request.method} is not for this address.", 405)
        else:
            answer = await page(request)
        await answer(scope, receive, send)


class _EndpointPages:
    def __init__(self, endpoint: Endpoint, http: httpx.AsyncClient, learn: Learn) -> None:
        self._endpoint = endpoint
        self._party = RelyingParty(endpoint, learn)
        self._others: dict[str, RelyingParty] = {}
        if other := endpoint.other:
            self._others[other.provider.issuer] = RelyingParty(other, learn, self._party)
        self._logins = Logins(endpoint, self._party.states)
        self._sessions = Sessions(endpoint, learn)
        self._http = http

    async def login_or_redirect(self, request: Request) -> Response:
        """Without ``code`` or ``error``: start a login. With one: it is the answer."""
        said = await _said(request)
        if not {"code", "error"} & said.keys():
            return self._back_to_partner(request) or await self._start(request)
        return await self._finish(request, Answer.read(said))

    async def _start(self, request: Request) -> Response:
        name, session = self._sessions.open(request.cookies)
        party = self._party_at(request.query_params.get("server", ""))
        link, trace = self._link(request), _trace_of(request)
        party = party.reached_under(self._reached_under(request))
        try:
            url, login = await party.start(self._http, trace, session.browser, link)
        except LoginFailedError as error:
            return self._failed(f"The login could not be started: {error}.")
        self._logins.keep(login, session)
        response = self._sessions.set_cookie(RedirectResponse(url, 302), name)
        if verifier := self._logins.kept_by_browser(login):
            self._sessions.set_verifier_cookie(response, verifier)
        return response

    async def _finish(self, request: Request, answer: Answer) -> Response:
        if onward := self._onward(request):
            return RedirectResponse(onward, 302)
        if user := self._logins.answered(answer):
            return self._sign_in(request, user)
        session = self._sessions.find(request.cookies)
        login = self._logins.take(answer, session, request.cookies)
        if login is None:
            return self._failed("This login was not started here (unknown state).")
        party, trace = self._party_at(login.server), _trace_of(request)
        party = party.reached_under(self._reached_under(request))
        try:
            user = await party.finish(answer, login, self._http, trace)
        except LoginFailedError as error:
            return self._failed(f"The login could not be completed: {error}.")
        self._logins.note(answer, user)
        return self._sign_in(request, user, login.for_session)

    def _back_to_partner(self, request: Request) -> Response | None:
        """Where somebody belongs who comes from the partner's site, and has no answer."""
        partner = self._endpoint.partner
        is_known = self._endpoint.habits.partner_registered and bool(partner)
        is_from_there = is_known and request.query_params.get("next") == partner
        return RedirectResponse(partner, 302) if is_from_there else None

    def _party_at(self, server: str) -> RelyingParty:
        """The client at a server that it works with; at its usual one if it knows no such."""
        return self._others.get(server, self._party)

    def _onward(self, request: Request) -> str:
        """Where an answer is passed on to, with all that it says; empty if it stays here."""
        onward, habits = request.query_params.get("next", ""), self._endpoint.habits
        home = urlsplit(onward)[:2] == urlsplit(self._endpoint.provider.issuer)[:2]
        trusted = habits.callback_forwards or (habits.callback_forwards_home and home)
        if not (onward and trusted):
            return ""
        said = [(name, value) for name, value in request.query_params.items() if name != "next"]
        return f"{onward}?{urlencode(said)}"

    def _sign_in(self, request: Request, user: dict[str, str], for_session: str = "") -> Response:
        page = pages.signed_in(user, company.of_signed_in(self._endpoint))
        if session := self._sessions.named(for_session):
            session.user = user
            return page
        return self._sessions.set_cookie(page, self._sessions.sign_in(request.cookies, user))

    async def me(self, request: Request) -> Response:
        """The claims of whoever this session belongs to: the client's own view of the login."""
        session = self._sessions.find(request.cookies)
        if session is None or session.user is None:
            return JSONResponse({"error": "not signed in"}, 401)
        return JSONResponse(session.user)

    async def package(self, request: Request) -> Response:
        """The application as everybody can download it."""
        package = application_package(self._endpoint.habits, self._endpoint.client_secret)
        if package is None:
            return pages.failed("There is no app to download for this endpoint.", 404)
        return Response(package, media_type="application/zip")

    def _failed(self, reason: str) -> Response:
        return pages.failed(reason, company=company.of_failed(self._endpoint))

    def _reached_under(self, request: Request) -> str:
        """The host that redirects go to this time; empty if it is the registered one.

        That of a native app is the port where it waits (RFC 8252 section 7.3), and for a client
        that believes it, any that a header names.
        """
        if self._endpoint.native and (port := request.query_params.get("port", "")).isdecimal():
            return f"127.0.0.1:{port}"
        believes = self._endpoint.habits.forwarded_host_trusted
        return request.headers.get("x-forwarded-host", "") if believes else ""

    def _link(self, request: Request) -> str:
        """The session that the link to this login names, for a client that listens to links."""
        listens = self._endpoint.habits.login_bound_to_link
        return request.query_params.get("for", "") if listens else ""


def _trace_of(request: Request) -> dict[str, str]:
    """A trace context, as any instrumented service passes one on to what it calls."""
    return {_TRACE: request.headers[_TRACE]} if _TRACE in request.headers else {}


async def _said(request: Request) -> Mapping[str, str]:
    """What an answer says: in the query, or in a form (OAuth 2.0 Form Post Response Mode)."""
    if request.method != "POST":
        return request.query_params
    return dict(parse_qsl((await request.body()).decode(errors="replace")))

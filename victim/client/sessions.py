"""The sessions of one endpoint, and the cookie that binds each of them to one browser."""

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from starlette.responses import Response

from victim.client.endpoint import Endpoint
from victim.client.states import Login

_APP = "app"
_COOKIE = "contoso_session"
_VERIFIER_COOKIE = "contoso_verifier"
_ACCEPTABLE = re.compile(r"[\w-]{16,128}", re.ASCII)

type Learn = Callable[[str, str], object]


@dataclass
class Session:
    """One browser: the logins it has started, and the claims of its user once signed in.

    ``browser`` stays the same when the session gets a new name, and only the client knows it.
    """

    logins: dict[str, Login] = field(default_factory=dict, repr=False)
    user: dict[str, str] | None = None
    browser: str = field(default_factory=lambda: secrets.token_urlsafe(16), repr=False)


class Sessions:
    """Finds the session that a browser's cookie names; ``learn`` hears of each name first.

    A native app has one user, so its back end has one session and needs no cookie.
    """

    def __init__(self, endpoint: Endpoint, learn: Learn) -> None:
        self._endpoint = endpoint
        self._learn = learn
        self._sessions: dict[str, Session] = {}
        self._prefixed = endpoint.secure and not endpoint.habits.cookie_without_host_prefix
        # The prefix demands Path=/, so the name says which endpoint it is for.
        self._cookie = f"__Host-contoso.{endpoint.slug}" if self._prefixed else _COOKIE

    def find(self, cookies: Mapping[str, str]) -> Session | None:
        """The session of a browser, if it has one."""
        return self._sessions.get(self._name(cookies))

    def named(self, name: str) -> Session | None:
        """The session of that name, if there is one."""
        return self._sessions.get(name)

    def open(self, cookies: Mapping[str, str]) -> tuple[str, Session]:
        """The session of a browser and its name; a new one for a browser that has none."""
        name = self._name(cookies)
        if name not in self._sessions:
            name = self._add(self._new_name(name), Session())
        return name, self._sessions[name]

    def sign_in(self, cookies: Mapping[str, str], user: dict[str, str]) -> str:
        """Sign a user in to the session of this browser; returns its new name, the old one is void.

        Whoever knew the name before the login is not signed in with it (RFC 6265 section 8.4).
        """
        brought = self._name(cookies)
        session = self._sessions.get(brought) or Session()
        session.user = user
        if not self._takes(brought):
            self._sessions.pop(brought, None)
            brought = ""
        return self._add(self._new_name(brought), session)

    def set_cookie(self, response: Response, name: str) -> Response:
        """Tell the browser the name of its session."""
        if not self._endpoint.native:
            response.set_cookie(
                self._cookie,
                name,
                path="/" if self._prefixed else self._endpoint.path,
                secure=self._endpoint.secure,
                httponly=True,
                samesite=self._same_site,
            )
        return response

    def set_verifier_cookie(self, response: Response, verifier: str) -> Response:
        """Let the browser keep the verifier of its newest login, to come with the redirect."""
        response.set_cookie(
            _VERIFIER_COOKIE,
            verifier,
            path=self._endpoint.path,
            secure=self._endpoint.secure,
            httponly=True,
            samesite=self._same_site,
        )
        return response

    @property
    def _same_site(self) -> Literal["lax", "none"]:
        """Browsers send no other cookie than ``none`` with a form of another site."""
        return "none" if self._endpoint.habits.hybrid_flow else "lax"

    @staticmethod
    def verifier_in(cookies: Mapping[str, str]) -> str | None:
        """The verifier that a browser kept."""
        return cookies.get(_VERIFIER_COOKIE)

    def _name(self, cookies: Mapping[str, str]) -> str:
        return _APP if self._endpoint.native else cookies.get(self._cookie, "")

    def _takes(self, name: str) -> bool:
        """Whether a name that the browser brought along will do.

        It should not: somebody else may have chosen it.
        """
        chosen = self._endpoint.habits.cookie_without_host_prefix and _ACCEPTABLE.fullmatch(name)
        return self._endpoint.native or bool(chosen)

    def _new_name(self, brought: str) -> str:
        return brought if self._takes(brought) else secrets.token_urlsafe(24)

    def _add(self, name: str, session: Session) -> str:
        if not self._endpoint.native:
            self._learn("session", name)
        self._sessions[name] = session
        return name

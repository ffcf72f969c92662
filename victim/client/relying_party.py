"""The client's side of the authorization code flow: RFC 6749 section 4.1 with RFC 7636."""

import base64
import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

import httpx

from victim.client.endpoint import ARTICLE_VERIFIER, Endpoint, Pkce

SCOPE = "openid profile"

Learn = Callable[[str, str], object]


@dataclass(frozen=True)
class Pending:
    """A login that waits for its redirect."""

    state: str
    verifier: str | None


class LoginFailedError(Exception):
    """The login did not end in a user; the message says what the provider answered."""


class RelyingParty:
    """Starts logins and finishes them, for one endpoint.

    ``learn`` hears of each secret when it is made, before it can reach the wire.
    """

    def __init__(self, endpoint: Endpoint, learn: Learn) -> None:
        self._endpoint = endpoint
        self._provider = endpoint.provider
        self._learn = learn
        if endpoint.client_secret:
            learn("client_secret", endpoint.client_secret)

    def start(self) -> tuple[str, Pending]:
        """The URL of an authorization request, and what to remember until its answer."""
        verifier = self._new_verifier()
        state = self._new_state(verifier)
        request = {
            "client_id": self._endpoint.client_id,
            "response_type": "code",
            "redirect_uri": self._endpoint.redirect_uri,
            "scope": SCOPE,
            "state": state,
        }
        if verifier is not None:
            request["code_challenge"] = _challenge(verifier, self._endpoint.pkce)
            request["code_challenge_method"] = self._endpoint.pkce.value
        url = f"{self._provider.authorization_endpoint}?{urlencode(request)}"
        return url, Pending(state, verifier)

    def pending_from(self, state: str) -> Pending | None:
        """What the article's demo does: read the verifier back from the ``state`` it carried."""
        if not self._endpoint.habits.verifier_in_state:
            return None
        try:
            carried = json.loads(base64.urlsafe_b64decode(state + "=" * (-len(state) % 4)))
            return Pending(state, carried["code_verifier"])
        except (ValueError, KeyError, TypeError):
            return None

    async def finish(
        self, code: str, pending: Pending, http: httpx.AsyncClient, headers: Mapping[str, str]
    ) -> dict[str, str]:
        """Redeem the code and read who the user is: the claims of userinfo.

        Raises :class:`LoginFailedError`.
        """
        form = {
            "grant_type": "authorization_code",
            "client_id": self._endpoint.client_id,
            "redirect_uri": self._endpoint.redirect_uri,
            "scope": SCOPE,
            "code": code,
        }
        if pending.verifier is not None:
            form["code_verifier"] = pending.verifier
        if self._endpoint.client_secret is not None:
            form["client_secret"] = self._endpoint.client_secret
        try:
            token = await self._redeem(form, http, headers)
            return await self._userinfo(token, http, headers)
        except httpx.TransportError as error:
            raise LoginFailedError(
                f"the provider did not answer ({type(error).__name__})"
            ) from error

    async def _redeem(
        self, form: Mapping[str, str], http: httpx.AsyncClient, headers: Mapping[str, str]
    ) -> str:
        answer = await http.post(self._provider.token_endpoint, data=form, headers=dict(headers))
        tokens = _json(answer)
        if answer.status_code != httpx.codes.OK or "access_token" not in tokens:
            raise LoginFailedError(str(tokens.get("error", f"HTTP {answer.status_code}")))
        return tokens["access_token"]

    async def _userinfo(
        self, token: str, http: httpx.AsyncClient, headers: Mapping[str, str]
    ) -> dict[str, str]:
        bearer = {"Authorization": f"Bearer {token}"}
        answer = await http.get(self._provider.userinfo_endpoint, headers={**headers, **bearer})
        if answer.status_code != httpx.codes.OK:
            raise LoginFailedError(f"userinfo answered {answer.status_code}")
        claims = _json(answer)
        if not claims.get("sub"):  # OpenID Connect Core section 5.3.2: it must be there
            raise LoginFailedError("userinfo did not say who the user is")
        return claims

    def _new_verifier(self) -> str | None:
        if self._endpoint.pkce is Pkce.NONE:
            return None
        if self._endpoint.habits.verifier_fixed:
            verifier = ARTICLE_VERIFIER
        else:
            verifier = secrets.token_urlsafe(32)  # 43 characters: RFC 7636 section 4.1
        self._learn("code_verifier", verifier)
        return verifier

    def _new_state(self, verifier: str | None) -> str:
        state = secrets.token_urlsafe(16)
        if verifier is not None and self._endpoint.habits.verifier_in_state:
            carried = json.dumps({"id": state, "code_verifier": verifier})
            state = base64.urlsafe_b64encode(carried.encode()).decode().rstrip("=")
        self._learn("state", state)
        return state


def _challenge(verifier: str, method: Pkce) -> str:
    if method is Pkce.PLAIN:
        return verifier
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _json(answer: httpx.Response) -> dict[str, str]:
    try:
        body = answer.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}

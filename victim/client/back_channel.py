"""What the client tells and asks the provider directly: requests, tokens, keys, the user."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import httpx
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from victim.client.endpoint import Provider
from victim.client.errors import LoginFailedError

# Some servers take whom they refuse for a person who has to sign in, unless that is said.
_ASKS_FOR_JSON = {"Accept": "application/json"}


class Tokens(NamedTuple):
    """What a client is given for a code; the refresh token is empty unless it asked for one."""

    access_token: str
    id_token: str
    refresh_token: str = ""


class BackChannel:
    """The provider, as the client reaches it without a browser.

    Every question raises :class:`LoginFailedError` when the answer is of no use.
    """

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self._keys: KeySet | None = None

    async def push(
        self, form: Mapping[str, str], http: httpx.AsyncClient, headers: Mapping[str, str]
    ) -> str:
        """A reference to an authorization request that the client sends itself (RFC 9126)."""
        endpoint = self._provider.pushed_request_endpoint
        answer = await _sent(http.post(endpoint, data=form, headers=dict(headers)))
        said = _json(answer)
        if answer.status_code != httpx.codes.CREATED or not said.get("request_uri"):
            raise LoginFailedError(str(said.get("error", f"HTTP {answer.status_code}")))
        return str(said["request_uri"])

    async def redeem(
        self, form: Mapping[str, str], http: httpx.AsyncClient, headers: Mapping[str, str]
    ) -> Tokens:
        """The tokens for a code or a refresh token (RFC 6749 sections 4.1.3 and 6)."""
        endpoint = self._provider.token_endpoint
        answer = await _sent(http.post(endpoint, data=form, headers={**_ASKS_FOR_JSON, **headers}))
        tokens = _json(answer)
        if answer.status_code != httpx.codes.OK or "access_token" not in tokens:
            raise LoginFailedError(str(tokens.get("error", f"HTTP {answer.status_code}")))
        id_token = tokens.get("id_token", "")
        if self._provider.openid and not (isinstance(id_token, str) and id_token):
            raise LoginFailedError("the provider sent no ID token")
        refresh_token = str(tokens.get("refresh_token", ""))
        return Tokens(str(tokens["access_token"]), str(id_token), refresh_token)

    async def keys(self, http: httpx.AsyncClient, headers: Mapping[str, str]) -> KeySet:
        """The provider's keys (RFC 7517), asked for once."""
        if self._keys is None:
            answer = await _sent(http.get(self._provider.jwks_uri, headers=dict(headers)))
            self._keys = _key_set(answer)
        return self._keys

    async def userinfo(
        self, token: str, http: httpx.AsyncClient, headers: Mapping[str, str]
    ) -> dict[str, str]:
        """The claims that an access token opens (OpenID Connect Core section 5.3)."""
        # A token that is bound to a key brings its own headers (RFC 9449 section 7.1).
        bearer = {"Authorization": f"Bearer {token}", **_ASKS_FOR_JSON, **headers}
        answer = await _sent(http.get(self._provider.userinfo_endpoint, headers=bearer))
        if answer.status_code != httpx.codes.OK:
            raise LoginFailedError(f"userinfo answered {answer.status_code}")
        claims = _json(answer)
        subject = said_at(claims, self._provider.subject)
        if not subject:  # OpenID Connect Core section 5.3.2: it must be there
            raise LoginFailedError("userinfo did not say who the user is")
        return {**claims, "sub": subject}


async def _sent(request: Any) -> httpx.Response:
    try:
        answer: httpx.Response = await request
    except httpx.TransportError as error:
        name = type(error).__name__
        raise LoginFailedError(f"the provider did not answer ({name})") from error
    return answer


def _key_set(answer: httpx.Response) -> KeySet:
    try:
        if answer.status_code == httpx.codes.OK:
            return KeySet.import_key_set(answer.json())
    except (JoseError, ValueError, RecursionError, KeyError, TypeError) as error:
        raise LoginFailedError("the provider's keys cannot be read") from error
    raise LoginFailedError(f"the provider's keys cannot be read (HTTP {answer.status_code})")


def _json(answer: httpx.Response) -> dict[str, Any]:
    try:
        body = answer.json()
    except (ValueError, RecursionError):  # RecursionError: nested without end
        return {}
    return body if isinstance(body, dict) else {}


def said_at(claims: Any, path: str) -> str:
    """What nested objects say under ``user.id``; empty where they say nothing there."""
    for key in path.split("."):
        claims = claims.get(key) if isinstance(claims, dict) else None
    return str(claims) if isinstance(claims, str | int) else ""

"""The client's side of the authorization code flow: RFC 6749 section 4.1, RFC 7636, OpenID."""

import secrets
import time
from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import replace
from typing import Self
from urllib.parse import urlencode, urlsplit

import httpx

from victim.client.answer import Answer, accept
from victim.client.authentication import Authentication
from victim.client.back_channel import BackChannel
from victim.client.endpoint import Endpoint
from victim.client.errors import LoginFailedError
from victim.client.id_token import subject_of
from victim.client.proof import ProofKey
from victim.client.states import Login, States
from victim.client.verifiers import Verifiers, challenge_of

Learn = Callable[[str, str], object]


class RelyingParty:
    """Starts logins and finishes them, for one endpoint.

    ``learn`` hears of each secret when it is made, before it can reach the wire. ``elsewhere`` is
    the same client at its usual server, for one that works with another one besides.
    """

    def __init__(
        self, endpoint: Endpoint, learn: Learn, elsewhere: "RelyingParty | None" = None
    ) -> None:
        returned = endpoint.provider.state_returned
        self.states: States = (
            elsewhere.states if elsewhere else States(endpoint.habits, learn, returned=returned)
        )
        self._server = endpoint.provider.issuer if elsewhere else ""
        self._endpoint = endpoint
        self._authentication = Authentication(
            endpoint.client_id,
            endpoint.client_secret,
            endpoint.secret_in_header,
            endpoint.named_in_form,
        )
        self._key = ProofKey() if endpoint.habits.dpop else None
        self._verifiers = Verifiers(endpoint.habits, learn)
        self._back_channel = BackChannel(endpoint.provider)
        self._learn = learn
        if endpoint.client_secret:
            learn("client_secret", endpoint.client_secret)

    def reached_under(self, host: str) -> Self:
        """The same, with its redirect URI on that host; empty is the host that is registered."""
        if not host:
            return self
        there = urlsplit(self._endpoint.redirect_uri)._replace(netloc=host).geturl()
        moved = copy(self)
        moved._endpoint = replace(self._endpoint, redirect_uri=there)
        return moved

    async def start(
        self,
        http: httpx.AsyncClient,
        headers: Mapping[str, str],
        browser: str = "",
        for_session: str = "",
    ) -> tuple[str, Login]:
        """Where the browser has to go with a new login, and what to remember until its answer.

        ``browser`` is what an encrypted state is bound to, ``for_session`` what the link to the
        login named. Raises :class:`LoginFailedError` when the provider does not take the request
        of a client that sends it itself.
        """
        login = Login(
            verifier=self._verifiers.new(),
            nonce=self._new_nonce(),
            for_session=for_session,
            server=self._server,
        )
        login = replace(login, state=self.states.write(login, browser))
        request = await self._carried(self._signed(self._request(login)), http, headers)
        address = self._endpoint.provider.authorization_endpoint
        joint = "&" if "?" in address else "?"  # RFC 6749 section 3.1: it may have a query already
        return f"{address}{joint}{urlencode(request)}", login

    def _request(self, login: Login) -> dict[str, str]:
        """The authorization request (RFC 6749 section 4.1.1)."""
        request = {
            "client_id": self._endpoint.client_id,
            **self._answered_by(),
            "redirect_uri": self._endpoint.redirect_uri,
            "scope": self._scope,
            "state": login.state,
            "nonce": login.nonce,
            "prompt": self._prompt,
            **self._challenge(login.verifier),
            "dpop_jkt": self._key.jkt if self._key else None,
        }
        return {name: value for name, value in request.items() if value is not None}

    def _signed(self, request: dict[str, str]) -> dict[str, str]:
        """The same in an object that is signed, if that is its way (RFC 9101)."""
        if not self._endpoint.habits.signed_requests:
            return request
        return self._endpoint.key.request_object(self._endpoint.provider.issuer, request)

    async def _carried(
        self, request: dict[str, str], http: httpx.AsyncClient, headers: Mapping[str, str]
    ) -> dict[str, str]:
        """What the browser has to carry of a request: all of it, or a reference (RFC 9126 4)."""
        if not self._endpoint.habits.pushed_requests:
            return request
        form = self._signed_off(**request)
        reference = await self._back_channel.push(form, http, self._named(headers))
        return {"client_id": self._endpoint.client_id, "request_uri": reference}

    async def finish(
        self, answer: Answer, login: Login, http: httpx.AsyncClient, headers: Mapping[str, str]
    ) -> dict[str, str]:
        """Redeem the code and read who the user is: the claims of userinfo.

        Raises :class:`LoginFailedError`.
        """
        code = accept(answer, self._endpoint)
        if self._endpoint.habits.hybrid_flow:
            named = code if self._endpoint.provider.code_named else None
            await self._subject(answer.id_token, login, http, headers, named)
        form = self._token_request(code, login)
        provider = self._endpoint.provider
        proven = self._proven(self._named(headers), "POST", provider.token_endpoint)
        access_token, id_token, refresh_token = await self._back_channel.redeem(form, http, proven)
        subject = await self._subject(id_token, login, http, headers) if provider.openid else ""
        proven = self._proven(headers, "GET", provider.userinfo_endpoint, access_token)
        claims = await self._back_channel.userinfo(access_token, http, proven)
        if provider.openid and claims["sub"] != subject:  # OpenID Connect Core section 5.3.2
            raise LoginFailedError("userinfo speaks of another user than the ID token")
        if self._endpoint.resource:
            await self._call_resource(refresh_token, http, headers)
        return claims

    async def _subject(
        self,
        id_token: str,
        login: Login,
        http: httpx.AsyncClient,
        headers: Mapping[str, str],
        code: str | None = None,
    ) -> str:
        """Who an ID token speaks of, which must be for this login, and of this ``code``."""
        return subject_of(
            id_token,
            await self._back_channel.keys(http, headers),
            issuer=self._endpoint.provider.issuer,
            client_id=self._endpoint.client_id,
            nonce=login.nonce if self._compares_nonce else None,
            now=time.time(),
            code=code,
            algorithms=self._endpoint.provider.algorithms,
            secret=self._endpoint.client_secret,
        )

    async def _call_resource(
        self, refresh_token: str, http: httpx.AsyncClient, headers: Mapping[str, str]
    ) -> None:
        """Call somebody else's API, with a token that is for that alone (RFC 8707 section 2)."""
        resource = self._endpoint.resource
        form = self._signed_off(grant_type="refresh_token", refresh_token=refresh_token)
        tokens = await self._back_channel.redeem({**form, "resource": resource}, http, headers)
        bearer = {**headers, "Authorization": f"Bearer {tokens.access_token}"}
        await http.get(resource, headers=bearer)

    def _proven(
        self, headers: Mapping[str, str], method: str, url: str, access_token: str = ""
    ) -> Mapping[str, str]:
        """The headers of a request, with a proof of the key if the client has one."""
        return {**headers, **self._key.proof(method, url, access_token)} if self._key else headers

    def _answered_by(self) -> dict[str, str]:
        """What the answer shall bring, and how."""
        if self._endpoint.habits.hybrid_flow:
            return {"response_type": "code id_token", "response_mode": "form_post"}
        return {"response_type": "code"}

    def _challenge(self, verifier: str | None) -> dict[str, str]:
        if verifier is None or not self._endpoint.habits.uses_pkce:
            return {}
        method = self._endpoint.pkce
        challenge = challenge_of(verifier, method)
        return {"code_challenge": challenge, "code_challenge_method": method.value}

    def _token_request(self, code: str, login: Login) -> dict[str, str]:
        form = self._signed_off(
            grant_type="authorization_code",
            redirect_uri=self._endpoint.redirect_uri,
            scope=self._scope,
            code=code,
        )
        if login.verifier is not None:
            form["code_verifier"] = login.verifier
        return form

    def _signed_off(self, **form: str) -> dict[str, str]:
        """What this client sends the provider, with its secret or assertion if it has one."""
        return form | self._authentication.form | self._assertion()

    def _named(self, headers: Mapping[str, str]) -> Mapping[str, str]:
        """The headers of a request to the provider, with its secret in them if that is its way."""
        return {**headers, **self._authentication.headers}

    def _assertion(self) -> dict[str, str]:
        """Who sends a token request, signed for the server that it goes to, if that is its way."""
        if not self._endpoint.habits.client_assertions:
            return {}
        issuer = self._endpoint.provider.issuer
        signed = self._endpoint.key.assertion(self._endpoint.client_id, issuer)
        self._learn("client_assertion", signed["client_assertion"])
        return signed

    @property
    def _scope(self) -> str:
        """With a refresh token where the client needs more than one access token."""
        scope = self._endpoint.scope
        lasting = self._endpoint.resource or self._endpoint.lasting
        return f"{scope} offline_access" if lasting else scope

    @property
    def _prompt(self) -> str | None:
        """For a refresh token, users must be asked (OpenID Connect Core section 11)."""
        asks = self._endpoint.lasting or self._endpoint.asks_again
        return "consent" if asks else None

    @property
    def _compares_nonce(self) -> bool:
        """Only where the provider repeats it: else nobody could sign in."""
        provider, habits = self._endpoint.provider, self._endpoint.habits
        return provider.openid and provider.nonce_repeated and not habits.nonce_unchecked

    def _new_nonce(self) -> str | None:
        # Servers may refuse what is of OpenID Connect where that is not asked for.
        if not self._endpoint.provider.openid:
            return None
        # A hybrid flow must have one (OpenID Connect Core section 3.3.2.11), lost or not.
        habits = self._endpoint.habits
        if (self.states.nonce_lost or habits.csrf_by_pkce) and not habits.hybrid_flow:
            return None
        nonce = secrets.token_urlsafe(16)
        self._learn("nonce", nonce)
        return nonce

"""The provider: one issuer, from request to response, without a network."""

import time
from collections.abc import Callable, Iterable

from joserfc.jwk import RSAKey

from victim.identity_provider import back_channel, discovery, pages
from victim.identity_provider.dialogue import AuthorizationEndpoint
from victim.identity_provider.errors import UntrustedRequestError
from victim.identity_provider.messages import Pending, Request, Response, json_response
from victim.identity_provider.policy import Policy
from victim.identity_provider.pushed_requests import PushedRequestEndpoint
from victim.identity_provider.registry import Client, User
from victim.identity_provider.tenant import Clock, Learn, Tenant
from victim.identity_provider.token import TokenEndpoint
from victim.identity_provider.userinfo import UserinfoEndpoint

type Handler = Callable[[Request], Response | Pending]


class IdentityProvider:
    """An authorization server and OpenID provider for one issuer.

    ``issuer`` is an https URL; everything is served below its path. ``learn(kind, value)`` hears of
    every secret before it can reach the wire: ``password``, ``client_secret``, ``session``,
    ``csrf_token``, ``request_uri``, ``code``, ``access_token``, ``refresh_token``, ``id_token``.
    Without a ``signing_key`` one is made when it is first needed. Raises ``ValueError`` for an
    unusable issuer or clashing users.
    """

    def __init__(
        self,
        *,
        issuer: str,
        policy: Policy,
        users: Iterable[User],
        learn: Learn,
        clock: Clock = time.time,
        signing_key: RSAKey | None = None,
    ) -> None:
        self._tenant = Tenant(
            issuer=issuer,
            policy=policy,
            users=users,
            learn=learn,
            clock=clock,
            signing_key=signing_key,
        )
        self._routes = self._build_routes()

    @property
    def issuer(self) -> str:
        """The issuer identifier, as in ``iss``."""
        return self._tenant.endpoints.issuer

    @property
    def authorization_endpoint(self) -> str:
        """Where a client sends its user's browser."""
        return self._tenant.endpoints.url("authorize")

    @property
    def pushed_authorization_request_endpoint(self) -> str:
        """Where a client pushes a request (RFC 9126)."""
        return self._tenant.endpoints.url("par")

    @property
    def token_endpoint(self) -> str:
        """Where a client redeems a code."""
        return self._tenant.endpoints.url("token")

    @property
    def userinfo_endpoint(self) -> str:
        """Where an access token opens the user's data."""
        return self._tenant.endpoints.url("userinfo")

    @property
    def policy(self) -> Policy:
        """The rules that this provider plays by."""
        return self._tenant.policy

    @property
    def path(self) -> str:
        """The path of the issuer; empty when the issuer has a host to itself."""
        return self._tenant.endpoints.path

    def register(self, client: Client) -> None:
        """Add a client. Raises :class:`RegistrationRefusedError`."""
        self._tenant.register(client)

    def serves(self, path: str) -> bool:
        """Whether ``path`` belongs to this issuer."""
        return path in self._routes or path == self.path or path.startswith(f"{self.path}/")

    def handle(self, request: Request) -> Response:
        """Answer one request. Every refusal is a response; an exception is a fault of ours."""
        answer = self.begin(request)
        return answer.finish() if isinstance(answer, Pending) else answer

    def begin(self, request: Request) -> Response | Pending:
        """Answer one request, or begin to where others may be answered in between.

        A hardened provider always answers: only a weakness makes it leave something half done.
        """
        methods = self._routes.get(request.path)
        if methods is None:
            return pages.error("There is nothing at this address.", 404)
        handler = methods.get(request.method)
        if handler is None:
            return self._refuse_method(request).with_headers(("Allow", ", ".join(methods)))
        try:
            return handler(request)
        except UntrustedRequestError as refusal:
            return pages.error(str(refusal))

    def _build_routes(self) -> dict[str, dict[str, Handler]]:
        tenant, base = self._tenant, self.path
        authorization, token = AuthorizationEndpoint(tenant), TokenEndpoint(tenant)
        userinfo = UserinfoEndpoint(tenant)
        return {
            # RFC 8414 section 3.1 puts its well-known part before the issuer's path,
            # OpenID Connect Discovery section 4 behind it.
            f"/.well-known/oauth-authorization-server{base}": {"GET": self._metadata},
            f"{base}/.well-known/openid-configuration": {"GET": self._metadata},
            f"{base}/jwks": {"GET": self._jwks},
            f"{base}/authorize": {"GET": authorization.get},
            f"{base}/par": {"POST": PushedRequestEndpoint(tenant).post},
            f"{base}/login": {"POST": authorization.post_login},
            f"{base}/consent": {"POST": authorization.post_consent},
            f"{base}/token": token.methods(),
            f"{base}/userinfo": {"GET": userinfo.answer, "POST": userinfo.answer},
        }

    def _refuse_method(self, request: Request) -> Response:
        if request.path in {f"{self.path}/token", f"{self.path}/par"}:  # no browser comes here
            return back_channel.refuse_method(request)
        return pages.error(f"{request.method} is not for this address.", 405)

    def _metadata(self, request: Request) -> Response:
        return json_response(discovery.metadata(self._tenant))

    def _jwks(self, request: Request) -> Response:
        return json_response(self._tenant.signer.jwks())

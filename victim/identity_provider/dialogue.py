"""The dialogue with the user: sign in, consent, and back to the client.

The authorization endpoint and the two forms that it shows. A form belongs to the browser that it
was shown to: its CSRF token names an interaction, and that interaction knows its session.
"""

from dataclasses import replace

from victim.identity_provider import consent, pages
from victim.identity_provider.authorization_response import Reply, after_sign_in, respond
from victim.identity_provider.authorize import HYBRID, read_state, untrusted_target
from victim.identity_provider.errors import OAuthError, UntrustedRequestError
from victim.identity_provider.grants import AuthorizationRequest, Grant, Interaction, Session
from victim.identity_provider.incoming import read
from victim.identity_provider.messages import Request, Response
from victim.identity_provider.policy import Policy
from victim.identity_provider.pushed_requests import arriving
from victim.identity_provider.registry import User
from victim.identity_provider.tenant import SESSION_COOKIE, Tenant

_SIGN_IN_AGAIN = frozenset({"login", "select_account"})


class AuthorizationEndpoint:
    """Answers authorization requests of one tenant, and the forms that follow.

    Every method may raise :class:`UntrustedRequestError`, which is for the user's eyes only.
    """

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def get(self, request: Request) -> Response:
        """Begin: the request of a client, carried by a browser."""
        query = request.query
        try:
            incoming = arriving(self._tenant, query)
        except UntrustedRequestError as refusal:
            if anyway := untrusted_target(self._tenant.policy, query):
                reply, why = Reply(anyway, read_state(query)), str(refusal)
                return self._answer(reply, error="invalid_request", error_description=why)
            raise
        reply = Reply(incoming.redirect_uri, read_state(incoming.stated))
        try:
            asked = read(self._tenant, incoming)
            reply = _reply_to(asked)
            return self._begin(asked, request)
        except OAuthError as refusal:
            return self._answer(reply, error=refusal.error, error_description=refusal.description)

    def post_login(self, request: Request) -> Response:
        """The sign-in form."""
        csrf_token, interaction = self._resume(request)
        username = request.form.get("username") or ""
        user = self._tenant.users.with_password(username, request.form.get("password") or "")
        if user is None:
            return self._login_page(csrf_token, interaction, username, wrong=True)
        cookie = self._tenant.sign_in(
            request.cookies.get(SESSION_COOKIE, ""), interaction.session, user
        )
        asked = interaction.request
        interaction.request = replace(asked, prompt=asked.prompt - _SIGN_IN_AGAIN, max_age=None)
        answer = after_sign_in(self._tenant.policy, self._continue(csrf_token, interaction))
        return answer.with_headers(self._set_cookie(cookie))

    def post_consent(self, request: Request) -> Response:
        """The consent form."""
        csrf_token, interaction = self._resume(request)
        user, asked = interaction.session.user, interaction.request
        if user is None or user is not interaction.asked:
            # Somebody else has signed in since the page was shown: the question is theirs now.
            return self._continue(csrf_token, interaction)
        match request.form.get("decision"):
            case "allow":
                self._tenant.consents.remember(user.subject, asked.client, asked.scope)
                return self._finish(csrf_token, interaction, user)
            case "deny":
                self._tenant.interactions.remove(csrf_token)
                return self._answer(_reply_to(asked), error="access_denied")
            case _:
                raise UntrustedRequestError("The form was sent without an answer.")

    def _begin(self, asked: AuthorizationRequest, request: Request) -> Response:
        session = self._tenant.session_of(request)
        user = self._signed_in(asked, session)
        if session and user and not self._must_ask(asked, user):
            return self._grant(asked, session, user)
        if "none" in asked.prompt:
            error = "consent_required" if user else "login_required"
            raise OAuthError(error, "the user would have to be asked")
        cookies: tuple[tuple[str, str], ...] = ()
        if session is None:
            cookie, session = self._tenant.open_session()
            cookies = (self._set_cookie(cookie),)
        csrf_token, interaction = self._tenant.open_interaction(asked, session)
        return self._continue(csrf_token, interaction).with_headers(*cookies)

    def _resume(self, request: Request) -> tuple[str, Interaction]:
        """The interaction that a form belongs to, if it was shown to this very browser."""
        csrf_token = request.form.get("csrf_token")
        interaction = self._tenant.interactions.live(csrf_token)
        session = self._tenant.session_of(request)
        if interaction and _adopts(self._tenant.policy):
            interaction.session = session = session or self._tenant.open_session()[1]
        if csrf_token is None or interaction is None or session is not interaction.session:
            raise UntrustedRequestError(
                "This page has expired, or was opened in another browser. "
                "Please go back to the app and start again."
            )
        return csrf_token, interaction

    def _continue(self, csrf_token: str, interaction: Interaction) -> Response:
        """Whatever comes next: a form, or the way back to the client."""
        user = self._signed_in(interaction.request, interaction.session)
        if user is None:
            return self._login_page(csrf_token, interaction)
        if self._must_ask(interaction.request, user):
            return self._consent_page(csrf_token, interaction, user)
        return self._finish(csrf_token, interaction, user)

    def _signed_in(self, asked: AuthorizationRequest, session: Session | None) -> User | None:
        """Who is signed in, recently enough for this request."""
        if session is None or asked.prompt & _SIGN_IN_AGAIN:
            return None
        age = self._tenant.clock() - session.auth_time
        return None if asked.max_age is not None and age > asked.max_age else session.user

    def _must_ask(self, asked: AuthorizationRequest, user: User) -> bool:
        """Whether the user has to be asked for consent."""
        return consent.is_needed(self._tenant.policy, self._tenant.consents, asked, user)

    def _login_page(
        self, csrf_token: str, interaction: Interaction, username: str = "", *, wrong: bool = False
    ) -> Response:
        action = self._tenant.endpoints.url("login")
        client = interaction.request.client
        return pages.login(
            self._tenant.policy, action, csrf_token, client, username=username, wrong=wrong
        )

    def _consent_page(self, csrf_token: str, interaction: Interaction, user: User) -> Response:
        interaction.asked = user
        action = self._tenant.endpoints.url("consent")
        return pages.consent(self._tenant.policy, action, csrf_token, interaction.request, user)

    def _finish(self, csrf_token: str, interaction: Interaction, user: User) -> Response:
        self._tenant.interactions.remove(csrf_token)
        return self._grant(interaction.request, interaction.session, user)

    def _grant(self, asked: AuthorizationRequest, session: Session, user: User) -> Response:
        if asked.response_type == "token":
            return self._answer(_reply_to(asked), **self._token(asked, session, user))
        grant = Grant(asked, user, session.auth_time)
        answer = {"code": self._tenant.issue_code(grant)}
        if asked.response_type == HYBRID:
            answer["id_token"] = self._tenant.issue_id_token(grant, **answer)
        return self._answer(_reply_to(asked), **answer)

    def _token(self, asked: AuthorizationRequest, session: Session, user: User) -> dict[str, str]:
        """RFC 6749 section 4.2.2: the token itself, in front of everybody."""
        grant = Grant(asked, user, session.auth_time)
        return {
            "access_token": self._tenant.issue_access_token(grant, asked.scope),
            "token_type": "Bearer",
            "expires_in": str(int(self._tenant.policy.access_token_lifetime)),
            "scope": " ".join(asked.scope),
        }

    def _answer(self, reply: Reply, **parameters: str) -> Response:
        return respond(self._tenant.policy, self._tenant.endpoints.issuer, reply, parameters)

    def _set_cookie(self, value: str) -> tuple[str, str]:
        path = self._tenant.endpoints.path or "/"
        # Chromium lets a framed page keep its session only with None.
        same_site = "None" if pages.allows_framing(self._tenant.policy) else "Lax"
        return (
            "Set-Cookie",
            f"{SESSION_COOKIE}={value}; Path={path}; Secure; HttpOnly; SameSite={same_site}",
        )


def _adopts(policy: Policy) -> bool:
    """Whether a browser may answer a form that was shown to another (RFC 6749 section 10.12)."""
    return policy.forms_unbound


def _reply_to(asked: AuthorizationRequest) -> Reply:
    return Reply(asked.redirect_uri, asked.state, asked.response_mode)

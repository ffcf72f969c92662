"""Reading an authorization request (RFC 6749 section 4.1.1, OpenID Connect Core section 3.1.2.1).

In two halves: first whether the redirect URI can be trusted with an answer at all, then everything
whose refusal is sent there.
"""

from victim.identity_provider import dpop, pkce
from victim.identity_provider.errors import OAuthError, UntrustedRequestError
from victim.identity_provider.grants import AuthorizationRequest
from victim.identity_provider.messages import Parameters
from victim.identity_provider.policy import Policy
from victim.identity_provider.redirect_matching import is_sendable
from victim.identity_provider.registry import Client, Clients, ResponseMode

HYBRID = "code id_token"
"""The response type whose answer holds a code and a statement of who signed in."""
SCOPES = ("openid", "profile", "email", "offline_access")
PROMPTS = frozenset({"none", "login", "consent", "select_account"})


def read_target(policy: Policy, clients: Clients, query: Parameters) -> tuple[Client, str]:
    """The client, and the redirect URI that any answer may be sent to.

    Raises :class:`UntrustedRequestError`: until this has succeeded nothing may be redirected.
    """
    if repeated := _repeated(policy, query) & {"client_id", "redirect_uri"}:
        raise UntrustedRequestError(f"The request repeats {' and '.join(sorted(repeated))}.")
    client = clients.get(query.get("client_id"))
    if client is None:
        raise UntrustedRequestError("The app is not registered here.")
    redirect_uri = query.get("redirect_uri") or _stand_in(policy, client)
    if redirect_uri is None:
        raise UntrustedRequestError("The request names no redirect URI.")
    if not clients.may_redirect(client, redirect_uri):
        raise UntrustedRequestError("The redirect URI is not one that the app has registered.")
    return client, _used(policy, query) or redirect_uri


def untrusted_target(policy: Policy, query: Parameters) -> str | None:
    """Where a refusal goes although :func:`read_target` has not succeeded: nowhere, if hardened."""
    uri = query.get("redirect_uri")
    return uri if policy.errors_redirected_anywhere and uri and is_sendable(uri) else None


def read_state(query: Parameters) -> str | None:
    """The ``state`` to send back; none when it cannot be told which of several."""
    return None if "state" in query.repeated() else query.get("state")


def read_request(
    policy: Policy, client: Client, redirect_uri: str, query: Parameters
) -> AuthorizationRequest:
    """The rest of the request. Raises :class:`OAuthError`, to be sent to the redirect URI."""
    if repeated := _repeated(policy, query):
        raise OAuthError("invalid_request", f"repeated: {', '.join(sorted(repeated))}")
    _refuse_request_objects(query)
    response_type = _response_type(policy, client, query)
    scope = _scope(query)
    if response_type == HYBRID:
        _check_hybrid(scope, query)
    return AuthorizationRequest(
        client=client,
        redirect_uri=redirect_uri,
        scope=scope,
        challenge=pkce.read_challenge(policy, query) if response_type != "token" else None,
        state=read_state(query),
        nonce=query.get("nonce"),
        prompt=_prompt(query),
        max_age=_max_age(query),
        response_type=response_type,
        response_mode=_response_mode(policy, client, response_type, query),
        dpop_jkt=dpop.read_jkt(query),
    )


def _repeated(policy: Policy, query: Parameters) -> frozenset[str]:
    """What occurs more than once and must not (RFC 6749 section 3.1)."""
    tolerated = {"redirect_uri"} if policy.redirect_duplicates_accepted else set()
    return query.repeated() - tolerated


def _used(policy: Policy, query: Parameters) -> str | None:
    """The last redirect URI where several are tolerated: not the one that was checked."""
    last = query.last("redirect_uri")
    return last if policy.redirect_duplicates_accepted and last and is_sendable(last) else None


def _stand_in(policy: Policy, client: Client) -> str | None:
    """What a request means that names no redirect URI (RFC 6749 section 3.1.2.3)."""
    return client.redirect_uris[0] if policy.redirect_omission_accepted else None


def _refuse_request_objects(query: Parameters) -> None:
    """OpenID Connect Core section 6: where they are not supported, they must not be ignored.

    Not supported is an object of a client without a key for it, or one inside another, and a
    reference to anything that was not pushed here.
    """
    for name in ("request", "request_uri"):
        if query.get(name) is not None:
            raise OAuthError(f"{name}_not_supported", f"{name} is not supported")


def response_types(policy: Policy) -> tuple[str, ...]:
    """What may be asked for; ``token`` is the implicit flow (RFC 9700 section 2.1.2)."""
    return ("code", HYBRID, "token") if policy.implicit_flow_accepted else ("code", HYBRID)


def _response_type(policy: Policy, client: Client, query: Parameters) -> str:
    # The order of its words does not matter (Multiple Response Types section 3).
    response_type = " ".join(sorted(query.words("response_type")))
    if not response_type:
        raise OAuthError("invalid_request", "response_type is missing")
    if response_type not in response_types(policy):
        raise OAuthError("unsupported_response_type", "the response_type must be code")
    if response_type == HYBRID and HYBRID not in client.response_types:
        raise OAuthError("unauthorized_client", "the client has not registered this response_type")
    return response_type


def _check_hybrid(scope: tuple[str, ...], query: Parameters) -> None:
    """OpenID Connect Core sections 3.1.2.1 and 3.3.2.11: what an ID token in front needs."""
    if "openid" not in scope:
        raise OAuthError("invalid_scope", "an ID token needs the scope openid")
    if query.get("nonce") is None:
        raise OAuthError("invalid_request", "nonce is missing")


def _response_mode(
    policy: Policy, client: Client, response_type: str, query: Parameters
) -> ResponseMode:
    """The mode that was asked for, if the client may ask for it.

    Without one it is the query, or the fragment for tokens (Multiple Response Types section 2.1).
    """
    default = ResponseMode.QUERY if response_type == "code" else ResponseMode.FRAGMENT
    name = query.get("response_mode") or default
    if name not in _allowed_modes(policy, client, response_type):
        raise OAuthError("invalid_request", "the client has not registered this response_mode")
    return ResponseMode(name)


def _allowed_modes(policy: Policy, client: Client, response_type: str) -> frozenset[ResponseMode]:
    anything_goes = policy.response_mode_unregistered_accepted
    modes = frozenset(ResponseMode) if anything_goes else client.response_modes
    if response_type == "code":
        return modes
    # A token never travels in the query (RFC 6749 section 4.2.2).
    return modes - {ResponseMode.QUERY} | {ResponseMode.FRAGMENT}


def _scope(query: Parameters) -> tuple[str, ...]:
    """What is known of the requested scope (RFC 6749 section 3.3 lets a server ignore the rest)."""
    scope = tuple(word for word in query.words("scope") if word in SCOPES)
    if not scope:
        raise OAuthError("invalid_scope", f"use one of {', '.join(SCOPES)}")
    return scope


def _prompt(query: Parameters) -> frozenset[str]:
    prompt = frozenset(query.words("prompt"))
    if not prompt <= PROMPTS:
        raise OAuthError("invalid_request", f"prompt must be of {', '.join(sorted(PROMPTS))}")
    if "none" in prompt and len(prompt) > 1:
        raise OAuthError("invalid_request", "prompt=none stands alone")
    return prompt


def _max_age(query: Parameters) -> int | None:
    text = query.get("max_age")
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise OAuthError("invalid_request", "max_age must be a number of seconds")
    return int(text)

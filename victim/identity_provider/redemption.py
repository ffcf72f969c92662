"""What a code is bound to, and what ends it (RFC 6749 section 4.1.3).

How many wrong verifiers does a code bear? None at all would let anybody who has merely seen the
code end the honest client's login; any number would let a weak verifier be guessed online. Whoever
cannot pose as the client (its secret, redirect URI, DPoP key) is not counted. Of the others, five
wrong verifiers within ten seconds make the code pause until the first of them is ten seconds old:
it answers to nobody, whatever is sent, and what is sent meanwhile does not count. The code itself
stays good, so the honest client gets through as soon as the guessing stops. Against a thief who
never stops nothing helps here: for a public client the two look the same until one is right.
"""

from victim.identity_provider import code_verifier, dpop, pkce
from victim.identity_provider.code_verifier import WrongVerifierError
from victim.identity_provider.errors import OAuthError
from victim.identity_provider.grants import MAX_WRONG_VERIFIERS, Code, Grant
from victim.identity_provider.messages import Parameters
from victim.identity_provider.pkce import Challenge
from victim.identity_provider.policy import Policy
from victim.identity_provider.registry import Client
from victim.identity_provider.tenant import Tenant
from victim.identity_provider.token_request import required

GUESSING_PAUSE = 10
"""Seconds until a wrong verifier is forgotten."""


def is_torn(policy: Policy) -> bool:
    """Whether others are answered between :func:`look_up` and :func:`use_up`.

    Where they are not, nothing comes between seeing that a code is unused and using it up.
    """
    return policy.code_race


def look_up(tenant: Tenant, client: Client, parameters: Parameters, jkt: str | None = None) -> Code:
    """The code of a token request that may have its tokens. Raises :class:`OAuthError`.

    ``jkt`` is the thumbprint of the key that the request proves to hold.
    """
    code = tenant.codes.get(required(parameters, "code"))
    if code is None:
        raise OAuthError("invalid_grant", "the code is unknown")
    _check_client(tenant.policy, code, client)
    _check_redirect_uri(tenant.policy, code, parameters)
    if dpop.binds_codes(tenant.policy):
        dpop.check_key(code.grant.request.dpop_jkt, jkt)
    _check_verifier(tenant, code, parameters)
    # Only who could have redeemed the code may burn it or revoke what came of it. Everybody
    # else who has merely seen it would otherwise be able to lock the client out
    # (OAuth 2.1 section 7.5.2).
    _check_unused(tenant, code)
    return code


def use_up(code: Code) -> Grant:
    """End a code, and return what it stands for."""
    code.redeemed = True
    return code.grant


def _check_client(policy: Policy, code: Code, client: Client) -> None:
    if code.grant.request.client != client and not policy.code_not_bound_to_client:
        raise OAuthError("invalid_grant", "the code was issued to another client")


def _check_redirect_uri(policy: Policy, code: Code, parameters: Parameters) -> None:
    if policy.redirect_uri_optional_at_token and parameters.get("redirect_uri") is None:
        return
    named = required(parameters, "redirect_uri")
    if named != code.grant.request.redirect_uri and not policy.code_not_bound_to_redirect_uri:
        raise OAuthError("invalid_grant", "redirect_uri is not the one of the request")


def _check_verifier(tenant: Tenant, code: Code, parameters: Parameters) -> None:
    if _is_pausing(tenant, code):
        raise OAuthError("invalid_grant", "too many wrong verifiers, the code is pausing")
    challenge = code.grant.request.challenge
    if challenge is not None:
        challenge = pkce.rebound(tenant.policy, challenge, parameters)
    verifiers = code_verifier.sent_verifiers(tenant.policy, parameters)
    try:
        code_verifier.check_verifiers(
            tenant.policy, challenge, verifiers, _other_challenges(tenant, code)
        )
    except WrongVerifierError:
        code.wrong_verifiers.append(tenant.clock())
        code.burned = tenant.policy.wrong_verifier_burns_code
        raise


def _is_pausing(tenant: Tenant, code: Code) -> bool:
    if tenant.policy.unlimited_verifier_guesses or len(code.wrong_verifiers) < MAX_WRONG_VERIFIERS:
        return False
    return tenant.clock() - code.wrong_verifiers[0] < GUESSING_PAUSE


def _other_challenges(tenant: Tenant, code: Code) -> list[Challenge]:
    """The challenges of other logins that the verifier may meet instead: none, if all is well."""
    if not tenant.policy.verifier_of_another_session_accepted:
        return []
    requests = [other.grant.request for other in tenant.codes.entries()]
    client = code.grant.request.client
    return [each.challenge for each in requests if each.client == client and each.challenge]


def _check_unused(tenant: Tenant, code: Code) -> None:
    if code.burned:
        raise OAuthError("invalid_grant", "a wrong verifier has ended the code")
    if code.redeemed and not tenant.policy.code_reusable:
        code.grant.revoked = code.grant.revoked or not tenant.policy.tokens_survive_replay
        raise OAuthError("invalid_grant", "the code was used before")
    if code.expires_at <= tenant.clock() and not tenant.policy.code_never_expires:
        raise OAuthError("invalid_grant", "the code has expired")

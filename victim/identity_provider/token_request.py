"""What a token request says, and where it may say it (RFC 6749 sections 3.2 and 4.1.3)."""

from victim.identity_provider import code_verifier
from victim.identity_provider.errors import OAuthError
from victim.identity_provider.messages import Parameters, Request
from victim.identity_provider.policy import Policy


def accepted_methods(policy: Policy) -> tuple[str, ...]:
    """The HTTP methods of the token endpoint. RFC 6749 section 3.2: POST and nothing else."""
    return ("POST", "GET") if policy.token_request_by_get_accepted else ("POST",)


def read_parameters(policy: Policy, request: Request) -> Parameters:
    """The parameters of a token request, each of them once unless the policy is lax.

    Raises :class:`OAuthError` (``invalid_request``).
    """
    parameters = _sent(policy, request)
    if repeated := parameters.repeated() - _repeatable(policy):
        raise OAuthError("invalid_request", f"repeated: {', '.join(sorted(repeated))}")
    return parameters


def required(parameters: Parameters, name: str) -> str:
    """The value of a parameter. Raises :class:`OAuthError` (``invalid_request``)."""
    value = parameters.get(name)
    if value is None:
        raise OAuthError("invalid_request", f"{name} is missing")
    return value


def _sent(policy: Policy, request: Request) -> Parameters:
    if request.method == "GET" and policy.token_request_by_get_accepted:
        return request.query
    if not request.is_form:
        raise OAuthError("invalid_request", "the body must be form parameters")
    if any(name not in _allowed_in_query(policy) for name, _ in request.query.pairs):
        raise OAuthError("invalid_request", "parameters belong in the body, not in the URL")
    return Parameters((*request.form.pairs, *request.query.pairs))


def _allowed_in_query(policy: Policy) -> frozenset[str]:
    return frozenset({code_verifier.NAME} if policy.verifier_in_query_accepted else ())


def _repeatable(policy: Policy) -> frozenset[str]:
    lax = policy.duplicate_verifier_first_wins or policy.duplicate_verifier_last_wins
    return frozenset({code_verifier.NAME} if lax else ())

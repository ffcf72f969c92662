"""The verifier of a token request, held against its code's challenge (RFC 7636 section 4.6)."""

import hmac
import re
from collections.abc import Collection

from victim.identity_provider.errors import OAuthError
from victim.identity_provider.messages import Parameters
from victim.identity_provider.pkce import Challenge, plain
from victim.identity_provider.policy import Policy

NAME = "code_verifier"
_SHORTEST, _LONGEST = 43, 128
_UNRESERVED = re.compile(r"[A-Za-z0-9\-._~]*")


class WrongVerifierError(OAuthError):
    """The verifier could have been one, but is not the one: perhaps a guess."""

    def __init__(self) -> None:
        super().__init__("invalid_grant", "code_verifier does not match the code_challenge")


def sent_verifiers(policy: Policy, parameters: Parameters) -> tuple[str | None, ...]:
    """The verifiers that count; ``None`` stands for none at all. Any one that fits will do."""
    values = [value for name, value in parameters.pairs if name == NAME]
    if len(values) < 2:
        return (values[0],) if values else (None,)
    first = values[:1] if policy.duplicate_verifier_first_wins else []
    last = values[-1:] if policy.duplicate_verifier_last_wins else []
    return (*first, *last)


def check_verifiers(
    policy: Policy,
    challenge: Challenge | None,
    verifiers: Collection[str | None],
    others: Collection[Challenge] = (),
) -> None:
    """See that one of the verifiers meets the challenge, or one of the ``others``.

    Raises :class:`OAuthError`: ``invalid_grant`` (RFC 7636 section 4.6; RFC 9700 section 4.8.2 for
    a verifier that nothing asked for), ``invalid_request`` for one that cannot be a verifier;
    :class:`WrongVerifierError` for one that could have been a guess.
    """
    outcomes = [_refusal(policy, challenge, verifier, others) for verifier in verifiers]
    refusals = [refusal for refusal in outcomes if refusal]
    if len(refusals) == len(outcomes):
        raise refusals[0]


def _refusal(
    policy: Policy,
    challenge: Challenge | None,
    verifier: str | None,
    others: Collection[Challenge],
) -> OAuthError | None:
    if challenge is None:
        return _refusal_of_unasked(policy, verifier)
    if _is_skipped(policy, verifier):
        return None
    if not verifier:
        return OAuthError("invalid_grant", "code_verifier is missing")
    if not _is_well_formed(policy, verifier):
        reason = "code_verifier is not 43 to 128 unreserved characters"
        return OAuthError("invalid_request", reason)
    meets = any(_meets(policy, each, verifier) for each in (challenge, *others))
    return None if meets or policy.verifier_not_compared else WrongVerifierError()


def _refusal_of_unasked(policy: Policy, verifier: str | None) -> OAuthError | None:
    if not verifier or policy.verifier_without_challenge_accepted:
        return None
    return OAuthError("invalid_grant", "code_verifier was sent, but there was no challenge")


def _is_skipped(policy: Policy, verifier: str | None) -> bool:
    if verifier is None:
        return policy.verifier_optional_at_token
    return verifier == "" and policy.empty_verifier_accepted


def _is_well_formed(policy: Policy, verifier: str) -> bool:
    return (
        (len(verifier) >= _SHORTEST or policy.short_verifier_accepted)
        and (len(verifier) <= _LONGEST or policy.long_verifier_accepted)
        and (_is_unreserved(verifier) or policy.illegal_verifier_characters_accepted)
    )


def _is_unreserved(verifier: str) -> bool:
    return _UNRESERVED.fullmatch(verifier) is not None


def _meets(policy: Policy, challenge: Challenge, verifier: str) -> bool:
    transforms = [challenge.method.transform]
    if policy.challenge_accepted_as_verifier:
        transforms.append(plain)
    return any(_is_same(transform(verifier), challenge.value) for transform in transforms)


def _is_same(left: str, right: str) -> bool:
    return hmac.compare_digest(left.encode(), right.encode())

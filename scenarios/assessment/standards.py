"""The policies that a server can be held to, each by what it leaves to the server's owner.

Whatever the catalogue attacks is a finding, unless the policy does not forbid it. So a policy is a
set of weaknesses that it tolerates.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from victim.identity_provider import HARDENED, ClientType, Policy

_ROTATION = frozenset({"refresh_token_not_rotated", "refresh_token_reuse_undetected"})
_CONSENT = frozenset({"consent_remembered_for_public_clients", "consent_skipped"})
# A request with an empty challenge, or with a method alone, is one without a challenge.
_NO_PKCE = frozenset(
    {"pkce_optional", "empty_challenge_accepted", "method_without_challenge_accepted"}
)
# RFC 6749 section 2.3 gives a public client no way to authenticate, and forbids nobody to try; to
# end a code at the first wrong verifier is a choice that RFC 7636 leaves open.
_UNREGULATED = frozenset({"secret_from_public_client_accepted", "wrong_verifier_burns_code"})


@dataclass(frozen=True)
class Standard:
    """A policy by name; ``of_confidential`` is what it tolerates besides of such clients."""

    id: str
    title: str
    tolerates: frozenset[str]
    of_confidential: frozenset[str] = frozenset()

    def tolerated(self, client_type: ClientType) -> frozenset[str]:
        """What it does not forbid for a client of this type."""
        confidential = client_type is ClientType.CONFIDENTIAL
        return self.tolerates | (self.of_confidential if confidential else frozenset())


RFC9700 = Standard(
    "rfc9700",
    "OAuth 2.0 Security Best Current Practice (RFC 9700) and the RFCs that it rests on",
    # Section 2.1.1: S256 is what clients should use; servers may go on to know plain.
    _UNREGULATED | {"plain_accepted"},
    # Sections 2.1.1 and 4.14.2: PKCE is recommended to them, and rotation is for public clients.
    _ROTATION | _NO_PKCE,
)
OAUTH21 = Standard(
    "oauth21",
    "OAuth 2.1",
    # Its token request names no redirect URI any more (section 10.2).
    RFC9700.tolerates | {"redirect_uri_optional_at_token"},
    RFC9700.of_confidential,
)
FAPI2 = Standard(
    "fapi2",
    "FAPI 2.0 Security Profile",
    # Section 5.3.2.1: no rotation, since tokens are bound to their clients.
    _UNREGULATED | _ROTATION,
)
ENTRA = Standard(
    "entra",
    "Microsoft Entra ID as it is documented",
    _UNREGULATED | _ROTATION | _NO_PKCE | {"plain_accepted", "tokens_survive_replay"},
)

STANDARDS = {each.id: each for each in (RFC9700, OAUTH21, FAPI2, ENTRA)}


def policy_for(
    standard: Standard,
    client_type: ClientType,
    more: Iterable[str] = (),
    *,
    identity_assured: bool = False,
    only_redirect_uri: bool = True,
) -> Policy:
    """What a server held to a standard may still be, for one client.

    ``more`` is what its owners tolerate besides. ``identity_assured``: the redirect URI of the
    client is an https one that only it can claim, so the server need not ask its users again (RFC
    8252 section 8.6). ``only_redirect_uri``: it has registered no other, so a token request that
    leaves it out leaves nothing open.
    """
    tolerated = {*standard.tolerated(client_type), *more}
    if only_redirect_uri:
        tolerated.add("redirect_uri_optional_at_token")
    if identity_assured:
        tolerated |= _CONSENT
    return replace(HARDENED, **dict.fromkeys(tolerated, True))

"""What the provider insists on: hardened by default, every weakness a named switch.

A switch is named for what is wrong, so that a policy reads as a list of findings. It is data only:
the one predicate that a switch bends lives beside the rule it weakens (``pkce``, ``redirects``,
``consent``).
"""

from dataclasses import dataclass
from functools import cache

from victim.identity_provider.switches.binding import BindingSwitches
from victim.identity_provider.switches.pkce import PkceSwitches
from victim.identity_provider.switches.redirects import RedirectSwitches
from victim.identity_provider.switches.requests import RequestSwitches
from victim.identity_provider.switches.responses import ResponseSwitches
from victim.identity_provider.switches.sessions import SessionSwitches
from victim.identity_provider.switches.token_endpoint import TokenEndpointSwitches
from victim.identity_provider.switches.tokens import TokenSwitches
from victim.weakness import Weakness, declared_in, weakness

__all__ = ["DEMO", "HARDENED", "Policy", "Weakness", "weaknesses", "weaknesses_of"]


@dataclass(frozen=True)
class Policy(
    TokenEndpointSwitches,
    PkceSwitches,
    RedirectSwitches,
    RequestSwitches,
    ResponseSwitches,
    SessionSwitches,
    TokenSwitches,
    BindingSwitches,
):
    """The rules of one tenant. Lifetimes are seconds; the defaults are the hardened profile."""

    pkce_optional: bool = weakness(
        "An authorization request without a code_challenge is accepted, "
        "so whoever holds the code can redeem it.",
        clause="RFC9700#2.1.1",
    )
    plain_accepted: bool = weakness(
        "The code_challenge_method 'plain' is accepted, "
        "so whoever reads the authorization request knows the verifier.",
        clause="RFC9700#2.1.1",
    )
    consent_remembered_for_public_clients: bool = weakness(
        "A public client that the user has allowed once gets later codes without a question, "
        "although any app can pose as that client.",
        clause="RFC8252#8.6",
    )
    plaintext_redirect_accepted: bool = weakness(
        "An http:// redirect URI of a host that is not loopback may be registered, "
        "so the code crosses the network in clear.",
        clause="RFC9700#2.6",
    )

    code_lifetime: float = 60
    access_token_lifetime: float = 3600
    id_token_lifetime: float = 3600
    refresh_token_lifetime: float = 24 * 3600
    """From the first one on for a public client, from the last one on for a confidential one."""
    session_lifetime: float = 8 * 3600
    pushed_request_lifetime: float = 60
    interaction_lifetime: float = 600
    """How long a sign-in or consent page may stay open before it is answered."""


HARDENED = Policy()
"""OAuth 2.1 and RFC 9700: no weakness switched on."""

DEMO = Policy(
    pkce_optional=True,
    plain_accepted=True,
    consent_remembered_for_public_clients=True,
    plaintext_redirect_accepted=True,
)
"""Just weak enough for every posture of the headline scenarios to exist on one tenant."""


@cache
def weaknesses() -> tuple[Weakness, ...]:
    """Every switch there is, in the order of declaration."""
    return tuple(declared_in(Policy))


def weaknesses_of(policy: Policy) -> tuple[Weakness, ...]:
    """The switches that this policy has on; empty for a hardened one."""
    return tuple(weakness for weakness in weaknesses() if getattr(policy, weakness.name))

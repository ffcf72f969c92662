"""What can be wrong where codes and tokens are bound to a key (RFC 9449)."""

from dataclasses import dataclass

from victim.weakness import weakness


@dataclass(frozen=True)
class BindingSwitches:
    """Each bends one rule of ``dpop`` or ``userinfo``."""

    dpop_jkt_ignored: bool = weakness(
        "A code whose request named a key by dpop_jkt is redeemed without a proof of that key, "
        "so whoever reads the token request can be faster.",
        clause="RFC9449#10",
    )
    dpop_proof_optional_at_userinfo: bool = weakness(
        "An access token that is bound to a key is accepted as a bearer token, "
        "so a stolen one opens the user's data.",
        clause="RFC9449#7.2",
    )

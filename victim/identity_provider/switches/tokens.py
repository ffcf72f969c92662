"""Weaknesses in the tokens, and in how userinfo accepts them."""

from dataclasses import dataclass

from victim.weakness import weakness


@dataclass(frozen=True)
class TokenSwitches:
    """Each bends one rule of ``tokens``, ``tenant`` or ``userinfo``."""

    nonce_ignored: bool = weakness(
        "The ID token does not repeat the nonce of the request, "
        "so a client cannot tell that its code was swapped for a stolen one.",
        clause="OIDC-CORE#2",
        needs=("pkce_unused",),
    )
    c_hash_missing: bool = weakness(
        "The ID token of a hybrid answer does not say which code it came with, "
        "so a client cannot tell that the code beside it was swapped for a stolen one.",
        clause="OIDC-CORE#3.3.2.11",
    )
    access_token_never_expires: bool = weakness(
        "An access token is accepted after its announced end, so a stolen one serves for ever.",
        clause="RFC6750#5.2",
    )
    token_of_another_resource_accepted: bool = weakness(
        "Userinfo accepts an access token that was issued for another resource, "
        "so whoever runs that one can read the user's data with what clients send it.",
        clause="RFC9700#2.3",
    )
    query_token_accepted: bool = weakness(
        "An access token is accepted in the URL, "
        "so logs and histories along the way hold usable tokens.",
        clause="RFC6750#2.3",
    )

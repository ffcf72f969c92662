"""What can be wrong with codes and the token endpoint (RFC 6749 section 4.1.3; RFC 9700).

The rules that they bend are in ``redemption``, ``token``, ``token_request`` and
``client_authentication``. A hardened provider answers one request at a time, from start to end, so
nothing can come between looking at a code and burning it; ``code_race`` opens a gap there.
"""

from dataclasses import dataclass

from victim.weakness import weakness


@dataclass(frozen=True)
class TokenEndpointSwitches:
    """The switches of codes, client authentication and refresh tokens."""

    code_reusable: bool = weakness(
        "A code can be redeemed again and again until it expires.",
        clause="RFC6749#4.1.2",
    )
    code_race: bool = weakness(
        "A code is looked up first and marked as used some time later, "
        "so that requests in parallel all get tokens for it.",
        clause="RFC6749#10.5",
    )
    tokens_survive_replay: bool = weakness(
        "A replayed code is refused, but the tokens that it gave stay valid.",
        clause="RFC6749#4.1.2",
    )
    code_not_bound_to_client: bool = weakness(
        "A code that was issued to one client can be redeemed by another.",
        clause="RFC6749#4.1.3",
    )
    code_not_bound_to_redirect_uri: bool = weakness(
        "The redirect_uri of the token request is not held against that of the authorization "
        "request.",
        clause="RFC6749#4.1.3",
    )
    redirect_uri_optional_at_token: bool = weakness(
        "A token request without a redirect_uri skips the check.",
        clause="RFC6749#4.1.3",
    )
    code_never_expires: bool = weakness(
        "A code that was not redeemed can be redeemed hours later.",
        clause="RFC6749#4.1.2",
    )
    token_request_by_get_accepted: bool = weakness(
        "The token endpoint answers GET, so that codes and secrets stand in URLs, "
        "where logs and proxies keep them.",
        clause="RFC6749#3.2",
        published="LemonLDAP::NG 2.16.1",
    )

    secret_not_checked: bool = weakness(
        "A confidential client may send any client_secret, so anybody can pose as it.",
        clause="RFC6749#3.2.1",
    )
    secret_optional: bool = weakness(
        "A confidential client may leave its client_secret out, so anybody can pose as it.",
        clause="RFC6749#3.2.1",
    )
    secret_from_public_client_accepted: bool = weakness(
        "A public client may send a client_secret, and whoever wrote it takes it for protection.",
        clause="RFC6749#2.3",
    )
    assertion_audience_unchecked: bool = weakness(
        "A client assertion is accepted that the client has signed for another server, "
        "so whoever runs that one can pose as the client here.",
        clause="RFC7523#3",
    )
    refresh_token_not_rotated: bool = weakness(
        "A refresh token stays the same when it is used, so that a stolen copy is never noticed.",
        clause="RFC9700#4.14.2",
    )
    refresh_token_reuse_undetected: bool = weakness(
        "A refresh token that was replaced still works, and nothing is revoked.",
        clause="RFC9700#4.14.2",
        published="Microsoft Entra ID (as documented)",
    )
    refresh_token_lifetime_renewed: bool = weakness(
        "Each use of a public client's refresh token makes it last as long again, "
        "so a stolen one serves for ever.",
        clause="RFC9700#4.14.2",
        published="Microsoft Entra ID, but for single-page apps (as documented)",
    )
    refresh_token_not_bound_to_client: bool = weakness(
        "A refresh token that was issued to one client can be used by another.",
        clause="RFC6749#6",
    )

"""What can be wrong with PKCE at a server (RFC 7636; RFC 9700 sections 2.1.1 and 4.8).

In the order in which a login meets them: the authorization request, then the token request. The
rules that they bend are in ``pkce``, ``code_verifier``, ``token_request`` and ``redemption``.
"""

from dataclasses import dataclass

from victim.weakness import weakness


@dataclass(frozen=True)
class PkceSwitches:
    """The switches of challenge and verifier."""

    method_without_challenge_accepted: bool = weakness(
        "An authorization request with a code_challenge_method but no code_challenge is accepted, "
        "so its code is bound to nothing.",
        clause="RFC7636#4.4.1",
        published="@cloudflare/workers-oauth-provider 0.8.2 (as reported)",
    )
    empty_challenge_accepted: bool = weakness(
        "An authorization request with an empty code_challenge is accepted, "
        "so its code is bound to nothing.",
        clause="RFC7636#4.2",
    )
    pkce_only_at_token_endpoint: bool = weakness(
        "An authorization request without a code_challenge gets a code, "
        "and only the token endpoint refuses it.",
        clause="RFC7636#4.4.1",
        needs=("verifier_optional_at_token",),
        published="Authlib 1.9 with CodeChallenge(required=True)",
    )
    unknown_challenge_method_accepted: bool = weakness(
        "A code_challenge_method that the server does not know is taken for 'plain', "
        "so whoever reads the authorization request knows the verifier.",
        clause="RFC7636#4.4.1",
    )
    challenge_method_case_insensitive: bool = weakness(
        "The code_challenge_method is read without regard to case, so that two parties can read "
        "one request differently.",
        clause="RFC7636#4.3",
    )
    padded_challenge_accepted: bool = weakness(
        "A code_challenge that ends in '=' is accepted and the padding dropped.",
        clause="RFC7636#4.2",
    )

    verifier_optional_at_token: bool = weakness(
        "A token request without a code_verifier skips the check, "
        "so whoever holds the code can redeem it.",
        clause="RFC7636#4.6",
        published="CVE-2023-48228 (authentik), CVE-2025-4144 (@cloudflare/workers-oauth-provider)",
    )
    empty_verifier_accepted: bool = weakness(
        "A token request with an empty code_verifier skips the check, "
        "so whoever holds the code can redeem it.",
        clause="RFC7636#4.6",
    )
    verifier_not_compared: bool = weakness(
        "Any well-formed code_verifier is accepted, so whoever holds the code can redeem it.",
        clause="RFC7636#4.6",
        published="LemonLDAP::NG 2.16.1 with RequirePKCE off",
    )
    challenge_accepted_as_verifier: bool = weakness(
        "The code_verifier is compared with an S256 challenge as it is, too, "
        "so whoever reads the authorization request holds a verifier.",
        clause="RFC7636#4.6",
    )
    challenge_method_dropped: bool = weakness(
        "The method is not kept with the code: a code_challenge_method in the token request "
        "replaces it, so whoever reads the authorization request redeems by 'plain'.",
        clause="RFC7636#4.4",
    )
    verifier_without_challenge_accepted: bool = weakness(
        "An authorization request whose code_challenge was stripped gets a code, "
        "and any code_verifier redeems it.",
        clause="RFC9700#4.8.2",
        published="CVE-2024-23647 (authentik), CVE-2024-22258 (Spring Authorization Server)",
    )
    verifier_of_another_session_accepted: bool = weakness(
        "The code_verifier is held against every challenge that its client has sent, "
        "so that of the attacker's own login redeems the victim's code.",
        clause="RFC7636#4.4",
    )
    duplicate_verifier_first_wins: bool = weakness(
        "A token request may repeat code_verifier, and the first one counts.",
        clause="RFC6749#3.2",
    )
    duplicate_verifier_last_wins: bool = weakness(
        "A token request may repeat code_verifier, and the last one counts.",
        clause="RFC6749#3.2",
    )
    verifier_in_query_accepted: bool = weakness(
        "The code_verifier may stand in the URL of the token request, "
        "where logs and proxies keep it.",
        clause="RFC6749#4.1.3",
    )
    short_verifier_accepted: bool = weakness(
        "A code_verifier of less than 43 characters is accepted, so it may be guessed.",
        clause="RFC7636#4.1",
        published="CVE-2026-41213 (@node-oauth/oauth2-server), django-oauth-toolkit 3.4.1",
    )
    long_verifier_accepted: bool = weakness(
        "A code_verifier of more than 128 characters is accepted.",
        clause="RFC7636#4.1",
        published="django-oauth-toolkit 3.4.1",
    )
    illegal_verifier_characters_accepted: bool = weakness(
        "A code_verifier of other than unreserved characters is accepted.",
        clause="RFC7636#4.1",
        published="CVE-2026-41213 (@node-oauth/oauth2-server)",
    )
    wrong_verifier_burns_code: bool = weakness(
        "A wrong code_verifier ends the code, "
        "so whoever has merely seen the code can lock the honest client out.",
        clause="OAUTH-2.1#7.5.2",
        published="LemonLDAP::NG 2.16.1",
    )
    unlimited_verifier_guesses: bool = weakness(
        "A code bears any number of wrong verifiers, so a weak one can be guessed online.",
        clause="RFC7636#7.1",
        published="CVE-2026-41213 (@node-oauth/oauth2-server)",
        needs=("verifier_guessable",),
    )

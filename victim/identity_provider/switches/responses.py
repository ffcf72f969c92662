"""Weaknesses in which authorization requests are accepted, and in how they are answered."""

from dataclasses import dataclass

from victim.weakness import weakness


@dataclass(frozen=True)
class ResponseSwitches:
    """Each bends one rule of ``authorize`` or ``authorization_response``."""

    state_dropped: bool = weakness(
        "The state of a request is not sent back, "
        "so a client cannot tell its own login from one that was forced on its user.",
        clause="RFC6749#4.1.2",
        needs=("pkce_unused", "nonce_unchecked"),
    )
    iss_missing: bool = weakness(
        "The authorization response does not say which server it comes from, "
        "so a client of several servers can be made to mix them up.",
        clause="RFC9207#2",
    )
    response_mode_unregistered_accepted: bool = weakness(
        "A request may choose a response mode that the client has not registered, "
        "so the code can be put where the client does not look for it.",
        clause="RFC9700#4.1.2",
    )
    implicit_flow_accepted: bool = weakness(
        "The response type 'token' is accepted, "
        "so whoever reads the redirect has the access token and needs no verifier.",
        clause="RFC9700#2.1.2",
    )
    sign_in_redirected_with_307: bool = weakness(
        "The sign-in form is answered with a redirect of status 307, "
        "so the browser sends the password on to the client.",
        clause="RFC9700#4.12",
    )

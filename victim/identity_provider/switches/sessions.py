"""Weaknesses in sessions, in the question for consent, and in the pages that show it."""

from dataclasses import dataclass

from victim.weakness import weakness


@dataclass(frozen=True)
class SessionSwitches:
    """Each bends one rule of ``consent``, ``dialogue``, ``pages`` or ``tenant``."""

    consent_skipped: bool = weakness(
        "A signed-in user is never asked for consent, "
        "so a link is enough to get a code for any app.",
        clause="RFC6749#10.2",
    )
    prompt_none_without_consent: bool = weakness(
        "A request with prompt=none is granted although the user has never allowed it.",
        clause="OIDC-CORE#3.1.2.1",
    )
    page_framing_allowed: bool = weakness(
        "The sign-in and consent pages may be framed, session included, "
        "so a click on the attacker's page can land on Allow.",
        clause="RFC9700#4.16",
    )
    referrer_leaked: bool = weakness(
        "Pages and redirects carry the referrer policy unsafe-url, "
        "so the authorization request is told to wherever the browser goes next.",
        clause="RFC9700#4.2.4",
        needs=("plain_used",),
    )
    forms_unbound: bool = weakness(
        "A sign-in or consent form is accepted from another browser than it was shown to, "
        "so the attacker's own page can sign the user in as the attacker.",
        clause="RFC6749#10.12",
    )
    session_kept_at_sign_in: bool = weakness(
        "The session cookie stays the same when somebody signs in, "
        "so whoever planted it is signed in too.",
        clause="RFC6265#8.4",
    )

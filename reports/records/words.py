"""The words of a run log that are not free text."""

from enum import StrEnum

from msgspec import Struct


class Observation(StrEnum):
    """What an attack was seen to do. An attack starts as inconclusive; only evidence moves it."""

    ATTACK_SUCCEEDED = "ATTACK_SUCCEEDED"
    ATTACK_BLOCKED = "ATTACK_BLOCKED"
    INCONCLUSIVE = "INCONCLUSIVE"
    NOT_APPLICABLE = "NOT_APPLICABLE"


class Proof(StrEnum):
    """What counts as the prize of a scenario, and so what the judge looks for."""

    TOKEN = "token"
    SESSION = "session"  # the attacker's session at the honest client shows the victim's data
    FORCED_SESSION = "forced-session"  # the victim's session at the client shows the attacker's
    DENIAL = "denial"  # the victim cannot sign in, because of what the attacker did to the code


class Refusal(StrEnum):
    """A way of being refused that shows a defence at work."""

    TOKEN_ENDPOINT = "token-endpoint"
    REFRESH_TOKEN = "refresh-token"  # the same endpoint, for a refresh token
    AUTHORIZATION_ENDPOINT = "authorization-endpoint"  # an error, and no code (section 4.1.2.1)
    USERINFO = "userinfo"  # a token that is no longer, or not so, accepted (RFC 6750 section 3.1)
    CLIENT = "client"  # the honest client turns the answer down and signs nobody in
    ASKER = "asker"  # the client turns down an answer of another server than it had asked
    FRAME = "frame"  # the server's page refuses to be framed, and a click on it does nothing
    REGISTERED_ADDRESS = (
        "registered-address"  # the code went where the client waits, and nowhere else
    )
    FORGOTTEN = "forgotten"  # the browser went on to the attacker without the form it had sent
    FORM = "form"  # the server refuses a form that it has shown to another browser
    OWN_SESSION = "own-session"  # the victim is signed in, and not to the prepared session
    SILENCE = "silence"  # the channel gave a sign of life, and the code was not on it


class Deviation(StrEnum):
    """What an attack changes on purpose, so that it speaks against no refusal."""

    CLIENT_ID = "client_id"
    REDIRECT_URI = "redirect_uri"
    PKCE = "PKCE"  # the authorization request has another challenge or method, or none
    SECRET = "client authentication"
    AGE = "age"  # the code is old when it is presented
    USED = "used"  # the code was presented before
    METHOD = "method"  # the token request is no POST


class Frozen(Struct, frozen=True, forbid_unknown_fields=True):
    """A value of the log."""

"""What a scenario needs of the server under test, and not every server has.

The built-in one has it all. At a real one, a scenario whose needs are not met is not applicable.
"""

from enum import StrEnum


class Need(StrEnum):
    """One such thing; the value completes "it needs ..."."""

    CLOCK = "a server whose clock can be set forward"
    INSIGHT = "a server that tells when it has read a request"
    ATTACKERS_ACCOUNT = "an account for the attacker"
    OWN_CLIENT = "a second client, which stands for one of the attacker's own"
    CONSENT_ASKED_AGAIN = "a second client on the web whose users are asked for consent each time"
    OWN_API = "a server that takes tokens itself"
    REFRESH_TOKENS = "a client that is given refresh tokens"
    OWN_DOINGS = "a client or a server of a kind that only the built-in one has"

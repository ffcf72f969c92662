"""What an attacker can read or control, in the terms of RFC 9700 section 3.

A vantage is a filter: the stage shows the attacker everything that crossed its channel, and the
vantage lets through only the legs that this attacker is supposed to see.
"""

from dataclasses import dataclass
from enum import StrEnum


class Leg(StrEnum):
    """One part of the code flow (RFC 6749 section 4.1), as somebody between the parties sees it."""

    AUTHORIZATION_REQUEST = "authorization request"
    AUTHORIZATION_RESPONSE = "authorization response"
    REFERRER = "page that a browser says it comes from"
    FRAGMENT = "fragment of an address"
    REDIRECT_COOKIES = "cookies of the redirect"
    TOKEN_REQUEST = "token request of the client"
    TOKEN_RESPONSE = "token response to the client"
    OWN_SERVER = "what is brought to a server of the attacker's own"
    PUBLISHED = "published by the parties"
    OWN = "the thief's own traffic"


@dataclass(frozen=True)
class Vantage:
    """What the attacker reads (``legs``) and whether it builds the request itself (``active``).

    ``alters_request`` says that it can change the victim's authorization request on its way;
    ``unpacks_app`` that it also holds a copy of the client application, as anybody does who can
    download it; ``runs_server`` that it has an authorization server of its own, which clients of
    several servers work with, too; ``at_own_address`` that it sees the response only where it
    answers itself, and reads no log of the client's.
    """

    name: str
    legs: frozenset[Leg]
    active: bool = False
    alters_request: bool = False
    unpacks_app: bool = False
    runs_server: bool = False
    at_own_address: bool = False

    def sees(self, leg: Leg) -> bool:
        """Whether the attacker may read that leg."""
        return leg in self.legs


_ALWAYS = frozenset({Leg.PUBLISHED, Leg.OWN})

RESPONSE = Vantage(
    "authorization response only (RFC 9700 A3)",
    _ALWAYS | {Leg.AUTHORIZATION_RESPONSE},
)
REQUEST = Vantage(
    "authorization request only (RFC 9700 A4), and links that the victim follows",
    _ALWAYS | {Leg.AUTHORIZATION_REQUEST},
)
REQUEST_AND_RESPONSE = Vantage(
    "authorization request and response (RFC 9700 A3 and A4)",
    _ALWAYS | {Leg.AUTHORIZATION_REQUEST, Leg.AUTHORIZATION_RESPONSE},
)
RESPONSE_AND_REFERRER = Vantage(
    "the log of the client's server, which names the page before the redirect (RFC 9700 A3)",
    _ALWAYS | {Leg.AUTHORIZATION_RESPONSE, Leg.REFERRER},
)
WHOLE_REDIRECT = Vantage(
    "the whole redirect request, cookies included (RFC 9700 A3)",
    _ALWAYS | {Leg.AUTHORIZATION_RESPONSE, Leg.REDIRECT_COOKIES},
)
RESPONSE_AND_APP = Vantage(
    "authorization response (RFC 9700 A3), and a copy of the client application",
    _ALWAYS | {Leg.AUTHORIZATION_RESPONSE},
    unpacks_app=True,
)
BOTH_AND_APP = Vantage(
    "authorization request and response (RFC 9700 A3 and A4), and a copy of the client application",
    _ALWAYS | {Leg.AUTHORIZATION_REQUEST, Leg.AUTHORIZATION_RESPONSE},
    unpacks_app=True,
)
ALTERED_REQUEST = Vantage(
    "the attacker alters the authorization request on its way (RFC 9700 A2) and reads the response",
    _ALWAYS | {Leg.AUTHORIZATION_REQUEST, Leg.AUTHORIZATION_RESPONSE},
    alters_request=True,
)
TOKEN_REQUESTS = Vantage(
    "the token requests of the client (FAPI 2.0 A5)",
    _ALWAYS | {Leg.TOKEN_REQUEST},
)
TOKEN_RESPONSES = Vantage(
    "the token responses to the client (RFC 9700 A5)",
    _ALWAYS | {Leg.TOKEN_RESPONSE},
)
OWN_REQUEST_AND_WEB_SITE = Vantage(
    "links that the victim follows, and a web site that pages load something from (RFC 9700 A1)",
    _ALWAYS | {Leg.AUTHORIZATION_RESPONSE, Leg.FRAGMENT},
    active=True,
)
WEB_SITE = Vantage(
    "a web site from which the client's pages load something (RFC 9700 A1)",
    _ALWAYS | {Leg.AUTHORIZATION_RESPONSE},
)
SCRIPT_AT_CLIENT = Vantage(
    "a script of the attacker's runs in a page of the client (browser-based apps 5.1)",
    _ALWAYS | {Leg.AUTHORIZATION_RESPONSE},
    active=True,
)
HISTORY_OF_OWN_REQUEST = Vantage(
    "the attacker builds the request and reads the browser's history, fragments and all (RFC 9700 "
    "A1 and A3)",
    _ALWAYS | {Leg.AUTHORIZATION_RESPONSE, Leg.FRAGMENT},
    active=True,
)
OWN_ACCOUNT = Vantage(
    "an account of the attacker's own, and links that the victim follows (RFC 9700 A1)",
    _ALWAYS,
)
OWN_SERVER = Vantage(
    "an authorization server of the attacker's own, which the client works with (FAPI 2.0 A1a)",
    _ALWAYS | {Leg.OWN_SERVER},
    runs_server=True,
)
OWN_SERVER_AND_REQUEST = Vantage(
    "an authorization server of the attacker's own, and links that the victim follows (FAPI 2.0 "
    "A1a, RFC 9700 A1 and A3)",
    _ALWAYS | {Leg.OWN_SERVER, Leg.AUTHORIZATION_RESPONSE},
    active=True,
    runs_server=True,
)
OWN_SERVICE = Vantage(
    "a service of the attacker's own, which clients call for their users (RFC 9700 A1)",
    _ALWAYS | {Leg.OWN_SERVER},
)
OWN_REQUEST = Vantage(
    "the attacker builds the authorization request and reads the response (RFC 9700 A1 and A3)",
    _ALWAYS | {Leg.AUTHORIZATION_REQUEST, Leg.AUTHORIZATION_RESPONSE},
    active=True,
)
OWN_REQUEST_AND_HELPER = Vantage(
    "links that the victim follows, and a page that asks the victim for an address (RFC 9700 A1)",
    _ALWAYS | {Leg.AUTHORIZATION_RESPONSE},
    active=True,
    at_own_address=True,
)
LOCAL_PROCESS = Vantage(
    "a process of the same user on the victim's device, which may listen where it likes (RFC 9700 "
    "A3)",
    _ALWAYS | {Leg.AUTHORIZATION_RESPONSE},
    at_own_address=True,
)
OWN_REQUEST_AND_APP = Vantage(
    "the attacker builds the authorization request and reads the response (RFC 9700 A1 and A3), "
    "and a copy of the client application",
    _ALWAYS | {Leg.AUTHORIZATION_REQUEST, Leg.AUTHORIZATION_RESPONSE},
    active=True,
    unpacks_app=True,
)
OWN_ADDRESS = Vantage(
    "the attacker starts the flow, and answers at an address of its own (RFC 9700 A1)",
    _ALWAYS | {Leg.AUTHORIZATION_RESPONSE},
    active=True,
    at_own_address=True,
)

"""The ``state`` of a login: an opaque value in a model client, and what others let it carry."""

import base64
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from joserfc import jwe, jws
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from victim.client.habits import Habits

PREDICTABLE_STATE = "eyJyZXR1cm5UbyI6Ii8ifQ"
"""``{"returnTo":"/"}`` in base64url: a client that takes the state for a place to return to."""

_SIGNED = {"alg": "HS256"}
_SEALED = {"alg": "dir", "enc": "A256GCM"}
_UNREADABLE = (JoseError, ValueError, KeyError, TypeError, RecursionError)

type Learn = Callable[[str, str], object]


@dataclass(frozen=True)
class Login:
    """A login that waits for its redirect; ``None`` is what its request did not have.

    ``for_session`` names the session that its user will be signed in to; empty for that of the
    browser that brings the redirect. ``server`` is the issuer that it was sent to, if not the
    endpoint's own.
    """

    state: str | None = field(default=None, repr=False)
    verifier: str | None = field(default=None, repr=False)
    nonce: str | None = field(default=None, repr=False)
    for_session: str = field(default="", repr=False)
    server: str = ""


class Carries(Enum):
    """What a state has in it."""

    NOTHING = "an opaque value"
    VERIFIER = "the verifier, in base64 of JSON"
    SIGNED_VERIFIER = "the verifier, in JSON that is signed"
    RAW_VERIFIER = "the verifier, and nothing else"
    SEALED_LOGIN = "the whole login, encrypted"


def carries(habits: Habits) -> Carries:
    """What the states of a client with these habits carry; the first that applies counts."""
    if habits.encrypted_state or habits.flow_in_unbound_state:
        return Carries.SEALED_LOGIN
    if habits.pkce_unused:
        return Carries.NOTHING
    if habits.verifier_in_state:
        return Carries.VERIFIER
    if habits.verifier_in_signed_state:
        return Carries.SIGNED_VERIFIER
    return Carries.RAW_VERIFIER if habits.verifier_in_raw_state else Carries.NOTHING


class States:
    """Writes the state of each login, and reads back what it carries.

    ``learn`` hears of each state first. Nobody else has the key that they are signed or encrypted
    with. ``returned`` says whether the provider sends states back at all.
    """

    def __init__(self, habits: Habits, learn: Learn, *, returned: bool = True) -> None:
        self._habits = habits
        self._returned = returned
        self._learn = learn
        self._carries = carries(habits)
        self._key = OctKey.generate_key(256)

    @property
    def read(self) -> bool:
        """Whether the client looks at the state of an answer."""
        habits = self._habits
        blind = habits.state_missing or habits.state_unchecked or habits.csrf_by_pkce
        return self._returned and not blind

    @property
    def self_contained(self) -> bool:
        """Whether a login lies in its state, and nothing of it is kept elsewhere."""
        return self.read and self._carries in {Carries.VERIFIER, Carries.SEALED_LOGIN}

    @property
    def nonce_lost(self) -> bool:
        """Whether a login cannot know its nonce any more once it is answered."""
        return self.read and self._carries is Carries.VERIFIER

    @property
    def hands_over_verifier(self) -> bool:
        """Whether a login is kept elsewhere, but for the verifier, which is read from the state."""
        return self.read and self._carries in {Carries.SIGNED_VERIFIER, Carries.RAW_VERIFIER}

    def write(self, login: Login, browser: str) -> str | None:
        """The state of a login that ``browser`` starts; ``None`` for a client that sends none."""
        if self._habits.state_missing:
            return None
        state = self._write(login, browser)
        self._learn("state", state)
        return state

    def login_in(self, state: str, browser: str | None) -> Login | None:
        """The login that lies in its state, if this client wrote it and this browser may use it.

        Anybody can write the state of the article's demo: it is neither signed nor encrypted.
        """
        try:
            if self._carries is Carries.VERIFIER:
                flow = json.loads(_unbase64(state))
                return Login(state, _text(flow["code_verifier"]), server=flow.get("server", ""))
            flow = json.loads(jwe.decrypt_compact(state, self._key).plaintext or b"")
        except _UNREADABLE:
            return None
        if self._habits.encrypted_state and flow["browser"] != browser:
            return None
        return Login(state, flow["code_verifier"], flow["nonce"], flow["for"], flow["server"])

    def verifier_in(self, state: str) -> str | None:
        """The verifier that a state hands over."""
        if self._carries is Carries.RAW_VERIFIER:
            return state
        try:
            signed = jws.deserialize_compact(state, self._key, algorithms=[_SIGNED["alg"]])
            return str(json.loads(signed.payload)["code_verifier"])
        except _UNREADABLE:
            return None

    def _write(self, login: Login, browser: str) -> str:
        if self._carries is Carries.SEALED_LOGIN:
            return self._seal(login, browser)
        if login.verifier is not None and self._carries is not Carries.NOTHING:
            return self._with_verifier(login.verifier, login.server)
        return PREDICTABLE_STATE if self._habits.state_predictable else secrets.token_urlsafe(16)

    def _with_verifier(self, verifier: str, server: str) -> str:
        if self._carries is Carries.RAW_VERIFIER:
            return verifier
        flow = {"id": secrets.token_urlsafe(16), "code_verifier": verifier}
        text = json.dumps(flow | ({"server": server} if server else {}))
        if self._carries is Carries.SIGNED_VERIFIER:
            return jws.serialize_compact(_SIGNED, text, self._key)
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    def _seal(self, login: Login, browser: str) -> str:
        flow = {
            "code_verifier": login.verifier,
            "nonce": login.nonce,
            "for": login.for_session,
            "browser": browser,
            "server": login.server,
        }
        return jwe.encrypt_compact(_SEALED, json.dumps(flow), self._key)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("this is no text")
    return value


def _unbase64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))

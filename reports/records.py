"""The records of a run log: what was planned, what happened, and nothing that was concluded.

The log is JSON lines. Its first record is :class:`Started` and its last :class:`Finished`; a log
without the last one belongs to a run that crashed. Judgement and reports read these records and
nothing else, so a stored run can be judged and rendered again, offline.

Times are ISO 8601 in UTC, durations are seconds. Every string has passed the redaction of
:mod:`reports.redaction.secrets`: a secret appears as its label, for example ``code#1``.
"""

from enum import StrEnum
from urllib.parse import parse_qsl

from msgspec import Struct

SCHEMA_VERSION = 2
"""Raised whenever a reader of the previous version would misread a record."""


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


class Target(Frozen, frozen=True):
    """The identity provider under test, as its discovery document names its endpoints.

    ``victim`` is the ``sub`` by which it knows the user whom every honest login signs in, and
    ``attacker`` that of the attacker's own account, if there is one.
    """

    name: str
    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    userinfo_endpoint: str
    victim: str
    attacker: str = ""
    pushed_request_endpoint: str = ""
    subject: str = "sub"
    """Where its answer at userinfo names the user: keys of nested objects, with dots between."""


class ScenarioInfo(Frozen, frozen=True):
    """A scenario's own words, so that a report needs no code of the version that ran it."""

    id: str
    family: str
    title: str
    story: str
    vantage: str
    clauses: tuple[str, ...]
    remedy: str
    proof: Proof
    active: bool = False
    """The attacker built the authorization request itself (PKCE cannot help)."""
    refusals: tuple[Refusal, ...] = (Refusal.TOKEN_ENDPOINT,)
    deviates: tuple[Deviation, ...] = ()
    limit: str = ""
    """Why the attack succeeds even where nothing is weak, if it does: a limit of the protocol."""


class PostureInfo(Frozen, frozen=True):
    """One configuration of client and server, described for a reader.

    ``target`` is the server that has it, unknown only where a log is incomplete. ``weaknesses``
    names what makes it weaker than a hardened one, where the run asks for that, ``clauses`` the
    rules that this breaks, ``published`` flaws of that kind, and ``needs`` what must be weak too.
    """

    id: str
    title: str
    switches: dict[str, str]
    target: Target | None = None
    weaknesses: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    description: str = ""
    clauses: tuple[str, ...] = ()
    published: tuple[str, ...] = ()
    declared_in: str = ""
    """The target file that declares the client which stands for this posture, if one does."""
    declared_at: int = 0
    """The line there, from 1."""


class ChannelInfo(Frozen, frozen=True):
    """One way in which the redirect reaches the thief. ``skipped`` says why it cannot exist."""

    id: str
    title: str
    description: str
    skipped: str = ""


class PlannedCell(Frozen, frozen=True):
    """One scenario, over one channel, in one posture, and what the model says must be observed."""

    id: str
    scenario: str
    channel: str
    posture: str
    expected: Observation
    why: str
    tolerated: bool = False
    """The policy that a real server is held to does not forbid it: success is no violation."""


class Started(Frozen, frozen=True, tag="started", tag_field="record"):
    """The first record: everything that was decided before anything happened."""

    schema_version: int
    run: str
    at: str
    version: str
    scenarios: tuple[ScenarioInfo, ...]
    postures: tuple[PostureInfo, ...]
    channels: tuple[ChannelInfo, ...]
    plan: tuple[PlannedCell, ...]
    environment: dict[str, str]


class PlayStarted(Frozen, frozen=True, tag="play-started", tag_field="record"):
    """A control (honest login) or an attack begins.

    ``group`` ties attacks to the controls that bracket them: same client, same posture. ``cell``
    is empty for a control; ``position`` is ``before`` or ``after`` for a control.
    """

    play: str
    at: str
    kind: str
    group: str
    cell: str = ""
    position: str = ""


class Step(Frozen, frozen=True, tag="step", tag_field="record"):
    """A scripted step of a play begins; the following exchanges belong to it."""

    play: str
    at: str
    title: str


class HttpRequest(Frozen, frozen=True, omit_defaults=True):
    """A request as it was on the wire. ``url`` is absolute; ``body`` is decoded text.

    ``request_object`` is what an object in its query states (RFC 9101), for it cannot be read any
    more where a secret in it was replaced by a label.
    """

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""
    request_object: dict[str, str] = {}

    @property
    def endpoint(self) -> str:
        """The URL without query and fragment."""
        return self.url.partition("?")[0].partition("#")[0]

    @property
    def query(self) -> dict[str, str]:
        """The query parameters; the last one wins. Labels (``code#1``) survive."""
        return dict(parse_qsl(self.url.partition("?")[2], keep_blank_values=True))

    @property
    def form(self) -> dict[str, str]:
        """The form parameters of the body; the last one wins."""
        return dict(parse_qsl(self.body, keep_blank_values=True))

    @property
    def parameters(self) -> dict[str, str]:
        """Those of the query and of a form in the body."""
        return self.query | self.form

    def header(self, name: str) -> str:
        """The first header of that name, case-insensitive, or an empty string."""
        return _header(self.headers, name)


class HttpResponse(Frozen, frozen=True):
    """A response as it was on the wire; ``body`` is decoded text."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""

    def header(self, name: str) -> str:
        """The first header of that name, case-insensitive, or an empty string."""
        return _header(self.headers, name)


class Exchange(Frozen, frozen=True, tag="exchange", tag_field="record"):
    """One HTTP request and what came back.

    ``source`` and ``destination`` are actors (``victim-browser``, ``client``,
    ``identity-provider``, ``thief``, ...). ``seen_by`` is ``proxy``, or ``listener`` for a
    loopback connection that no proxy can see. ``response`` is ``None`` when there was none, and
    then ``error`` says why.
    """

    id: str
    play: str
    at: str
    seconds: float
    source: str
    destination: str
    seen_by: str
    request: HttpRequest
    response: HttpResponse | None
    error: str = ""


class Handover(Frozen, frozen=True, tag="handover", tag_field="record"):
    """Something passed between two parties by the operating system, not over HTTP.

    For example a custom-scheme URL that ``xdg-open`` gave to an application, or the process
    arguments that every local user may read.
    """

    id: str
    play: str
    at: str
    source: str
    destination: str
    medium: str
    content: str
    detail: str = ""


class Loot(Frozen, frozen=True, tag="loot", tag_field="record"):
    """A fact the thief has learned, with the exchange or handover (``seen_in``) that showed it.

    ``kind`` is the OAuth parameter name (``code``, ``state``, ``code_challenge``,
    ``code_verifier``, ...); ``where`` reads like "query of the redirect" or, for a verifier that
    was hunted down, the layers that led to it.
    """

    id: str
    play: str
    at: str
    kind: str
    value: str
    seen_in: str
    where: str


class Fact(Frozen, frozen=True, tag="fact", tag_field="record"):
    """Something worth telling that is not an exchange: a refused dial, a strict registration."""

    at: str
    play: str
    name: str
    text: str


class Screenshot(Frozen, frozen=True, tag="screenshot", tag_field="record"):
    """A picture of a browser page, secrets masked; ``png`` is base64."""

    play: str
    at: str
    actor: str
    caption: str
    png: str


class PlayFinished(Frozen, frozen=True, tag="play-finished", tag_field="record"):
    """A play ended. ``error`` is empty when its script ran to the end."""

    play: str
    at: str
    seconds: float
    error: str = ""


class Finished(Frozen, frozen=True, tag="finished", tag_field="record"):
    """The last record. ``outcome`` is ``completed``, ``interrupted`` or ``failed``."""

    at: str
    seconds: float
    outcome: str
    error: str = ""


Record = (
    Started
    | PlayStarted
    | Step
    | Exchange
    | Handover
    | Loot
    | Fact
    | Screenshot
    | PlayFinished
    | Finished
)


def _header(headers: tuple[tuple[str, str], ...], name: str) -> str:
    return next((value for key, value in headers if key.lower() == name.lower()), "")

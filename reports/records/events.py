"""What happened in a run, in the order in which it did."""

from urllib.parse import parse_qsl

from msgspec import field

from reports.records.plan import Started
from reports.records.words import Frozen


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
    request_object: dict[str, str] = field(default_factory=dict)

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

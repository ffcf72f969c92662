"""Evidence: what the log of a run proves about one honest login, or one attack.

Pure functions over records. Nothing here concludes; each finding names the records it rests on.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from reports.records import (
    Exchange,
    Handover,
    Loot,
    PlayFinished,
    PlayStarted,
    Record,
    Target,
)
from reports.runlog import StoredRun

OAUTH_ERRORS = frozenset(
    {
        "invalid_client",
        "invalid_grant",
        "invalid_request",
        "invalid_scope",
        "unauthorized_client",
        "unsupported_grant_type",
    }
)
"""RFC 6749 section 5.2."""

_BUSY = frozenset({408, 425, 429})


@dataclass(frozen=True)
class PlayEvidence:
    """The records of one play, in the order in which things began."""

    started: PlayStarted
    finished: PlayFinished | None
    records: tuple[Record, ...]

    @property
    def ran_to_the_end(self) -> bool:
        """Whether the script did all that it says."""
        return self.finished is not None and not self.finished.error

    def exchanges(self, source: str) -> Iterator[Exchange]:
        """What one actor sent."""
        found = (record for record in self.records if isinstance(record, Exchange))
        return (exchange for exchange in found if exchange.source == source)

    def loot(self, kind: str) -> Iterator[Loot]:
        """What the thief learned of one kind, and can show where."""
        found = (record for record in self.records if isinstance(record, Loot))
        return (loot for loot in found if loot.kind == kind and self._shows(loot))

    def _shows(self, loot: Loot) -> bool:
        return any(
            loot.value in _text(record)
            for record in self.records
            if isinstance(record, Exchange | Handover) and record.id == loot.seen_in
        )


def plays(run: StoredRun) -> dict[str, PlayEvidence]:
    """The evidence of every play, by its id."""
    records: dict[str, list[Record]] = defaultdict(list)
    for record in run.records:
        records[getattr(record, "play", "")].append(record)
    ends = {end.play: end for end in run.of(PlayFinished)}
    return {
        start.play: PlayEvidence(start, ends.get(start.play), _in_order(records[start.play]))
        for start in run.of(PlayStarted)
    }


@dataclass(frozen=True)
class Redemption:
    """A token request that presented a code (RFC 6749 section 4.1.3), and what came of it.

    ``token`` is empty unless the code was redeemed; ``error`` is empty unless the server refused
    this request with an error of RFC 6749 section 5.2. When both are empty, nothing is decided and
    ``trouble`` says why.
    """

    exchange: Exchange
    token: str = ""
    error: str = ""
    trouble: str = ""

    @property
    def form(self) -> dict[str, str]:
        """The parameters of the token request."""
        return self.exchange.request.form

    @property
    def with_secret(self) -> bool:
        """Whether the client authenticated with its secret (RFC 6749 section 2.3.1)."""
        basic = self.exchange.request.header("authorization").lower().startswith("basic ")
        return basic or "client_secret" in self.form


def redemptions(exchanges: Iterable[Exchange], target: Target) -> Iterator[Redemption]:
    """The token requests among these exchanges that presented a code."""
    for exchange in exchanges:
        request = exchange.request
        to_token = request.method == "POST" and request.endpoint == target.token_endpoint
        if to_token and request.form.get("grant_type") == "authorization_code":
            yield _redemption(exchange)


def _redemption(exchange: Exchange) -> Redemption:
    response = exchange.response
    if response is None:
        return Redemption(exchange, trouble=f"it was not answered ({exchange.error})")
    body = as_object(response.body)
    if response.status == 200 and body.get("access_token"):
        return Redemption(exchange, token=str(body["access_token"]))
    refused = 400 <= response.status < 500 and response.status not in _BUSY
    if refused and body.get("error") in OAUTH_ERRORS:
        return Redemption(exchange, error=body["error"])
    return Redemption(
        exchange, trouble=f"the answer was {response.status} and no OAuth error or token"
    )


def subject_shown(exchange: Exchange) -> str:
    """The ``sub`` that a successful JSON answer names; empty when there is none."""
    response = exchange.response
    if response is None or response.status != 200:
        return ""
    return str(as_object(response.body).get("sub", ""))


def read_with(token: str, exchanges: Iterable[Exchange], target: Target) -> Iterator[Exchange]:
    """The requests to userinfo that carried this token (RFC 6750 section 2.1)."""
    for exchange in exchanges:
        request = exchange.request
        if request.endpoint == target.userinfo_endpoint:
            scheme, _, bearer = request.header("authorization").partition(" ")
            if scheme.lower() == "bearer" and bearer == token:
                yield exchange


@dataclass(frozen=True)
class Control:
    """An honest login. It holds when ``subject`` is known; otherwise ``trouble`` says why not."""

    play: PlayEvidence
    redemption: Redemption | None = None
    subject: str = ""
    trouble: str = ""

    @property
    def holds(self) -> bool:
        """Whether the honest user was really signed in."""
        return bool(self.subject)


def control(play: PlayEvidence, target: Target) -> Control:
    """What an honest login proves: the client redeemed its code and learned who the user is."""
    if not play.ran_to_the_end:
        error = play.finished.error if play.finished else "it never ended"
        return Control(play, trouble=error.splitlines()[0])
    sent = list(play.exchanges("client"))
    for redemption in redemptions(sent, target):
        if redemption.token:
            for exchange in read_with(redemption.token, sent, target):
                if subject := subject_shown(exchange):
                    return Control(play, redemption, subject)
            return Control(play, redemption, trouble="userinfo did not say who the user is")
        answer = redemption.error or redemption.trouble
        return Control(play, redemption, trouble=f"the honest client got no token: {answer}")
    return Control(play, trouble="the honest client never redeemed a code")


def as_object(body: str) -> dict[str, Any]:
    """A JSON object, or an empty one when the text is none."""
    try:
        value = json.loads(body)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _in_order(records: Iterable[Record]) -> tuple[Record, ...]:
    return tuple(sorted(records, key=lambda record: getattr(record, "at", "")))


def _text(record: Exchange | Handover) -> str:
    if isinstance(record, Handover):
        return record.content
    answer = record.response
    shown = [record.request.url, record.request.body]
    if answer is not None:
        shown += [answer.header("location"), answer.body]
    return "\n".join(shown)

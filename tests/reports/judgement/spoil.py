"""Ways to spoil one piece of a log: each is a function that takes the log and changes it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlencode

import msgspec

from reports.records import Deviation, Exchange, HttpResponse, Record, Started
from tests.reports.judgement.cases import IDP, Log

Spoil = Callable[[Log], None]


def drop(*names: str) -> Spoil:
    """Take records away; a name without a dot takes the whole play."""

    def spoil(log: Log) -> None:
        for name in names:
            gone = [key for key in log if key == name or key.startswith(f"{name}.")]
            assert gone, f"{name} is not in this log"
            for key in gone:
                del log[key]

    return spoil


def change(name: str, **fields: object) -> Spoil:
    """Change fields of one record."""

    def spoil(log: Log) -> None:
        log[name] = msgspec.structs.replace(log[name], **fields)

    return spoil


def ask(name: str, **fields: object) -> Spoil:
    """Change fields of the request of an exchange."""

    def spoil(log: Log) -> None:
        record = log[name]
        assert isinstance(record, Exchange)
        request = msgspec.structs.replace(record.request, **fields)
        log[name] = msgspec.structs.replace(record, request=request)

    return spoil


def form(name: str, **fields: str) -> Spoil:
    """Change parameters of a token request; an empty one is taken out."""

    def spoil(log: Log) -> None:
        record = log[name]
        assert isinstance(record, Exchange)
        sent = {key: value for key, value in (record.request.form | fields).items() if value}
        ask(name, body=urlencode(sent))(log)

    return spoil


def answer(name: str, status: int, body: str = "", location: str = "") -> Spoil:
    """Answer an exchange in another way."""
    headers = (("location", location),) if location else ()
    return change(name, response=HttpResponse(status, headers, body))


def unanswered(name: str) -> Spoil:
    return change(name, response=None, error="timed out")


def add(name: str, record: Record, after: str) -> Spoil:
    """Put one more record into the log, behind another one."""

    def spoil(log: Log) -> None:
        items = list(log.items())
        place = [key for key, _ in items].index(after) + 1
        log.clear()
        log.update([*items[:place], (name, record), *items[place:]])

    return spoil


def later(name: str, seconds: float) -> Spoil:
    """From this record on, everything happens so much later."""

    def spoil(log: Log) -> None:
        since = getattr(log[name], "at", "")
        for key, record in log.items():
            when = getattr(record, "at", "")
            if when >= since:
                moved = datetime.fromisoformat(when) + timedelta(seconds=seconds)
                change(key, at=moved.isoformat(timespec="microseconds"))(log)

    return spoil


def both(*spoils: Spoil) -> Spoil:
    def spoil(log: Log) -> None:
        for one in spoils:
            one(log)

    return spoil


def declare(*deviates: Deviation) -> Spoil:
    """Have the scenario say that its attack changes this on purpose."""

    def spoil(log: Log) -> None:
        (scenario,) = started_of(log).scenarios
        known = msgspec.structs.replace(scenario, deviates=deviates)
        change("started", scenarios=(known,))(log)

    return spoil


def started_of(log: Log) -> Started:
    started = log["started"]
    assert isinstance(started, Started)
    return started


def other_pkce(log: Log) -> str:
    """An authorization request with another method than that of the posture."""
    other = "plain" if started_of(log).postures[0].switches["PKCE"] != "plain" else "S256"
    return f"{IDP}/authorize?client_id=contoso&code_challenge=c&code_challenge_method={other}"

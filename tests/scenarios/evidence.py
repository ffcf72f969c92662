"""The evidence of a run, and the same run without a piece of it."""

from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec

from reports.records import Exchange, Handover, Loot, PlayStarted, Record
from reports.runlog import StoredRun, read_log
from tests.conftest import Played, target_of


def without(played: Played, gone: Callable[[Record], bool], folder: Path) -> StoredRun:
    """The run as read back from a log in which these records are missing."""
    return written((record for record in played.stored.records if not gone(record)), folder)


def written(records: Iterable[Record], folder: Path) -> StoredRun:
    path = folder / "run.jsonl"
    path.write_bytes(b"".join(msgspec.json.encode(record) + b"\n" for record in records))
    return read_log(path)


def kinds(played: Played) -> dict[str, str]:
    return {start.play: start.kind for start in played.stored.of(PlayStarted)}


def is_control(played: Played) -> Callable[[Record], bool]:
    kind = kinds(played)
    return lambda record: kind.get(getattr(record, "play", "")) == "control"


EVIDENCE: dict[str, Callable[[Played], Callable[[Record], bool]]] = {
    "the honest logins": is_control,
    "the attacks": lambda played: (
        lambda record: kinds(played).get(getattr(record, "play", "")) == "attack"
    ),
    "the loot": lambda played: lambda record: isinstance(record, Loot),
    "where the code was seen": lambda played: (
        lambda record: (
            isinstance(record, Exchange | Handover)
            and record.id
            in {item.seen_in for item in played.stored.of(Loot) if item.kind == "code"}
        )
    ),
    "every token request": lambda played: (
        lambda record: (
            isinstance(record, Exchange)
            and record.request.endpoint == target_of(played).token_endpoint
        )
    ),
    "every look at userinfo": lambda played: (
        lambda record: (
            isinstance(record, Exchange)
            and record.request.endpoint == target_of(played).userinfo_endpoint
        )
    ),
}

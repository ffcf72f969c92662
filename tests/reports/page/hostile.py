"""The sample run with hostile text in every place that an attacker could reach."""

import json
from pathlib import Path
from typing import Any

import msgspec

from reports.judgement.verdicts import Judgement
from reports.records import Finished, Record, Started
from reports.runlog import StoredRun
from tests.reports.page import sample

PAYLOADS = (
    "<script>document.title='owned'</script>",
    "</style></svg></textarea><img src=x onerror=alert(1)>",
    "\" onmouseover=alert(1) x='` ",
    "javascript:alert(1)",
    "{{ 7 * 7 }}{% raw %}]]><!--",
    "\u202e\u2066\u200b\0\x1b[31m\r\u2028",
)
FIXED = {
    *("record", "id", "play", "at", "kind", "group", "cell", "position", "run", "png"),
    *("scenario", "channel", "posture", "expected", "observed", "gate", "proof", "decisive"),
    *("refusals", "deviates"),
    *("source", "destination", "seen_in", "outcome"),
}
"""Fields that tie records together; their texts are poisoned in a test of their own."""


def _stored(records: tuple[Record, ...]) -> StoredRun:
    started, last = records[0], records[-1]
    assert isinstance(started, Started)
    return StoredRun(Path("x"), started, records, last if isinstance(last, Finished) else None)


def _poison(value: Any, payload: str, key: str = "") -> Any:
    match value:
        case str() if key not in FIXED:
            return value + payload
        case dict():
            return {name: _poison(item, payload, name) for name, item in value.items()}
        case list() | tuple():
            return [_poison(item, payload, key) for item in value]
        case _:
            return value


def poisoned(payload: str) -> tuple[StoredRun, Judgement]:
    """The sample with the payload at the end of every text."""
    run, judgement = sample.sample()
    return (
        _stored(
            tuple(
                msgspec.convert(_poison(msgspec.to_builtins(r), payload), type=Record)
                for r in run.records
            )
        ),
        msgspec.convert(_poison(msgspec.to_builtins(judgement), payload), type=Judgement),
    )


def renamed(old: str, new: str) -> tuple[StoredRun, Judgement]:
    """The sample with one id replaced wherever it occurs."""

    def rename(value: Any) -> Any:
        return json.loads(msgspec.json.encode(value).decode().replace(old, json.dumps(new)[1:-1]))

    run, judgement = sample.sample()
    records = tuple(msgspec.convert(rename(r), type=Record) for r in run.records)
    return _stored(records), msgspec.convert(rename(judgement), type=Judgement)

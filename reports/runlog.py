"""The run log: append-only JSON lines, redacted before the first byte reaches the disk."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

import msgspec

from reports.records import SCHEMA_VERSION, Finished, Record, Screenshot, Started

LONGEST_TEXT = 64 * 1024
"""Characters of one value (a body, a header) that a record keeps."""


class Redactor(Protocol):
    """Replaces every known secret, in every encoding, by its label."""

    def redact(self, text: str) -> str:
        """Return the text with labels in place of secrets."""
        ...


class UnreadableLogError(Exception):
    """The file is no run log that this version can read; the message says what to do."""


def now(timestamp: float | None = None) -> str:
    """A moment (the present one unless given, seconds since the epoch) as ISO 8601 in UTC.

    Microseconds, because records are told in the order of these moments: an exchange is written
    when it ends and told where it began.
    """
    moment = datetime.now(UTC) if timestamp is None else datetime.fromtimestamp(timestamp, UTC)
    return moment.isoformat(timespec="microseconds")


class RunLog:
    """Writes records. Every record is on disk, redacted, before :meth:`append` returns."""

    def __init__(self, path: Path, redactor: Redactor) -> None:
        self.path = path
        self._redactor = redactor
        path.parent.mkdir(parents=True, exist_ok=True)
        # Exclusive: a log is never overwritten.
        self._file = path.open("xb")

    def append(self, record: Record) -> None:
        """Redact and write one record."""
        if isinstance(record, Screenshot):
            # Its secrets were masked while it was taken; base64 text has nothing to redact.
            bare = self._redacted(msgspec.structs.replace(record, png=""))
            clean = msgspec.structs.replace(bare, png=record.png)
        else:
            clean = self._redacted(record)
        self._file.write(msgspec.json.encode(clean) + b"\n")
        self._file.flush()  # a crash loses no record

    def _redacted(self, value: Any) -> Any:
        match value:
            case Enum():  # a word of the schema, which a password such as "token" must not break
                return value
            case str():
                return _bounded(self._redactor.redact(value))
            case dict():
                redact = self._redactor.redact
                return {redact(key): self._redacted(item) for key, item in value.items()}
            case tuple():
                return tuple(self._redacted(item) for item in value)
            case msgspec.Struct():
                names = value.__struct_fields__
                return type(value)(**{name: self._redacted(getattr(value, name)) for name in names})
            case _:
                return value

    def close(self) -> None:
        """Close the file. A log without a ``finished`` record stays readable."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


@dataclass(frozen=True)
class StoredRun:
    """A run log as read back. ``finished`` is ``None`` when the run crashed."""

    path: Path
    started: Started
    records: tuple[Record, ...]
    finished: Finished | None

    def of[T](self, kind: type[T]) -> Iterator[T]:
        """The records of one type, in the order in which they were written."""
        return (record for record in self.records if isinstance(record, kind))

    def by_play(self) -> dict[str, list[Record]]:
        """The records of each play, in the order in which things began.

        An exchange is written when it ends, and belongs before what it caused.
        """
        plays: dict[str, list[Record]] = {}
        for record in self.records:
            if not isinstance(record, Started | Finished):
                plays.setdefault(record.play, []).append(record)
        return {play: sorted(told, key=lambda record: record.at) for play, told in plays.items()}


def read_log(path: Path) -> StoredRun:
    """Read a run log; a last line that a crash cut short is left out.

    Raises :class:`UnreadableLogError` for anything that is not a run log of a known version.
    """
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise UnreadableLogError(
            f"{path}: {error.strerror}. Give the path of a run.jsonl."
        ) from None
    lines.pop()  # empty, or the record that a crash cut short
    if not lines:
        raise UnreadableLogError(f"{path} holds no complete record; it is no run log.")
    _check_version(path, lines[0])
    records = tuple(_decode(path, number, line) for number, line in enumerate(lines, start=1))
    started, last = records[0], records[-1]
    if not isinstance(started, Started):
        raise _not_a_log(path)
    return StoredRun(path, started, records, last if isinstance(last, Finished) else None)


def read_on(run: StoredRun) -> StoredRun:
    """The same run, with what has been written to its log since. Raises as :func:`read_log`."""
    known = len(run.records)
    lines = run.path.read_bytes().split(b"\n")[known:-1]
    more = tuple(_decode(run.path, number, line) for number, line in enumerate(lines, known + 1))
    last = (*run.records, *more)[-1]
    finished = last if isinstance(last, Finished) else None
    return replace(run, records=(*run.records, *more), finished=finished)


def _bounded(text: str) -> str:
    # After redaction: a cut through a secret would leave a part that nobody recognises.
    if len(text) <= LONGEST_TEXT:
        return text
    return f"{text[:LONGEST_TEXT]} [cut: {len(text)} characters in all]"


def _check_version(path: Path, line: bytes) -> None:
    try:
        version = msgspec.json.decode(line)["schema_version"]
    except (msgspec.DecodeError, KeyError, TypeError, UnicodeDecodeError):
        raise _not_a_log(path) from None
    if isinstance(version, int) and version < SCHEMA_VERSION:
        raise UnreadableLogError(
            f"{path} has schema version {version}, this codejack reads {SCHEMA_VERSION}. "
            "Judge it with the codejack that wrote it, or run the scenarios again."
        )
    if version != SCHEMA_VERSION:
        raise UnreadableLogError(
            f"{path} has schema version {version}, this codejack reads {SCHEMA_VERSION}. "
            "Update codejack to judge it."
        )


def _decode(path: Path, number: int, line: bytes) -> Record:
    try:
        record: Record = msgspec.json.decode(line, type=Record)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UnreadableLogError(
            f"{path}, line {number}: {error}. The log was damaged after it was written; "
            "run the scenarios again."
        ) from None
    return record


def _not_a_log(path: Path) -> UnreadableLogError:
    return UnreadableLogError(f"{path} does not begin with a 'started' record; it is no run log.")

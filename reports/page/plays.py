"""The plays of a run: every control and attack with the records that it left in the log."""

import base64
import binascii
import struct
from dataclasses import dataclass

from markupsafe import Markup

from reports.page.sequence import Event, events
from reports.page.visible import anchor
from reports.records import Fact, Loot, PlayFinished, PlayStarted, Record, Screenshot
from reports.runlog import StoredRun

_PNG = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True)
class Picture:
    """A screenshot that is certain to be a PNG; ``png`` is base64 of our own encoding."""

    actor: str
    caption: str
    png: Markup
    width: int
    height: int


@dataclass(frozen=True)
class Play:
    """What one control or attack left in the log."""

    id: str
    anchor: str
    group: str
    kind: str
    cell: str
    position: str
    records: tuple[Record, ...]
    events: tuple[Event, ...]
    error: str | None
    """``None`` when the log holds no end of this play; empty when it ran to its end."""

    @property
    def loot(self) -> tuple[Loot, ...]:
        """What the thief learned, in order."""
        return tuple(record for record in self.records if isinstance(record, Loot))

    @property
    def facts(self) -> tuple[Fact, ...]:
        """What else was worth telling."""
        return tuple(record for record in self.records if isinstance(record, Fact))

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """The screenshots that can be shown."""
        shots = (record for record in self.records if isinstance(record, Screenshot))
        return tuple(picture for picture in map(_picture, shots) if picture)

    def numbers(self) -> dict[str, int]:
        """The number of each exchange or handover, by its id in the log."""
        return {event.record.id: event.number for event in self.events}


def plays(run: StoredRun) -> dict[str, Play]:
    """All plays of a run, in the order in which they began."""
    records = run.by_play()
    return {start.play: _play(start, records[start.play]) for start in run.of(PlayStarted)}


def _play(start: PlayStarted, records: list[Record]) -> Play:
    return Play(
        id=start.play,
        anchor=anchor("play", start.play),
        group=start.group,
        kind=start.kind,
        cell=start.cell,
        position=start.position,
        records=tuple(records),
        events=events(records),
        error=_error(records),
    )


def _error(records: list[Record]) -> str | None:
    ends = [record.error for record in records if isinstance(record, PlayFinished)]
    return ends[-1] if ends else None


def _picture(shot: Screenshot) -> Picture | None:
    try:
        png = base64.b64decode(shot.png, validate=True)
    except (binascii.Error, ValueError):
        return None
    if not png.startswith(_PNG) or len(png) < 24:
        return None
    width, height = struct.unpack(">II", png[16:24])
    # Encoded again: whatever the log held, only the base64 alphabet reaches the page.
    text = Markup(base64.b64encode(png).decode())  # noqa: S704
    return Picture(shot.actor, shot.caption, text, width, height)

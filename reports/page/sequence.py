"""The sequence diagram of one play, laid out from the wire.

Nothing here draws: the layout is plain numbers and plain text, and the template escapes every
word of it. Lanes are the actors that took part; rows are exchanges and handovers in the order of
the log, numbered as in the evidence; bands are the steps of the script.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from reports.actors import THIEF, THIEVES
from reports.page.shapes import Arrow, Band, Diagram, Lane, Pill, Text
from reports.page.wording import (
    ACTORS,
    actor_title,
    handover_parameters,
    request_line,
    request_parameters,
    response_line,
)
from reports.records import Exchange, Handover, Loot, Record, Step

WIDTH = 1040
HEAD = 58
_EDGE = 84
_CHAR = 6.65  # advance of one character of the 11 px monospaced face
_LINE = 15
_LONGEST_LINE = 84
_STATIC = (".css", ".js", ".mjs", ".png", ".svg", ".ico", ".woff2", ".map", "/favicon.ico")


@dataclass(frozen=True)
class Event:
    """An exchange or handover with its number, the same in diagram and evidence."""

    number: int
    record: Exchange | Handover


def events(records: Iterable[Record]) -> tuple[Event, ...]:
    """Number the exchanges and handovers of one play from 1."""
    wire = [record for record in records if isinstance(record, Exchange | Handover)]
    return tuple(Event(number, record) for number, record in enumerate(wire, start=1))


def sequence(records: tuple[Record, ...], decisive: str = "", clause: str = "") -> Diagram:
    """Lay out one play. ``decisive`` is the id of the exchange to highlight, with its clause."""
    numbered = {event.record.id: event for event in events(records)}
    told_of = {loot.seen_in for loot in records if isinstance(loot, Loot)} | {decisive}
    drawn = {key: e for key, e in numbered.items() if key in told_of or not _furniture(e)}
    page = _Page(_lanes(drawn.values(), any(isinstance(r, Loot) for r in records)))
    for record in records:
        match record:
            case Step():
                page.step(record.title)
            case Exchange() | Handover() if record.id in drawn:
                page.message(drawn[record.id], record.id == decisive, clause)
            case Loot():
                page.learn(record)
    omitted = tuple(event.number for key, event in numbered.items() if key not in drawn)
    return page.finished(omitted, _summary(drawn.values()))


def _furniture(event: Event) -> bool:
    record = event.record
    if not isinstance(record, Exchange):
        return False
    return record.request.method == "GET" and record.request.endpoint.lower().endswith(_STATIC)


def _lanes(drawn: Iterable[Event], looted: bool) -> dict[str, Lane]:
    seen = dict.fromkeys(a for e in drawn for a in (e.record.source, e.record.destination))
    if looted:
        seen[THIEF] = None
    known = [actor for actor in ACTORS if actor in seen]
    actors = known + [actor for actor in seen if actor not in ACTORS]
    gap = (WIDTH - 2 * _EDGE) / max(len(actors) - 1, 1)
    return {
        actor: Lane(_two_lines(actor_title(actor)), _EDGE + index * gap, actor in THIEVES)
        for index, actor in enumerate(actors)
    }


def _two_lines(title: str) -> tuple[str, ...]:
    first, _, second = title.partition(" ")
    return tuple(filter(None, (first[:20], second[:20])))


def _summary(drawn: Iterable[Event]) -> str:
    return " ".join(
        f"{e.number}. {actor_title(e.record.source)} to {actor_title(e.record.destination)}: "
        + (
            f"{request_line(e.record.request)}, {response_line(e.record).split(' ')[0]}."
            if isinstance(e.record, Exchange)
            else f"{e.record.medium}."
        )
        for e in drawn
    )


@dataclass
class _Page:
    """The page while it is being filled, from the top down."""

    lanes: dict[str, Lane]
    y: float = HEAD + 10
    bands: list[Band] = field(default_factory=list)
    arrows: list[Arrow] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    loot: list[Pill] = field(default_factory=list)
    decisive: Band | None = None
    began: tuple[str, float] | None = None
    learned: str = ""
    lit: bool = False

    def step(self, title: str) -> None:
        self._end_step()
        self.began = (title, self.y)
        self.y += 34

    def message(self, event: Event, decisive: bool, clause: str) -> None:
        top = self.y
        self.lit = decisive
        if decisive:
            self.y += 18
        one, other = self._ends(event.record)
        if isinstance(event.record, Exchange):
            self._exchange(event, event.record, one, other)
        else:
            self._handover(event, event.record, one, other)
        if decisive:
            self.decisive = Band(f"decisive exchange · {clause}".rstrip(" ·"), top, self.y - top)
            self.y += 8
        self.learned = ""

    def learn(self, loot: Loot) -> None:
        """One line per place of learning, however many facts were read there."""
        told = f"{self.learned}, {loot.kind}" if self.learned else f"thief learns {loot.kind}"
        if self.learned:
            self.loot.pop()
        else:
            self.y += 24
        self.learned = told
        width = _width(told) + 22
        x = min(self.lanes[THIEF].x - 10, WIDTH - width - 6)
        self.loot.append(Pill(told, x, self.y - 10, width))

    def finished(self, omitted: tuple[int, ...], summary: str) -> Diagram:
        self._end_step()
        return Diagram(
            width=WIDTH,
            height=self.y + HEAD,
            lanes=tuple(self.lanes.values()),
            bands=tuple(self.bands),
            arrows=tuple(self.arrows),
            texts=tuple(self.texts),
            loot=tuple(self.loot),
            decisive=self.decisive,
            omitted=omitted,
            summary=summary,
        )

    def _ends(self, record: Exchange | Handover) -> tuple[Lane, Lane]:
        return self.lanes[record.source], self.lanes[record.destination]

    def _exchange(self, event: Event, exchange: Exchange, one: Lane, other: Lane) -> None:
        thief = one.thief or other.thief
        unseen = " · seen by the listener only" if exchange.seen_by == "listener" else ""
        self._line(request_line(exchange.request) + unseen, one, other, "message")
        for line in _wrapped(request_parameters(exchange.request)):
            self._line(line, one, other, "detail")
        lost = exchange.response is None
        self._arrow(one, other, thief, number=event.number, lost=lost)
        self._line(response_line(exchange), one, other, "answer")
        if not lost and one is not other:
            self._arrow(other, one, thief, back=True)
        self.y += 10

    def _handover(self, event: Event, handover: Handover, one: Lane, other: Lane) -> None:
        self._line(handover.medium, one, other, "message")
        for line in _wrapped(handover_parameters(handover)):
            self._line(line, one, other, "detail")
        thief = one.thief or other.thief
        self._arrow(one, other, thief, number=event.number, handover=True)
        self.y += 10

    def _arrow(
        self,
        one: Lane,
        other: Lane,
        thief: bool,
        *,
        number: int = 0,
        back: bool = False,
        lost: bool = False,
        handover: bool = False,
    ) -> None:
        self.y += 9
        self.arrows.append(Arrow(self.y, one.x, other.x, thief, back, lost, handover, number))
        self.y += 14 if one is other else 4

    def _line(self, words: str, one: Lane, other: Lane, kind: str) -> None:
        self.y += _LINE
        words = words if len(words) <= _LONGEST_LINE else f"{words[: _LONGEST_LINE - 1]}…"
        width = _width(words)
        kind = f"{kind} lit" if self.lit else kind
        self.texts.append(Text(words, _start(one.x, other.x, width), self.y, kind))

    def _end_step(self) -> None:
        if self.began:
            title, y = self.began
            self.y += 12
            self.bands.append(Band(title, y, self.y - y))
        self.began = None


def _start(source: float, destination: float, width: float) -> float:
    """Centre the line over its arrow; one too long is flush with the number at the source."""
    if width <= abs(destination - source) - 28:
        start = (source + destination - width) / 2
    else:
        start = source + 15 if destination >= source else source - 15 - width
    return max(12.0, min(start, WIDTH - width - 12))


def _width(words: str) -> float:
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in words)
    return (len(words) + wide) * _CHAR


def _wrapped(words: tuple[str, ...]) -> list[str]:
    """At most two lines of parameters; the evidence below has them all."""
    lines: list[str] = []
    for word in words:
        if lines and len(lines[-1]) + len(word) < _LONGEST_LINE - 20:
            lines[-1] += f"  {word}"
        else:
            lines.append(word)
    return lines[:2]

"""What a sequence diagram consists of: plain numbers and plain text, drawn by the template."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Lane:
    """One actor, at ``x``; ``words`` are the lines of its name."""

    words: tuple[str, ...]
    x: float
    thief: bool


@dataclass(frozen=True)
class Band:
    """A titled stretch of the page: a step of the script, or the decisive exchange."""

    title: str
    y: float
    height: float


@dataclass(frozen=True)
class Text:
    """A line of text that starts at ``x``; ``kind`` are its classes in the style sheet."""

    words: str
    x: float
    y: float
    kind: str


@dataclass(frozen=True)
class Pill:
    """What the thief learned, on a coloured ground of that width."""

    words: str
    x: float
    y: float
    width: float


@dataclass(frozen=True)
class Arrow:
    """A message from ``x1`` to ``x2``; ``loop`` when an actor talks to itself."""

    y: float
    x1: float
    x2: float
    thief: bool
    back: bool = False
    lost: bool = False
    handover: bool = False
    number: int = 0

    @property
    def loop(self) -> bool:
        """Whether both ends are one actor."""
        return self.x1 == self.x2

    @property
    def tip(self) -> str:
        """The three points of the arrow head."""
        side = -1 if self.x2 > self.x1 else 1
        end = f"{self.x2:g},{self.y:g}"
        return f"{end} {self.x2 + 8 * side:g},{self.y - 4:g} {self.x2 + 8 * side:g},{self.y + 4:g}"


@dataclass(frozen=True)
class Diagram:
    """Everything that the template draws. ``decisive`` is the band behind the exchange that
    settles the cell, and ``omitted`` the numbers of the page furniture that is not drawn."""

    width: float
    height: float
    lanes: tuple[Lane, ...]
    bands: tuple[Band, ...]
    arrows: tuple[Arrow, ...]
    texts: tuple[Text, ...]
    loot: tuple[Pill, ...]
    decisive: Band | None
    omitted: tuple[int, ...]
    summary: str

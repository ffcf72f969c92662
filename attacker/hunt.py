"""The verifier hunt: finds a code verifier by proof, not by name.

Whatever the thief could see is peeled layer by layer; a substring is the verifier when its
transformation (RFC 7636 section 4.6) equals the challenge, and nothing else makes it one. The hunt
tries whole layers and tokens first, then every window of every run of unreserved characters.

A thief that saw only the redirect does not know the victim's challenge. It proves on a flow of its
own where the client puts the verifier, keeps the :class:`Recipe`, and reads the same place in the
victim's redirect.
"""

import hashlib
import re
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from reports.redaction.codings import unbase64
from reports.redaction.layers import Layer, follow, peel

SHORTEST, LONGEST = 43, 128
"""RFC 7636 section 4.1."""
MAX_HASHES = 2_000_000
"""Guesses that one hunt may take: about a second. A 2 KB run of unreserved characters takes
170,000; what lies beyond the cap is not searched, and :attr:`Hunt.exhausted` says so."""

_UNRESERVED = re.compile(f"[A-Za-z0-9._~-]{{{SHORTEST},}}")
_SEPARATORS = (".", "~", "..", "--", "__", "-", "_")
_MOST_SEPARATORS = 4
_VERIFIER = re.compile(f"[A-Za-z0-9._~-]{{{SHORTEST},{LONGEST}}}")


class Method(StrEnum):
    """How a challenge was made from its verifier (RFC 7636 section 4.2)."""

    S256 = "S256"
    PLAIN = "plain"


class How(StrEnum):
    """Where in the layer the verifier lay."""

    WHOLE = "whole layer"
    RUN = "token of its own"
    TAIL = "all that follows a separator"
    HEAD = "all that precedes a separator"
    FIELD = "field between separators"
    WINDOW = "part of a longer run"


@dataclass(frozen=True, slots=True)
class Recipe:
    """Where a client puts its verifier: the layers to take off, and the place in the last one.

    ``number`` counts the runs of unreserved characters in the layer; ``separator`` and ``field``
    cut the run (:func:`_cut`), or ``start`` and ``length`` measure it (a
    negative ``start`` from the end).
    """

    path: tuple[str, ...]
    how: How
    number: int = 0
    separator: str = ""
    field: int = 0
    start: int = 0
    length: int = 0

    def apply(self, text: str) -> str | None:
        """Read the same place in another text; ``None`` when no possible verifier lies there."""
        for layer in follow(text, self.path):
            candidate = self._read(layer)
            if candidate is not None and is_verifier(candidate):
                return candidate
        return None

    def _read(self, layer: str) -> str | None:
        if self.how is How.WHOLE:
            return layer.strip()
        runs = _UNRESERVED.findall(layer)
        if self.number >= len(runs):
            return None
        run: str = runs[self.number]
        if self.how is How.RUN:
            return run
        if self.how is not How.WINDOW:
            return _cut(run, self.how, self.separator, self.field)
        start = self.start if self.start >= 0 else len(run) + self.start
        return run[start : start + self.length] if start >= 0 else None

    def __str__(self) -> str:
        """The place in words: ``query state > base64url > JSON v``."""
        where = " > ".join(self.path) or "in plain sight"
        return where if self.how is How.WHOLE else f"{where} ({self.how})"


@dataclass(frozen=True, slots=True)
class Finding:
    """A proven verifier: which text held it (``source``), and where in it (``recipe``)."""

    verifier: str
    source: str
    recipe: Recipe

    @property
    def path(self) -> tuple[str, ...]:
        """The layers that led to the verifier, from the outside in."""
        return self.recipe.path

    @property
    def how(self) -> How:
        """Where in the last layer it lay."""
        return self.recipe.how

    def __repr__(self) -> str:
        # A verifier is a secret; a failing assert must not print it.
        return f"<Finding in {self.source}: {self.recipe}>"


class Hunt:
    """One search for the verifier of one challenge, with its cap on work."""

    def __init__(self, challenge: str, method: str) -> None:
        self._challenge = challenge
        self._method = Method(method or Method.PLAIN)
        self._tried: set[str] = set()
        self.guesses = 0
        self.exhausted = False
        """The cap was reached: that nothing was found proves nothing."""

    def search(self, texts: Mapping[str, str]) -> Finding | None:
        """Look through all texts: first everywhere for the obvious, then everywhere for all."""
        layers = [(key, layer) for key, text in texts.items() for layer in peel(text)]
        if finding := self._try(layers, _whole):
            return finding
        # The smallest layer names the place most closely.
        layers.sort(key=lambda item: len(item[1].text))
        for attempt in (_tokens, _cuts, self._windows):
            if finding := self._try(layers, attempt):
                return finding
        return None

    def _try(
        self,
        layers: list[tuple[str, Layer]],
        attempt: Callable[[Layer], Iterator[tuple[Recipe, str]]],
    ) -> Finding | None:
        for source, layer in layers:
            for recipe, candidate in attempt(layer):
                if self._proves(candidate):
                    return Finding(candidate, source, recipe)
        return None

    def _proves(self, candidate: str) -> bool:
        if not is_verifier(candidate):
            return False
        self.guesses += 1
        return challenge_of(candidate, self._method) == self._challenge

    def _windows(self, layer: Layer) -> Iterator[tuple[Recipe, str]]:
        for number, run in enumerate(_UNRESERVED.findall(layer.text)):
            if run in self._tried:
                continue
            self._tried.add(run)
            if (place := self._window(run)) is not None:
                start, length = place
                # A verifier at the end of a run is measured from there: what comes before it
                # may have another length the next time.
                at = start - len(run) if start and start + length == len(run) else start
                recipe = Recipe(layer.path, How.WINDOW, number, start=at, length=length)
                yield recipe, run[start : start + length]

    def _window(self, run: str) -> tuple[int, int] | None:
        if self._method is Method.PLAIN:
            start = run.find(self._challenge)
            return (start, len(self._challenge)) if start >= 0 else None
        wanted, data = unbase64(self._challenge), run.encode()
        for length in _lengths(len(run)):
            count = len(run) - length + 1
            if self.guesses + count > MAX_HASHES:
                self.exhausted = True
                return None
            self.guesses += count
            for start in range(count):
                if hashlib.sha256(data[start : start + length]).digest() == wanted:
                    return start, length
        return None


def hunt(
    texts: Mapping[str, str] | Iterable[str], challenge: str, method: str = "S256"
) -> Finding | None:
    """Find the verifier of a challenge in anything visible, or ``None``.

    ``texts`` maps a name for each text (such as the id of a loot) to the text; a plain iterable is
    numbered. An empty ``method`` means ``plain`` (RFC 7636 section 4.3). Raises
    :class:`ValueError` for an unknown method.
    """
    named = texts if isinstance(texts, Mapping) else {str(i): text for i, text in enumerate(texts)}
    return Hunt(challenge, method).search(named)


def is_verifier(text: str) -> bool:
    """Whether a text may be a code verifier, by its length and its alphabet (section 4.1)."""
    return _VERIFIER.fullmatch(text) is not None


def challenge_of(verifier: str, method: str) -> str:
    """The code challenge of a verifier (RFC 7636 section 4.2)."""
    if method == Method.PLAIN:
        return verifier
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def _whole(layer: Layer) -> Iterator[tuple[Recipe, str]]:
    yield Recipe(layer.path, How.WHOLE), layer.text.strip()


def _tokens(layer: Layer) -> Iterator[tuple[Recipe, str]]:
    for number, run in enumerate(_UNRESERVED.findall(layer.text)):
        yield Recipe(layer.path, How.RUN, number), run


def _cuts(layer: Layer) -> Iterator[tuple[Recipe, str]]:
    """What common separators cut off; tails and heads first, as a verifier may hold separators."""
    for number, run in enumerate(_UNRESERVED.findall(layer.text)):
        for separator in _SEPARATORS:
            for how in (How.TAIL, How.HEAD, How.FIELD):
                for field in range(min(run.count(separator), _MOST_SEPARATORS) + 1):
                    if candidate := _cut(run, how, separator, field):
                        yield Recipe(layer.path, how, number, separator, field), candidate


def _cut(run: str, how: How, separator: str, field: int) -> str | None:
    """The tail after ``field`` separators, the head before the last ``field``, or one field."""
    if run.count(separator) < max(field, 1):
        return None
    if how is How.TAIL:
        return run.split(separator, field)[-1] if field else None
    if how is How.HEAD:
        return run.rsplit(separator, field)[0] if field else None
    return run.split(separator)[field]


def _lengths(longest: int) -> Iterator[int]:
    """Usual lengths first (32, 48, 64 and 96 random bytes in base64url or hex), then the rest."""
    usual = (43, 64, 128, 86, 96)
    rest = (length for length in range(SHORTEST, LONGEST + 1) if length not in usual)
    return (length for length in (*usual, *rest) if length <= longest)

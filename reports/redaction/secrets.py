"""The vault: every secret of a run, and the redaction that keeps it off the disk.

Redaction is by value, not by name: once learned, a secret is replaced wherever it occurs and
however it is encoded. Where single characters can be traced (percent, JSON, HTML and Python
escapes, at any depth) exactly the secret is replaced by its label. Where they cannot (base64, hex,
deflate) the smallest run that carries it is replaced by ``[holds code_verifier#2]``, unless the
run is itself a known secret.
"""

import re
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from reports.redaction.generations import Generations
from reports.redaction.marking import Sighted, replace, tightest
from reports.redaction.sightings import PUBLIC, sightings
from reports.redaction.views import View, views

_KIND = re.compile(r"[a-z][a-z_]*")
_OURS = re.compile(r"\[holds (?=[a-z_]+#\d)|#\d+")
_WINDOW = 64  # characters on either side in which a label that covers a match may stand
_LONE = re.compile("[\ud800-\udfff]")
_PASSES = 8  # a loose run is looked at again once the tight ones in it are labels
_REMEMBERED = 512  # texts; the same headers and pages come again and again
_MEMORABLE = 128 * 1024  # characters that the views of a remembered text may add up to


class Secret:
    """A value whose every printed form is its label; only :meth:`reveal` gives it away."""

    __slots__ = ("_value", "label")

    def __init__(self, label: str, value: str) -> None:
        self.label = label
        self._value = value

    def reveal(self) -> str:
        """The value itself, for the wire only."""
        return self._value

    def __repr__(self) -> str:
        return self.label

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format(self.label, spec)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __reduce__(self) -> str:
        raise TypeError(f"{self.label} is a secret and is not written anywhere")


@dataclass(slots=True)
class _Redacted:
    """What became of a text: ``read`` is all that was searched, for ``count`` values."""

    clean: str
    read: list[str]
    count: int


class Vault:
    """Knows every secret of a run by a stable label."""

    def __init__(self) -> None:
        self._labels: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        self._public: set[str] = set()
        self._names: set[str] = set()
        self._values = Generations()
        self._redacted: OrderedDict[str, _Redacted] = OrderedDict()

    def __repr__(self) -> str:
        return f"<Vault of {len(self._labels)} secrets>"

    def __len__(self) -> int:
        return len(self._labels)

    def learn(self, kind: str, value: str) -> str:
        """Remember a secret and return its label, for example ``code#1``.

        A value has one label for good: the one of the kind under which it was first learned. What
        has crossed as an S256 challenge is public and stays itself, whatever a thief makes of it.
        Raises :class:`ValueError` for an empty value or a kind that is no parameter name.
        """
        if label := self._labels.get(value):
            return label
        if value in self._public:
            return value
        if not value:
            raise ValueError(f"an empty {kind} cannot be a secret")
        if not _KIND.fullmatch(kind):
            raise ValueError("the kind of a secret is a lower-case parameter name")
        number = self._counts[kind] = self._counts.get(kind, 0) + 1
        label = self._labels[value] = f"{kind}#{number}"
        self._names.add(label)
        sought = self._values.sought
        for form in _forms(_writable(value)):
            self._values.add(form, label)
        if self._values.sought != sought:
            self._redacted.clear()  # what was no view for longer values may be one now
        return label

    def count_on(self, numbers: Mapping[str, int]) -> None:
        """Give no label again that was given before: from these numbers on, by kind."""
        for kind, number in numbers.items():
            self._counts[kind] = max(self._counts.get(kind, 0), number)

    def learn_message(
        self, url: str = "", headers: Iterable[tuple[str, str]] = (), body: str = ""
    ) -> tuple[str, ...]:
        """Learn every secret of one HTTP message by its OAuth name, wherever it is nested.

        Call it for each request and response before anything of them is written. Returns the
        labels. What counts, and from which length, is told in :mod:`reports.redaction.sightings`.
        """
        labels = []
        for kind, value in sightings(url, headers, body):
            if kind != PUBLIC:
                labels.append(self.learn(kind, value))
            elif value not in self._labels:
                self._public.add(value)
        return tuple(labels)

    def secret(self, kind: str, value: str) -> Secret:
        """Learn a value and wrap it, so that it prints as its label."""
        return Secret(self.learn(kind, value), value)

    def secrets(self) -> Iterator[Secret]:
        """All that is known; each prints as its label."""
        return (Secret(label, value) for value, label in self._labels.items())

    def together_with(self, others: Iterable["Vault"]) -> "Vault":
        """A vault that knows the secrets of all, and what each has written in place of them.

        For the leak gate: what several parts of a run must not show is looked for only once.
        """
        whole = Vault()
        for vault in (self, *others):
            for secret in vault.secrets():
                whole.learn(secret.label.partition("#")[0], secret.reveal())
            whole._names |= vault._names
        return whole

    def redact(self, text: str) -> str:
        """Return the text with labels in place of secrets.

        What cannot be written as UTF-8 (half a surrogate pair) becomes U+FFFD.
        """
        text = _writable(text)
        if not self._labels or len(text) < self._values.sought.shortest:
            return text
        if (known := self._redacted.get(text)) is not None and self._holds(known):
            self._redacted.move_to_end(text)
            return known.clean
        clean, read = text, list[str]()
        for _ in range(_PASSES):
            found = self._look(clean, read)
            if not found:
                break
            tight = tightest(found)
            clean = replace(clean, tight)
            if len(tight) == len(found):
                break
        self._remember(text, clean, read)
        return clean

    def find(self, text: str) -> list[Sighted]:
        """Every known secret in a text, in every encoding, with the span that carries it."""
        return self._look(_writable(text), []) if self._labels else []

    def _look(self, text: str, read: list[str]) -> list[Sighted]:
        found: dict[Sighted, None] = {}
        for view in views(text, self._values.sought):
            read.append(view.text)
            found.update(dict.fromkeys(self._in(view)))
        return list(found)

    def _in(self, view: View) -> Iterator[Sighted]:
        marked = "#" in view.text
        for start, end, label in self._values.search(view.text):
            if marked and self.wrote(view.text, start, end):
                continue
            yield Sighted(*view.outer(start, end), label, view.how, view.anchor is None)

    def _remember(self, text: str, clean: str, read: list[str]) -> None:
        if sum(map(len, read)) <= _MEMORABLE:
            self._redacted[text] = _Redacted(clean, read, self._values.count)
        if len(self._redacted) > _REMEMBERED:
            self._redacted.popitem(last=False)

    def _holds(self, known: _Redacted) -> bool:
        """Whether nothing that was learned since is in what was searched then."""
        count = self._values.count
        if known.count < count:
            if any(self._values.search(text, known.count) for text in known.read):
                return False
            known.count = count
        return True

    def wrote(self, text: str, start: int, end: int) -> bool:
        """Whether redaction wrote these characters.

        A password ``code`` must not match inside ``code#1``.
        """
        for mark in _OURS.finditer(text, max(0, start - _WINDOW), end + _WINDOW):
            left = mark.start()
            if mark[0][0] == "[":
                if left <= start and end <= mark.end():
                    return True
                continue
            while left > 0 and (text[left - 1] == "_" or "a" <= text[left - 1] <= "z"):
                left -= 1
                if left <= start and end <= mark.end() and text[left : mark.end()] in self._names:
                    return True
        return False


def _writable(text: str) -> str:
    return text if text.isascii() else _LONE.sub("\ufffd", text)


def _forms(value: str) -> set[str]:
    """A value, with its UTF-8 bytes as characters, and with spaces as forms write them."""
    if value.isascii() and " " not in value:
        return {value}
    forms = {value, value.encode().decode("latin-1")}
    return forms | {form.replace(" ", "+") for form in forms}

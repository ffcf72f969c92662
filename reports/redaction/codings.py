"""The codings in which a value travels: escapes, base64, hex, deflate."""

import html
import re
import zlib
from binascii import a2b_base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

MAX_DEPTH = 10
"""Codings in each other that redaction takes off: more than :func:`layers.peel` ever peels."""
MAX_INFLATED = 256 * 1024
"""A deflate bomb yields its first 256 KiB and no more."""

_BACKSLASH = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    r"|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|x[0-9a-fA-F]{2}|.)",
    re.DOTALL,
)
_PERCENT = re.compile(
    # The bytes of one character beyond ASCII, or one byte.
    r"%[c-fC-F][0-9a-fA-F](?:%[89abAB][0-9a-fA-F]){1,3}|%[0-9a-fA-F]{2}"
)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_CONTROL = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "0": "\0", "v": "\v", "a": "\a"}

Span = tuple[int, int]


def _percent(token: str) -> str:
    return readable(bytes.fromhex(token.replace("%", "")))


def _backslash(token: str) -> str:
    kind = token[1]
    if len(token) == 2:
        return _CONTROL.get(kind, kind)
    if len(token) == 12:
        return chr(0x10000 + ((int(token[2:6], 16) & 0x3FF) << 10) + (int(token[8:], 16) & 0x3FF))
    number = int(token[2:], 16)
    # Half a surrogate pair is no character; it stays as it was written.
    return token if 0xD800 <= number < 0xE000 or number > 0x10FFFF else chr(number)


ESCAPES: tuple[tuple[str, str, re.Pattern[str], Callable[[str], str]], ...] = (
    ("percent", "%", _PERCENT, _percent),
    ("backslash", "\\", _BACKSLASH, _backslash),
    ("HTML", "&", _ENTITY, html.unescape),
)


def readable(data: bytes) -> str:
    """Bytes as text: UTF-8, or one character for each byte when they are not."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")


def unescape(text: str, pattern: re.Pattern[str], decode: Callable[[str], str]) -> str:
    """Take one kind of escape off a whole text."""
    return pattern.sub(lambda match: decode(match[0]), text)


def unbase64(run: str) -> bytes:
    """Decode base64 or base64url, padded or not; a character too many is left out."""
    run = run.rstrip("=").replace("-", "+").replace("_", "/")
    if len(run) % 4 == 1:
        run = run[:-1]
    return a2b_base64(run + "=" * (-len(run) % 4))


def inflate(data: bytes) -> bytes | None:
    """Undo gzip, zlib or raw deflate; at most :data:`MAX_INFLATED` bytes, ``None`` for no such."""
    if len(data) < 4:
        return None
    for window in (47, -15) if _has_header(data) else (-15,):
        try:
            plain = zlib.decompressobj(window).decompress(data, MAX_INFLATED)
        except zlib.error:
            continue
        if plain:
            return plain
    return None


def _has_header(data: bytes) -> bool:
    zlib_header = data[0] & 15 == 8 and int.from_bytes(data[:2]) % 31 == 0
    return zlib_header or data[:2] == b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for in a text, so that runs which cannot carry it cost nothing.

    ``shortest`` is the length of the shortest value. ``stretch`` is how many characters of
    printable ASCII in a row every value has: what lacks such a stretch carries none of them.
    """

    shortest: int = 8
    stretch: int = 8


ANYTHING = Sought()
Run = tuple[int, int, tuple[str, ...], bytes]


def opaque_runs(
    text: str, sought: Sought = ANYTHING, touched: Callable[[Span], bool] | None = None
) -> Iterator[Run]:
    """Every run that base64 or hex could have produced: start, end, codings, decoded bytes.

    A run may begin with characters that belong to something else, so each is decoded at every
    alignment; what cannot hold a sought value is left out. Escapes cut runs: in ``%3DZm9v`` the
    run is ``Zm9v``. With ``touched``, only the runs for which it is true.
    """
    scan = _scan(sought)
    escapes = "%" in text or "\\" in text
    wrapped = 0
    for match in (scan.runs_and_escapes if escapes else scan.runs).finditer(text):
        if match.lastgroup is None or (touched and not touched(match.span())):
            continue
        base, run = match.start(), match[0]
        for start, end in _alphabets(run, scan.least):
            # Padding belongs to the run that is replaced.
            padding = _PADDING.match(text, base + end)
            stop = padding.end() if padding else base + end
            for how, data in _unpacked(run[start:end], scan):
                yield base + start, stop, how, data
        for hexed in scan.hexes.finditer(run):
            for offset in (0, 1):
                digits = hexed[0][offset:]
                data = bytes.fromhex(digits[: len(digits) & ~1])
                for how, plain in _promising("hex", data, scan):
                    yield base + hexed.start(), base + hexed.end(), how, plain
        if base >= wrapped and (lines := _WRAPPED.match(text, base)):
            # Base64 in lines, as in mail and PEM.
            wrapped = lines.end()
            yield base, wrapped, ("base64",), unbase64("".join(lines[0].split()))


@dataclass(frozen=True, slots=True)
class _Scan:
    least: int
    runs: re.Pattern[str]
    runs_and_escapes: re.Pattern[str]
    hexes: re.Pattern[str]
    ascii_groups: re.Pattern[str]
    value: re.Pattern[bytes]


_PADDING = re.compile("={1,2}")
_WRAPPED = re.compile(r"(?:[A-Za-z0-9+/]{60,76}\r?\n)+[A-Za-z0-9+/]*={0,2}")
# Four base64 characters that decode to three bytes below 0x80, by the bits each contributes.
_SEXTETS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_ASCII_GROUP = "".join(
    "["
    + "".join(
        re.escape(c)
        for v, c in enumerate(_SEXTETS + "-_")
        if not (62 + v % 2 if v > 63 else v) & mask
    )
    + "]"
    for mask in (32, 8, 2, 0)
)


@cache
def _scan(sought: Sought) -> _Scan:
    least = max(6, sought.shortest * 4 // 3)
    # Two of the bytes at the edges of a stretch may share their groups with something else.
    groups = max(0, (sought.stretch - 2) // 3)
    run = f"(?P<run>[A-Za-z0-9+/_-]{{{least},}})"
    return _Scan(
        least=least,
        runs=re.compile(f"(?<![A-Za-z0-9+/_-]){run}"),
        runs_and_escapes=re.compile(f"%[0-9a-fA-F]{{2}}|{_BACKSLASH.pattern}|{run}", re.DOTALL),
        hexes=re.compile(f"[0-9a-fA-F]{{{2 * sought.shortest},}}"),
        ascii_groups=re.compile(f"(?:{_ASCII_GROUP}){{{groups}}}"),
        value=re.compile(b"[ -~]{%d}" % sought.stretch),
    )


def _alphabets(run: str, least: int) -> Iterator[Span]:
    """The pieces of a run in one alphabet each: first base64url, then the standard one."""
    whole = (0, len(run))
    pieces = dict.fromkeys(
        match.span()
        for alphabet in (_URL_PIECE, _STANDARD_PIECE)
        for match in alphabet.finditer(run)
    )
    return (span for span in pieces if span == whole or span[1] - span[0] >= least)


_URL_PIECE = re.compile("[^+/]+")
_STANDARD_PIECE = re.compile("[^_-]+")


def _unpacked(run: str, scan: _Scan) -> Iterator[tuple[tuple[str, ...], bytes]]:
    texty = scan.ascii_groups.search(run) is not None
    if not texty and len(run) < 24 and run[1:].islower():
        return  # a word: neither does it decode to text nor would deflate look like it
    for offset in range(4):
        yield from _promising("base64", unbase64(run[offset:]), scan, texty)


def _promising(
    coding: str, data: bytes, scan: _Scan, texty: bool = True
) -> Iterator[tuple[tuple[str, ...], bytes]]:
    if texty and scan.value.search(data):
        yield (coding,), data
    if (plain := inflate(data)) is not None and scan.value.search(plain):
        yield (coding, "deflate"), plain

"""The leak gate: re-reads every byte that a run has written and looks for every secret.

The gate does not trust redaction, and so does not work like it. Redaction decodes and compares;
the gate first encodes every secret in the ways in which secrets travel, and looks for the encoded
bytes. Only then does it decode as well, for what no list of encodings can foresee. Archives,
PNG text and pictures embedded in HTML are unpacked; pixels are not read, they have no text.
"""

import html
import io
import json
import re
import zipfile
import zlib
from base64 import b64encode, urlsafe_b64encode
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, quote_plus

from ahocorasick_rs import BytesAhoCorasick

from reports.redaction.codings import inflate, unbase64
from reports.redaction.secrets import Vault

MAX_MEMBER = 64 * 1024 * 1024
"""Bytes of one archive member that are read; a bigger one is an error."""
_NESTING = 4
_PNG = b"\x89PNG\r\n\x1a\n"
# Data URIs of the report, and the screenshots of the run log.
_EMBEDDED = re.compile(
    rb"data:[a-z]+/[a-z0-9.+-]+;base64,([A-Za-z0-9+/=]{64,})|\"(iVBORw0KGgo[A-Za-z0-9+/=]{64,})\""
)
# No format reserves these (RFC 3986 section 2.3), and most secrets are made of them alone.
_UNRESERVED = re.compile("[A-Za-z0-9._~-]+")
# Bytes of each form that are looked for; the rest is compared. Forms of thousands of tokens would
# make an automaton of gigabytes.
_TAIL = 12
_STRIDE = 256 * 1024
_OVERLAP = 16 * 1024


@dataclass(frozen=True, slots=True)
class Leak:
    """A secret in a file: its label, never its value.

    ``offset`` is a byte position in the file, or in the member that ``encoding`` names.
    """

    path: Path
    offset: int
    label: str
    encoding: str

    def __str__(self) -> str:
        return f"{self.path}, byte {self.offset}: {self.label} ({self.encoding})"


class UnreadableArtefactError(Exception):
    """Something under the paths could not be read, so nobody can say that it holds no secret."""


def find_leaks(paths: Iterable[Path], vault: Vault) -> list[Leak]:
    """Every secret of the vault in any file under the paths, in any encoding.

    Links are not followed; the names of files are searched too. Raises
    :class:`UnreadableArtefactError` for a path that is not there or a file that cannot be read.
    """
    gate = _Gate(vault)
    return [leak for path in paths for file in _files(path) for leak in gate.search(file)]


def _files(path: Path) -> Iterator[Path]:
    if path.is_dir() and not path.is_symlink():
        for child in sorted(path.iterdir()):
            yield child
            if child.is_dir() and not child.is_symlink():
                yield from _files(child)
    elif path.exists() or path.is_symlink():
        yield path
    else:
        raise UnreadableArtefactError(f"{path} is not there; the leak gate cannot vouch for it.")


class _Gate:
    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._forms: dict[bytes, tuple[str, str]] = {}
        lengths: dict[bytes, set[int]] = {}
        for secret in vault.secrets():
            for encoding, form in encodings(secret.reveal()):
                if form not in self._forms:
                    self._forms[form] = secret.label, encoding
                    lengths.setdefault(form[-_TAIL:], set()).add(len(form))
        self._lengths = list(lengths.values())
        self._tails = BytesAhoCorasick(list(lengths)) if lengths else None

    def search(self, path: Path) -> Iterator[Leak]:
        found = self._in_text(path.name.encode("utf-8", "surrogateescape"), "file name")
        if path.is_symlink():
            found |= self._in_text(str(path.readlink()).encode(), "target of a link")
        elif path.is_file():
            try:
                for where, content in _contents(path.read_bytes()):
                    found |= self._in_text(content, where)
            except (OSError, zlib.error, zipfile.BadZipFile, RuntimeError, EOFError) as error:
                raise UnreadableArtefactError(
                    f"{path} cannot be read to its end ({error}); "
                    "the leak gate cannot vouch for it."
                ) from None
        for (label, encoding), offset in found.items():
            yield Leak(path, offset, label, encoding)

    def _in_text(self, data: bytes, where: str) -> dict[tuple[str, str], int]:
        """The first offset of each (label, encoding) in the bytes."""
        found: dict[tuple[str, str], int] = {}
        spots: dict[str, list[int]] = {}
        suffix = f" in {where}" if where else ""
        text = data.decode("latin-1")
        for start, end, label, encoding in self._encoded(data):
            if not self._vault.wrote(text, start, end):
                insort(spots.setdefault(label, []), start)
                found.setdefault((label, encoding + suffix), start)
        for base in range(0, max(len(text), 1), _STRIDE):
            for sighted in self._vault.find(text[base : base + _STRIDE + _OVERLAP]):
                start, end = base + sighted.start, base + sighted.end
                told = spots.get(sighted.label, [])
                if bisect_left(told, start) == bisect_left(told, end):  # none of them lies between
                    how = " in ".join(reversed(sighted.how)) or "raw"
                    found.setdefault((sighted.label, how + suffix), start)
        return found

    def _encoded(self, data: bytes) -> Iterator[tuple[int, int, str, str]]:
        """Every form of every secret in the bytes: start, end, label, encoding."""
        if self._tails is None:
            return
        for index, _, end in self._tails.find_matches_as_indexes(data, overlapping=True):
            for length in self._lengths[index]:
                start = end - length
                if start >= 0 and (name := self._forms.get(data[start:end])):
                    yield start, end, *name


def encodings(value: str) -> Iterator[tuple[str, bytes]]:
    """The ways in which a secret travels: (name of the encoding, bytes)."""
    raw = value.encode("utf-8", "surrogatepass")
    yield "raw", raw
    yield "UTF-16", value.encode("utf-16-le", "surrogatepass")
    everything = "%" + raw.hex("%")
    for cased in (everything.upper(), everything):
        yield "percent", cased.encode()
        yield "double percent", cased.replace("%", "%25").encode()
    yield "hex", raw.hex().encode()
    yield "hex", raw.hex().upper().encode()
    # JSON escapes the units of UTF-16: two for a character beyond the first 65,536.
    units = value.encode("utf-16-be", "surrogatepass").hex("%", 2)
    yield "JSON", ("\\u" + units.replace("%", "\\u")).encode()
    if not _UNRESERVED.fullmatch(value):
        yield from _escaped_forms(value, raw)
    if len(raw) >= 6:
        yield from _base64_forms(raw)


def _escaped_forms(value: str, raw: bytes) -> Iterator[tuple[str, bytes]]:
    """The forms in which only the characters that a format reserves are escaped."""
    for text in (quote(raw), quote(raw, safe=""), quote_plus(raw)):
        for cased in (text, re.sub("%..", lambda match: match[0].lower(), text)):
            yield "percent", cased.encode()
            yield "double percent", quote(cased, safe="").encode()
    yield "JSON", json.dumps(value)[1:-1].encode()
    yield "HTML", html.escape(value).encode("utf-8", "surrogatepass")
    yield "Python repr", repr(value)[1:-1].encode("utf-8", "surrogatepass")


def _base64_forms(raw: bytes) -> Iterator[tuple[str, bytes]]:
    """The characters of base64 that only the secret decides, at each of three alignments."""
    for shift in range(3):
        padded = b"\0" * shift + raw
        first, last = (shift * 8 + 5) // 6, len(padded) * 8 // 6
        for name, encode in (("base64", b64encode), ("base64url", urlsafe_b64encode)):
            yield name, encode(padded)[first:last]


def _contents(data: bytes, where: str = "", depth: int = 0) -> Iterator[tuple[str, bytes]]:
    """The bytes themselves, and whatever is packed in them: (where, bytes)."""
    if data.startswith(_PNG):
        yield from _png(data, where)
        return
    members = list(_members(data)) if depth < _NESTING else []
    for name, member in members:
        yield from _contents(member, f"{name} of {where}" if where else name, depth + 1)
    # Embedded pictures were unpacked; as a run of base64 they would be decoded again for nothing.
    yield where, _EMBEDDED.sub(lambda match: b" " * len(match[0]), data) if members else data


def _members(data: bytes) -> Iterator[tuple[str, bytes]]:
    if data.startswith(b"\x1f\x8b"):
        unpacker = zlib.decompressobj(47)
        yield "gzip", _whole(unpacker.decompress(data, MAX_MEMBER + 1))
    if data.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for info in archive.infolist():
                yield "zip member name", info.filename.encode()
                with archive.open(info) as member:
                    yield f"zip member {info.filename}", _whole(member.read(MAX_MEMBER + 1))
    for match in _EMBEDDED.finditer(data):
        yield "embedded data", unbase64((match[1] or match[2]).decode())


def _whole(member: bytes) -> bytes:
    if len(member) > MAX_MEMBER:
        raise EOFError(f"an archive member is bigger than {MAX_MEMBER} bytes")
    return member


def _png(data: bytes, where: str) -> Iterator[tuple[str, bytes]]:
    """The chunks of a PNG except its pixels; what trails the last chunk is read as bytes."""
    position = len(_PNG)
    while position + 12 <= len(data):
        length = int.from_bytes(data[position : position + 4])
        kind = data[position + 4 : position + 8]
        chunk = data[position + 8 : position + 8 + length]
        position += 12 + length
        name = f"PNG {kind.decode('latin-1')}" + (f" of {where}" if where else "")
        if kind not in {b"IDAT", b"fdAT"}:
            yield name, chunk
            yield from ((name, plain) for plain in _png_text(kind, chunk))
        if kind == b"IEND":
            break
    if data[position:]:
        yield "bytes after the PNG" + (f" of {where}" if where else ""), data[position:]


def _png_text(kind: bytes, chunk: bytes) -> Iterator[bytes]:
    """The text of a compressed zTXt or iTXt chunk."""
    if kind in {b"zTXt", b"iTXt"}:
        for start in (match.start() for match in re.finditer(b"\x78[\x01\x5e\x9c\xda]", chunk)):
            if (plain := inflate(chunk[start:])) is not None:
                yield plain

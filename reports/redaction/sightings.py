"""Secrets by name: which values of an HTTP message OAuth and OpenID Connect call secret.

What is found here goes into the vault before anything is written; from then on redaction is by
value. Names are looked for in queries, fragments, forms, JSON, HTML, cookies and the headers that
carry URLs or credentials, and in whatever is nested in their values.

A value counts from 8 characters on: RFC 6749 section 10.10 asks for values that cannot be guessed,
and anything shorter can be; labelling ``state=1`` would only cut holes into the log. Values that
read like words or addresses (``authorization_code``, ``/account/home``) do not count either,
except under a name that always means a credential.
"""

import html
import json
import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import unquote, unquote_plus

from reports.redaction.codings import unbase64

_LEAST = 8
_DEPTH = 6
_JSON_LEVELS = 64

_CREDENTIALS = frozenset(
    (
        "access_token",
        "refresh_token",
        "id_token",
        "id_token_hint",
        "logout_token",
        "subject_token",
        "actor_token",
        "registration_access_token",
        "code_verifier",
        "client_secret",
        "password",
        "device_code",
        "assertion",
        "client_assertion",
    )
)
_GUARDED = frozenset(
    ("code", "state", "nonce", "request_uri", "code_challenge", "session_state", "user_code")
)
_NAMES = _CREDENTIALS | _GUARDED
PUBLIC = "public"
"""The kind of an S256 challenge: no secret, even if a thief later offers it as the verifier."""

_ALIASES = {"passwd": "password", "pwd": "password", "samlresponse": "assertion"}
_CSRF = re.compile(r"csrf|xsrf|requestverificationtoken|authenticity_token", re.IGNORECASE)
_WORDS = re.compile(r"[a-z]+(?:[ _.:-][a-z]+)*|[A-Z]+(?:[ _.:-][A-Z]+)*")
_ADDRESS = re.compile(r"/|\.{1,2}/|[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_TAG = re.compile(r"<(?:input|a|form|meta|iframe|link|script|img|button)\b[^<>]*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([a-zA-Z-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_JSON_PAIR = re.compile(
    r'["\']?\b([A-Za-z_]{4,})["\']?\s*[:=]\s*(?:"([^"\\]{8,})"|\'([^\'\\]{8,})\')'
)
_PAIR = re.compile(r"(?:^|[?&#;])([^=&#?;\s\"'<>]{1,64})=([^&#\s\"'<>]*)")

_Pairs = Iterator[tuple[str, str]]


def sightings(
    url: str = "", headers: Iterable[tuple[str, str]] = (), body: str = ""
) -> list[tuple[str, str]]:
    """The secrets of one HTTP message as (kind, value), each once, in the order of reading."""
    found = [*_in_text(url, 0)]
    for name, value in headers:
        found += _in_header(name.lower(), value)
    found += _in_text(body, 0)
    return list(dict.fromkeys(found))


def _in_header(name: str, value: str) -> _Pairs:
    if name == "authorization":
        yield from _authorization(value)
    elif name == "cookie":
        for part in value.split(";"):
            yield from _cookie(part)
    elif name == "set-cookie":
        # Proxies may join several into one line; a date has a comma too, but no '=' after it.
        for line in re.split(r",(?=\s*[^;,=\s]+=)", value):
            yield from _cookie(line.partition(";")[0])
    elif "=" in value or "://" in value:
        yield from _in_text(value, 0)


def _authorization(value: str) -> _Pairs:
    scheme, _, rest = value.strip().partition(" ")
    rest = rest.strip()
    if scheme.lower() in {"bearer", "dpop"}:
        yield from _judge("access_token", rest)
    elif scheme.lower() == "basic":
        try:
            _, colon, secret = b64decode(rest).decode("utf-8").partition(":")
        except (Base64Error, ValueError):
            return
        if colon and secret:
            # RFC 6749 section 2.3.1: both halves are form-encoded before they are joined.
            yield from _judge("client_secret", unquote_plus(secret))
            yield from _judge("authorization", rest)


def _cookie(part: str) -> _Pairs:
    name, equals, value = part.strip().partition("=")
    value = value.strip('"')
    if equals:
        kind = _kind(name) or "cookie"
        yield from _judge(kind, _unquoted(value))
        yield from _in_text(_unquoted(value), 1)


def _in_text(text: str, depth: int) -> _Pairs:
    """Whatever a text turns out to be: JSON, HTML, a URL, a form, base64 of one of them."""
    if len(text) < _LEAST or depth > _DEPTH:
        return
    stripped = text.strip()
    if stripped[0:1] in {"{", "["}:
        try:
            yield from _in_json(json.loads(stripped), depth)
            return
        except (ValueError, RecursionError):
            pass
    if "<" in text:
        yield from _in_html(text, depth)
    elif "=" in text:
        yield from _in_pairs(text, depth)
    elif decoded := [*_readable(text)]:
        for part in decoded:
            yield from _in_text(part, depth + 1)
    elif "%" in text and (plain := _unquoted(text)) != text:
        yield from _in_text(plain, depth + 1)


def _in_pairs(text: str, depth: int) -> _Pairs:
    pairs = [(unquote(name), value) for name, value in _PAIR.findall(text)]
    plain = dict(pairs).get("code_challenge_method", "plain") == "plain"
    for name, value in pairs:
        kind = _kind(name)
        if kind == "code_challenge":
            yield from _judge("code_verifier" if plain else PUBLIC, _unquoted(value))
            continue
        spaced = kind in {"password", "client_secret"}
        decoded = unquote_plus(value) if spaced else _unquoted(value)
        if kind:
            yield from _judge(kind, decoded)
        yield from _in_text(decoded, depth + 1)


def _in_json(value: Any, depth: int, name: str = "", level: int = 0) -> _Pairs:
    if level > _JSON_LEVELS:
        return
    if isinstance(value, dict):
        plain = value.get("code_challenge_method", "plain") == "plain"
        for key, item in value.items():
            if key == "code_challenge" and not plain and isinstance(item, str):
                yield from _judge(PUBLIC, item)
                continue
            yield from _in_json(item, depth, key, level + 1)
    elif isinstance(value, list):
        for item in value:
            yield from _in_json(item, depth, "", level + 1)
    elif isinstance(value, str):
        if kind := _kind(name):
            yield from _judge("code_verifier" if kind == "code_challenge" else kind, value)
        yield from _in_text(value, depth + 1)


def _in_html(text: str, depth: int) -> _Pairs:
    for tag in _TAG.findall(text):
        found = {
            name.lower(): html.unescape(double or single or bare)
            for name, double, single, bare in _ATTRIBUTE.findall(tag)
        }
        if "value" in found and (kind := _kind(found.get("name", ""))):
            yield from _judge(kind, found["value"])
        for value in found.values():
            if "=" in value:
                yield from _in_text(value, depth + 1)
    # Scripts: the pairs of an object literal, as in the web message response mode.
    for name, double, single in _JSON_PAIR.findall(text):
        if (kind := _kind(name)) and kind != "code_challenge":
            yield from _judge(kind, double or single)


def _kind(name: str) -> str:
    lower = name.lower()
    if lower in _NAMES:
        return lower
    if lower in _ALIASES:
        return _ALIASES[lower]
    return "csrf" if _CSRF.search(name) else ""


def _judge(kind: str, value: str) -> _Pairs:
    if len(value) < _LEAST or value == kind:
        return
    wordy = _ADDRESS.match(value) or (len(value) < 24 and _WORDS.fullmatch(value))
    if kind in _CREDENTIALS or kind == "authorization" or not wordy:
        yield kind, value


def _unquoted(value: str) -> str:
    plain = unquote(value)
    return value if "\ufffd" in plain else plain


def _readable(text: str) -> Iterator[str]:
    """What base64 hides in a text and its parts, where that is JSON, a form or a URL."""
    if not re.fullmatch(r"[A-Za-z0-9+/_.-]+={0,2}", text):
        return
    for part in text.split("."):
        try:
            data = unbase64(part)
        except ValueError:
            continue
        if data[:1] in {b"{", b"["} or (b"=" in data and data.isascii()):
            with suppress(UnicodeDecodeError):
                yield data.decode("utf-8")

"""Towards a server that is not ours: slowly, by name, and no further once it has had enough.

A mitmproxy addon. What it holds back is never answered in the server's name: the connection is
ended, so that nobody takes it for a refusal.
"""

import asyncio
import json
import re
import time
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from importlib.metadata import version
from urllib.parse import parse_qs, unquote_plus

from mitmproxy import http

from scenarios.stage.guard import AUTHORITY
from scenarios.stage.recorder import REASON, url_of
from scenarios.stage.scope import Authority

_LOCKED = frozenset({423, 429})
_PAGES = re.compile(
    rb"g-recaptcha|h-captcha|cf-turnstile"
    rb"|(account|user) (is|has been) (temporarily )?(locked|disabled)"
    rb"|too many (failed )?(log.?in |sign.?in )?attempts",
    re.IGNORECASE,
)


class HadEnoughError(Exception):
    """The server, or the target file, wants no more requests. The text says why."""


class AccountRefusedError(HadEnoughError):
    """The server does not take an account's password: to go on could lock the account."""


@dataclass(frozen=True)
class Limits:
    """``per_minute`` requests and ``total`` of a run; 0 for as many as there are."""

    per_minute: int = 0
    total: int = 0


@dataclass(frozen=True)
class Issued:
    """A token that the server has given out to a client of ours, or to somebody in its name."""

    client_id: str
    kind: str
    token: str = field(repr=False)


class Courtesy:
    """Spaces requests to ``hosts``, names the tool in them, and listens for signs of a lock-out.

    ``stopped`` says why nothing more is sent, ``told`` hears that once; ``hears`` is told of every
    token of a token endpoint, so that they can be revoked in the end.
    """

    def __init__(
        self,
        hosts: Collection[Authority],
        limits: Limits,
        is_token_endpoint: Callable[[str], bool],
        told: Callable[[str], None],
        hears: Callable[[Issued], None],
    ) -> None:
        self.stopped = ""
        self._kind: type[HadEnoughError] = HadEnoughError
        self._hosts = frozenset(hosts)
        self._limits = limits
        self._is_token_endpoint = is_token_endpoint
        self._told = told
        self._hears = hears
        self._sent = 0
        self._free = 0.0
        self._name = f"codejack/{version('codejack')}"

    def check(self) -> None:
        """Raises :class:`HadEnoughError`, or the kind of it that it is, once nothing is sent."""
        if self.stopped:
            raise self._kind(self.stopped)

    def refused(self, why: str) -> None:
        """Hear that an account's password was refused. On servers of our own, it locks nobody."""
        if self._hosts:
            self._stop(why, AccountRefusedError)

    async def request(self, flow: http.HTTPFlow) -> None:
        """Wait for a turn, or end the connection where there is none."""
        if flow.response is not None or flow.metadata.get(AUTHORITY) not in self._hosts:
            return
        agent = flow.request.headers.get("User-Agent", "")
        flow.request.headers["User-Agent"] = f"{agent} {self._name}".strip()
        self._sent += 1
        if self._limits.total and self._sent > self._limits.total:
            self._stop(f"the run has sent the {self._limits.total} requests that are allowed")
        elif self._limits.per_minute and not self.stopped:
            await self._turn(60 / self._limits.per_minute)
        # Looked at last: the server may have had enough while this one waited.
        if self.stopped and flow.killable:
            flow.metadata[REASON] = f"codejack has not sent this: {self.stopped}"
            flow.kill()

    def response(self, flow: http.HTTPFlow) -> None:
        """Look whether the server has had enough, and what it has given out."""
        answer = flow.response
        if answer is None or flow.metadata.get(AUTHORITY) not in self._hosts:
            return
        after = answer.headers.get("Retry-After", "")
        if answer.status_code in _LOCKED or (answer.status_code == 503 and after):
            when = f", and wants {after} of waiting" if after else ""
            self._stop(f"the server has answered {answer.status_code}{when}")
        content = answer.get_content(strict=False) or b""
        is_page = "html" in answer.headers.get("Content-Type", "")
        if is_page and (found := _PAGES.search(content)):
            self._stop(f"the server shows a page that says {found[0].decode(errors='replace')!r}")
        if answer.status_code == 200 and self._is_token_endpoint(url_of(flow).partition("?")[0]):
            self._listen(flow.request, content)

    async def _turn(self, seconds: float) -> None:
        now = time.monotonic()
        self._free = max(self._free, now) + seconds
        await asyncio.sleep(max(0.0, self._free - seconds - now))

    def _stop(self, why: str, kind: type[HadEnoughError] = HadEnoughError) -> None:
        if not self.stopped:
            self.stopped, self._kind = why, kind
            self._told(why)

    def _listen(self, request: http.Request, content: bytes) -> None:
        try:
            said = json.loads(content)
        except (ValueError, RecursionError):
            return
        for kind in ("refresh_token", "access_token"):
            if isinstance(said, dict) and isinstance(said.get(kind), str):
                self._hears(Issued(_client_of(request), kind, said[kind]))


def _client_of(request: http.Request) -> str:
    """Who asks for a token, by the form or by HTTP Basic (RFC 6749 section 2.3.1)."""
    form = parse_qs(request.get_text(strict=False) or "")
    if named := form.get("client_id"):
        return named[0]
    scheme, _, pair = request.headers.get("Authorization", "").partition(" ")
    try:
        named_first = b64decode(pair).decode() if scheme.lower() == "basic" else ""
    except (Base64Error, ValueError):
        return ""
    return unquote_plus(named_first.partition(":")[0])

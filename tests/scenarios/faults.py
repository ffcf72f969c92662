"""Faults: one thing at a time that goes wrong while scenarios are played on the real stage.

Each is built to tempt the judge: what it leaves in the log looks, in part, like a theft or like a
refusal. ``struck`` counts how often a fault really happened; a fault that never did proves nothing.
"""

import asyncio
import json
import os
import signal
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reports.records import Exchange, PlayFinished, PlayStarted, Record
from scenarios.play import Play
from scenarios.registry import Script
from scenarios.stage import sweep
from scenarios.stage.options import StageOptions
from scenarios.stage.stage import Stage
from victim.identity_provider import DEMO

AT_BROWSERS = (
    "stolen-code/custom-scheme/s256",
    "stolen-code-seen-request/loopback/no-pkce",
    "own-flow/loopback/no-pkce",
    "injected-code/plaintext/s256",
)
"""One cell of each kind of scenario: some in which the attack must win, some where it must not."""

EACH_KIND = (
    "stolen-code/access-log/s256",
    "stolen-code-seen-request/access-log/no-pkce",
    "own-flow/access-log/no-pkce",
    "injected-code/access-log/s256",
)
"""The same where a server fails, and takes its time: what browsers do plays no part in that."""

BLOCKED = (
    "stolen-code/access-log/s256",
    "stolen-code-seen-request/access-log/s256",
    "injected-code/access-log/s256",
)
"""Cells in which the server must refuse: what a fault after the attack could leave standing."""

MANY = (*EACH_KIND, "stolen-code/access-log/no-pkce", "stolen-code/access-log/plain")
"""Several attacks, some of them between the same two honest logins."""

WON = (
    "stolen-code/access-log/no-pkce",
    "own-flow/access-log/no-pkce",
    "stolen-code-seen-request/access-log/no-pkce",
    "injected-code/access-log/no-pkce",
)
"""Cells in which the code is redeemed, so that userinfo decides."""

type SetStage = Callable[..., AbstractAsyncContextManager[Stage]]


@dataclass
class Fault:
    """Nothing wrong yet. ``wrap`` stands around servers, ``hear`` hears every record."""

    cells: tuple[str, ...] = EACH_KIND
    struck: Counter[str] = field(default_factory=Counter)
    kinds: dict[str, str] = field(default_factory=dict)
    """Control or attack, by play."""
    run_ends: bool = False
    """Whether the fault ends the whole run; otherwise every play must have been tried."""

    def wrap(self, actor: str, app: ASGIApp) -> ASGIApp:
        return app

    def hear(self, record: Record) -> None:
        if isinstance(record, PlayStarted):
            self.kinds[record.play] = record.kind

    def set_stage(self, original: SetStage) -> SetStage:
        return original

    def script(self, original: Script) -> Script:
        return original

    def in_attack(self, scope: Scope) -> bool:
        """Whether a request to the provider belongs to an attack: the client says for which play
        it asks, and whoever does not say is the thief."""
        trace = dict(scope["headers"]).get(b"traceparent", b"").decode()
        return not trace or self.kinds[f"p{int(trace.split('-')[1], 16)}"] == "attack"


@dataclass(frozen=True)
class Trouble:
    """One wrong answer. ``cut_short``: the connection closes in the middle of it."""

    status: int
    body: str
    cut_short: bool = False
    content_type: str = "application/json"

    async def respond(self, receive: Receive, send: Send) -> None:
        await _whole(receive)
        content = self.body.encode()
        length = len(content) + (100 if self.cut_short else 0)
        headers = [
            (b"content-type", self.content_type.encode()),
            (b"content-length", str(length).encode()),
        ]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": content, "more_body": self.cut_short})


@dataclass(frozen=True)
class Silence(Trouble):
    """No answer at all."""

    status: int = 0
    body: str = ""

    async def respond(self, receive: Receive, send: Send) -> None:
        await asyncio.sleep(3600)


@dataclass
class Answer(Fault):
    """An endpoint of the provider answers with one trouble after the other, without its work.

    With ``attacks_only`` the honest logins work, which is what makes a judge believe the rest.
    """

    endpoint: str = "/token"
    troubles: tuple[Trouble, ...] = ()
    attacks_only: bool = False

    def wrap(self, actor: str, app: ASGIApp) -> ASGIApp:
        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            ours = actor == "identity-provider" and scope["path"].endswith(self.endpoint)
            if ours and (self.in_attack(scope) or not self.attacks_only):
                trouble = self.troubles[self.struck.total() % len(self.troubles)]
                self.struck[str(trouble)] += 1
                await trouble.respond(receive, send)
            else:
                await app(scope, receive, send)

        return answer


@dataclass
class DownAfter(Fault):
    """The provider is down for a client once a play of this kind has ended at that client."""

    kind: str = "control"
    _clients: dict[str, str] = field(default_factory=dict)
    _down: set[str] = field(default_factory=set)

    def hear(self, record: Record) -> None:
        super().hear(record)
        match record:
            case Exchange() if "client_id" in record.request.query and record.play:
                self._clients.setdefault(record.play, record.request.query["client_id"])
            case PlayFinished() if self.kinds[record.play] == self.kind:
                if client := self._clients.get(record.play):
                    self._down.add(client)

    def wrap(self, actor: str, app: ASGIApp) -> ASGIApp:
        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            query = dict(parse_qsl(scope.get("query_string", b"").decode()))
            if actor == "identity-provider" and query.get("client_id") in self._down:
                self.struck["refused"] += 1
                await send({"type": "http.response.start", "status": 503, "headers": []})
                await send({"type": "http.response.body", "body": b"down for maintenance"})
                return
            await app(scope, receive, send)

        return answer


@dataclass
class WrongPassword(Fault):
    """The user has forgotten the password: the login form refuses, again and again."""

    cells: tuple[str, ...] = AT_BROWSERS

    def set_stage(self, original: SetStage) -> SetStage:
        @asynccontextmanager
        async def forgetful(*args: object) -> AsyncIterator[Stage]:
            async with original(*args) as stage:
                self.struck["forgotten"] += 1
                target = stage.target
                target.tenant(DEMO)  # which still knows the right one
                forgotten = replace(target.people.victim, password="not the password")
                target.people = replace(target.people, victim=forgotten)
                yield stage

        return forgetful


class BrokenScript(Fault):
    """The script raises in the middle: just after the code was presented, whatever came of it."""

    def script(self, original: Script) -> Script:
        async def broken(play: Play) -> None:
            redeem = play.thief.redeem

            async def redeem_and_fail(*items: Any) -> None:
                await redeem(*items)
                self.struck["after redeeming"] += 1
                raise RuntimeError("the script broke")

            async def inject_and_fail(*items: Any) -> None:
                assert inject is not None
                await inject(*items)
                self.struck["after injecting"] += 1
                raise RuntimeError("the script broke")

            inject = play.at_client.inject if play.at_client else None
            vars(play.thief)["redeem"] = redeem_and_fail
            if play.at_client:
                vars(play.at_client)["inject"] = inject_and_fail
            await original(play)

        return broken


@dataclass
class NobodyInTheWay(Fault):
    """The attacks are broken: no squatter, no malicious app, nobody on the path."""

    cells: tuple[str, ...] = AT_BROWSERS

    def set_stage(self, original: SetStage) -> SetStage:
        @asynccontextmanager
        async def honest(options: StageOptions, *args: object) -> AsyncIterator[Stage]:
            async with original(replace(options, ipv6=False), *args) as stage:
                self.struck["honest"] += 1
                # The set is not the one that the addon on the path reads.
                yield replace(stage, shared_device=stage.honest_device, intercepted_sessions=set())

        return honest


@dataclass
class KilledBrowser(Fault):
    """Somebody ends Chromium while the first attack is being played."""

    cells: tuple[str, ...] = AT_BROWSERS
    run_ends: bool = True

    def hear(self, record: Record) -> None:
        if isinstance(record, PlayStarted) and record.kind == "attack" and not self.struck:
            for pid in _browsers_of(os.getpid()):
                os.kill(pid, signal.SIGKILL)
                self.struck["killed"] += 1


def _browsers_of(runner: int) -> list[int]:
    """The main processes of the browsers that this runner started, directly or not."""
    alive = {one.pid: one for one in sweep.processes()}

    def ours(pid: int) -> bool:
        while pid in alive and pid != runner:
            pid = alive[pid].parent
        return pid == runner

    def is_browser(pid: int) -> bool:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        driven = any(word.startswith(b"--remote-debugging-") for word in words)
        return driven and not any(word.startswith(b"--type=") for word in words)

    return [pid for pid in alive if ours(pid) and is_browser(pid)]


async def _whole(receive: Receive) -> None:
    message: Message = await receive()
    while message.get("more_body"):
        message = await receive()


REFUSAL = json.dumps({"error": "invalid_grant"})
TOKEN = json.dumps({"access_token": "made-up-" + "x" * 30, "token_type": "Bearer"})

AT_TOKEN_ENDPOINT = (
    Trouble(500, REFUSAL),
    Trouble(429, REFUSAL),
    Trouble(400, REFUSAL, cut_short=True),
    Trouble(200, TOKEN),
    Trouble(200, TOKEN, cut_short=True),
    Trouble(200, "<h1>Hello</h1>", content_type="text/html"),
    Silence(),
)
AT_USERINFO = (
    Trouble(401, json.dumps({"error": "invalid_token"})),
    Trouble(200, json.dumps({"sub": "somebody-else", "name": "Somebody Else"})),
    Trouble(500, json.dumps({"sub": "somebody-else"})),
    Silence(),
)
STRANGERS = tuple(Trouble(200, json.dumps({"sub": f"stranger-{n}"})) for n in range(50))

FAULTS: dict[str, Callable[[], Fault]] = {
    "the token endpoint refuses everybody with invalid_grant": lambda: Answer(
        cells=AT_BROWSERS, troubles=(Trouble(400, REFUSAL),)
    ),
    "the token endpoint never answers": lambda: Answer(troubles=(Silence(),)),
    "the token endpoint fails, in attacks only": lambda: Answer(
        cells=MANY, troubles=AT_TOKEN_ENDPOINT, attacks_only=True
    ),
    "userinfo fails, in attacks only": lambda: Answer(
        cells=WON, endpoint="/userinfo", troubles=AT_USERINFO, attacks_only=True
    ),
    "userinfo names a stranger each time": lambda: Answer(endpoint="/userinfo", troubles=STRANGERS),
    "userinfo calls everybody mallory": lambda: Answer(
        endpoint="/userinfo", troubles=(Trouble(200, json.dumps({"sub": "mallory"})),)
    ),
    "the login form refuses the user": WrongPassword,
    "the provider goes down after the first honest login": DownAfter,
    "the provider goes down after the attack": lambda: DownAfter(cells=BLOCKED, kind="attack"),
    "the script breaks off after the decisive request": BrokenScript,
    "nobody is in the way of the redirect": NobodyInTheWay,
    "the browser is killed": KilledBrowser,
}

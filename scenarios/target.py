"""The server under test and the honest client at it: the built-in pair, or a real server.

A :class:`Site` says where both are reached, before the stage is set. Its :class:`Target` is the
same while the stage is up.
"""

from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, Protocol

import httpx
from playwright.async_api import Page
from starlette.types import ASGIApp

from attacker.thief import Thief
from attacker.vantage import Vantage
from reports.records import PostureInfo
from scenarios.channels import Channel
from scenarios.postures import Posture
from scenarios.registry import Scenario
from scenarios.stage.courtesy import Issued, Limits
from scenarios.stage.scope import Authority
from victim.client import Endpoint
from victim.identity_provider import User
from victim.sign_in.hints import NO_HINTS, Hints

Learn = Callable[[str, str], object]
"""Hears of a secret: its kind, and its value."""


class Key(NamedTuple):
    """What the plays of one group share: the channel, and the posture of client and server."""

    channel: Channel
    posture: Posture

    @property
    def name(self) -> str:
        """The group's name in the run log."""
        return ".".join((self.channel.id, self.posture.id, *self.posture.carries))


@dataclass(frozen=True)
class People:
    """Who has an account: the victim, and the attacker, who is a customer like any other."""

    victim: User
    attacker: User


@dataclass(frozen=True)
class InBrowser:
    """How somebody signs in there: by what the pages show, ``hints``, or a function of one's own.

    ``states`` are files with what a browser keeps (Playwright's storage state), by user name.
    """

    hints: Hints = NO_HINTS
    own: Callable[[Page, str, str], Awaitable[object]] | None = None
    states: Mapping[str, Path] = field(default_factory=dict)


class Target(Protocol):
    """Server and client while the stage is up.

    ``client`` serves the honest client, and ``provider`` the server where it is one of ours.
    """

    people: People

    @property
    def client(self) -> ASGIApp:
        """The honest client."""
        ...

    @property
    def provider(self) -> ASGIApp | None:
        """The server under test; ``None`` where it answers by itself."""
        ...

    @property
    def resource(self) -> ASGIApp | None:
        """A resource server of ours, for a server that shows nobody whose a token is."""
        ...

    def endpoint(self, key: Key) -> Endpoint:
        """The client's endpoint of a group."""
        ...

    def entry(self, key: Key, vantage: Vantage | None = None) -> str:
        """Where the user starts the login; ``vantage`` is that of the attacker, if any."""
        ...

    def equip(self, thief: Thief, key: Key, scenario: Scenario) -> None:
        """Give the thief what it has at this server before it begins."""
        ...

    def set_clock_forward(self, key: Key, seconds: float) -> None:
        """Let time pass for a group's server."""
        ...

    def reset_clock(self, key: Key) -> None:
        """Bring a group's server back to the present."""
        ...

    def strict_refusals(self) -> Iterator[str]:
        """What a hardened server says to the redirect URIs of the channels."""
        ...


@dataclass(frozen=True)
class ClientPlace:
    """An address at which the honest client is reached."""

    host: str
    port: int
    secure: bool


class Site(Protocol):
    """What is under test, and where it is reached.

    ``provider_hosts`` are the hosts at which a user is at the provider, as a URL names them, with
    the port unless it is the usual one. ``remote`` are the authorities at which a server answers
    that is none of ours.
    """

    @property
    def provider_hosts(self) -> frozenset[str]:
        """The hosts of the provider."""
        ...

    @property
    def remote(self) -> Collection[Authority]:
        """What may be dialled as it is named."""
        ...

    @property
    def terms(self) -> Mapping[str, str]:
        """On whose word, and by what policy it is attacked, for a reader of the log."""
        ...

    @property
    def login(self) -> InBrowser | None:
        """How users sign in first; ``None`` where that needs no window."""
        ...

    @property
    def limits(self) -> Limits:
        """How many requests such a server may be sent."""
        ...

    def hear(self, issued: Issued) -> None:
        """Hear of a token that such a server has given out."""
        ...

    @property
    def trusted(self) -> Path | None:
        """Authorities that certificates of such a server may come from, besides the usual ones."""
        ...

    @property
    def client_places(self) -> Collection[ClientPlace]:
        """Where the client is reached, besides its port on loopback."""
        ...

    def is_authorization_endpoint(self, url: str) -> bool:
        """Whether this URL (without a query) is where authorization requests go."""
        ...

    def is_token_endpoint(self, url: str) -> bool:
        """Whether this URL (without a query) is where token requests go."""
        ...

    def describe(self, posture: Posture) -> PostureInfo:
        """A posture for the run log."""
        ...

    def build(self, port: int, learn: Learn, http: httpx.AsyncClient) -> Target:
        """Bring it up.

        ``port`` is the client's on loopback, ``http`` its back channel; ``learn`` hears of every
        secret.
        """
        ...

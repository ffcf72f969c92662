"""Loot: what the thief has learned, and where it saw it. Attack steps take nothing else."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from attacker.vantage import Leg, Vantage

PATIENCE_SECONDS = 10.0

PARAMETERS = frozenset(
    {
        "access_token",
        "client_assertion",
        "client_assertion_type",
        "client_id",
        "client_secret",
        "click",
        "code",
        "code_challenge",
        "code_challenge_method",
        "code_verifier",
        "cookie",
        "form",
        "id_token",
        "iss",
        "nonce",
        "password",
        "redirect_uri",
        "refresh_token",
        "request_uri",
        "scope",
        "session",
        "sign_of_life",
        "state",
        "username",
    }
)
"""The parameters of requests and responses that an attack may need."""


_ASKING = frozenset({"response_type", "request_uri"})


class NothingCapturedError(Exception):
    """The attack needs something that its vantage never showed. The play cannot be judged."""


@dataclass(frozen=True)
class Sighting:
    """Something the channel showed: a URL, a body, the arguments of a process."""

    leg: Leg
    seen_in: str
    where: str
    text: str = field(repr=False)
    parameters: dict[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class LootItem:
    """One value, with the exchange or handover (``seen_in``) that showed it, and ``where``."""

    kind: str
    value: str = field(repr=False)
    leg: Leg
    seen_in: str
    where: str


class LootBag:
    """Collects what the vantage lets through; ``record`` writes each item to the run log."""

    def __init__(self, vantage: Vantage, record: Callable[[LootItem], None]) -> None:
        self.vantage = vantage
        self.sightings: list[Sighting] = []
        self._items: list[LootItem] = []
        self._record = record
        self._changed = asyncio.Event()

    def show(self, sighting: Sighting) -> None:
        """Take a sighting in, unless it lies on a leg that this vantage cannot read."""
        if not self.vantage.sees(sighting.leg):
            return
        self.sightings.append(sighting)
        for kind, value in sighting.parameters.items():
            if kind in PARAMETERS:
                self.add(LootItem(kind, value, sighting.leg, sighting.seen_in, sighting.where))

    def add(self, item: LootItem) -> LootItem:
        """Keep an item that the thief worked out or was given."""
        if item not in self._items:
            self._items.append(item)
            self._record(item)
            self._changed.set()
        return item

    def find(self, kind: str, *legs: Leg) -> LootItem | None:
        """The newest item of a kind, seen on one of these legs (on any leg when none is named).

        The newest, because values of one flow belong together, and an older flow may be over.
        """
        found = (item for item in reversed(self._items) if item.kind == kind)
        return next((item for item in found if not legs or item.leg in legs), None)

    def need(self, kind: str, *legs: Leg) -> LootItem:
        """Like :meth:`find`, but raises :class:`NothingCapturedError`."""
        item = self.find(kind, *legs)
        if item is None:
            raise NothingCapturedError(f"the thief never saw a {kind}")
        return item

    def own_request(self) -> Sighting:
        """The authorization request of the attacker's newest login at the client.

        Raises :class:`NothingCapturedError`.
        """
        for sighting in reversed(self.sightings):
            if sighting.leg is Leg.OWN and asks(sighting.parameters):
                return sighting
        raise NothingCapturedError("the attacker has started no login of its own")

    async def wait_for(self, kind: str, *legs: Leg) -> LootItem:
        """Like :meth:`need`, after waiting up to :data:`PATIENCE_SECONDS` for it to be shown."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while (item := self.find(kind, *legs)) is None:
                    self._changed.clear()
                    await self._changed.wait()
                return item
        except TimeoutError:
            raise NothingCapturedError(
                f"no {kind} reached the thief within {PATIENCE_SECONDS:.0f} s"
            ) from None


def asks(parameters: Mapping[str, str]) -> bool:
    """Whether these are of an authorization request, or refer to one that was pushed (RFC 9126)."""
    return not _ASKING.isdisjoint(parameters)

"""The scope: the only hosts and ports that anybody on the stage may reach. Default is deny."""

from dataclasses import dataclass, field
from typing import NamedTuple


class Authority(NamedTuple):
    """A host name and port exactly as a request names them."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True)
class Place:
    """Who answers at an authority (an actor of the run log), and the loopback socket behind it."""

    actor: str
    address: tuple[str, int]


@dataclass
class Scope:
    """Maps each declared authority to its place.

    Names are compared as written: no wildcard, no case folding beyond DNS, no address arithmetic.
    ``::ffff:127.0.0.1`` is therefore not ``127.0.0.1``, and nothing but what was declared resolves.
    """

    places: dict[Authority, Place] = field(default_factory=dict)

    def declare(self, host: str, port: int, place: Place) -> None:
        """Allow one exact authority."""
        self.places[Authority(host, port)] = place

    def find(self, host: str, port: int) -> Place | None:
        """The place behind an authority, or ``None`` when it is out of scope."""
        return self.places.get(Authority(host.lower(), port))

    def is_socket(self, authority: Authority) -> bool:
        """Whether this is the socket of one of our own servers."""
        return any(place.address == authority for place in self.places.values())

    def actor_at(self, host: str, port: int) -> str:
        """The actor behind an authority; ``out-of-scope`` when there is none."""
        place = self.find(host, port)
        return place.actor if place else "out-of-scope"

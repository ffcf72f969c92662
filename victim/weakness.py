"""How a weakness is declared: a field of a policy or of a client's habits, off by default.

The field is named for what is wrong, so that whatever has it on reads as a list of findings.
"""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

METADATA_KEY = "weakness"


@dataclass(frozen=True)
class Weakness:
    """What is wrong with a server or a client that has the switch ``name`` on.

    ``clause`` is the rule that is broken, for example ``RFC9700#2.1.1``. ``published`` names a
    published flaw of that kind, where one is known. ``needs`` are other switches, of either side,
    without which nobody could have this one: an honest login would fail, or nothing would follow.
    """

    name: str
    description: str
    clause: str
    published: str = ""
    needs: tuple[str, ...] = ()


def weakness(
    description: str, *, clause: str, published: str = "", needs: tuple[str, ...] = ()
) -> bool:
    """Declare a switch, off unless it is turned on."""
    details = {
        "description": description,
        "clause": clause,
        "published": published,
        "needs": needs,
    }
    switch: bool = dataclasses.field(default=False, metadata={METADATA_KEY: details})
    return switch


def declared_in(kind: type) -> Iterator[Weakness]:
    """Every switch of a dataclass, in the order of declaration."""
    for field in dataclasses.fields(kind):
        if METADATA_KEY in field.metadata:
            yield Weakness(name=field.name, **field.metadata[METADATA_KEY])

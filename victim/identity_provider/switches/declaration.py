"""How a weakness is declared: a field of a policy, off by default, that says what is wrong."""

import dataclasses
from dataclasses import dataclass

METADATA_KEY = "weakness"


@dataclass(frozen=True)
class Weakness:
    """What is wrong with a server that has the switch ``name`` on.

    ``clause`` is the rule that is broken, for example ``RFC9700#2.1.1``. ``published`` names a
    published flaw of that kind, where one is known.
    """

    name: str
    description: str
    clause: str
    published: str = ""


def weakness(description: str, *, clause: str, published: str = "") -> bool:
    """Declare a switch of a policy, off unless a policy turns it on."""
    details = {"description": description, "clause": clause, "published": published}
    switch: bool = dataclasses.field(default=False, metadata={METADATA_KEY: details})
    return switch

"""Points of pages, as somebody may have found them."""

from typing import NamedTuple


class Spot(NamedTuple):
    """See :class:`attacker.own_pages.Spot`."""

    x: float
    y: float
    width: float
    height: float

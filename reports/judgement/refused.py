"""What a refusal is: the same for all places that can say no."""

from typing import NamedTuple


class Refused(NamedTuple):
    """Who said no, to what, and by which rule. ``doubt`` says what else it may have been."""

    text: str
    evidence: tuple[str, ...]
    decisive: str
    clause: str
    notes: tuple[str, ...] = ()
    doubt: str = ""

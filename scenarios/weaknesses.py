"""Every weakness that the catalogue attacks, of either side, and the postures that have it."""

from collections.abc import Iterable
from dataclasses import fields, replace
from functools import cache

from scenarios.postures import Posture, hardened
from victim.client import Habits, bad_habits
from victim.identity_provider import ClientType, Policy, weaknesses
from victim.weakness import Weakness

_SERVER = frozenset(field.name for field in fields(Policy))
_CLIENT = frozenset(field.name for field in fields(Habits))


@cache
def catalogue() -> dict[str, Weakness]:
    """Every weakness by its name, those of the server first.

    Raises ``ValueError`` when client and server both have one of the same name.
    """
    if shared := _SERVER & _CLIENT:
        raise ValueError(f"named twice: {', '.join(sorted(shared))}")
    return {weakness.name: weakness for weakness in (*weaknesses(), *bad_habits())}


def side_of(name: str) -> str:
    """Whose weakness it is: ``server`` or ``client``."""
    return "server" if name in _SERVER else "client"


def weakened(names: Iterable[str], client_type: ClientType) -> Posture:
    """The hardened posture with these weaknesses, and with what they need to exist.

    Raises ``KeyError`` for a name that is not in the :func:`catalogue`.
    """
    return _weakened(tuple(sorted(names)), client_type)


@cache
def _weakened(chosen: tuple[str, ...], client_type: ClientType) -> Posture:
    # Every scenario asks for the same ones, and the two sides have more than a hundred switches.
    on = _with_needs(chosen)
    base = hardened(client_type)
    return replace(
        base,
        id="+".join(each.replace("_", "-") for each in chosen) + f".{client_type}",
        title=f"{client_type}, {' and '.join(each.replace('_', ' ') for each in chosen)}",
        policy=replace(base.policy, **{each: True for each in on if each in _SERVER}),
        habits=replace(base.habits, **{each: True for each in on if each in _CLIENT}),
        weaknesses=chosen,
        needs=tuple(sorted(on - set(chosen))),
    )


def _with_needs(names: Iterable[str]) -> set[str]:
    on: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in on:
            on.add(name)
            waiting += catalogue()[name].needs
    return on

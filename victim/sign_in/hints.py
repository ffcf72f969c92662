"""Where a target file knows better than the driver: selectors, and a function of its own."""

import importlib.util
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path

from playwright.async_api import Frame, Page

from victim.sign_in.live_page import numbered
from victim.sign_in.next_step import Account, Kind, Step
from victim.user import SignInFailedError


@dataclass(frozen=True)
class Hints:
    """CSS selectors, each "" where the driver finds its way alone."""

    username_field: str = ""
    password_field: str = ""
    submit_button: str = ""
    allow_button: str = ""


NO_HINTS = Hints()
_FIRST = 100_000
"""More than a page has controls: what selectors find is numbered from here."""


async def corrected(
    frame: Frame, found: Step | None, hints: Hints, account: Account
) -> Step | None:
    """The step that was ``found``, or the one that the selectors show instead."""
    name = await numbered(frame, hints.username_field, _FIRST)
    any_password = "input[type=password]" if name else ""
    password = await numbered(frame, hints.password_field or any_password, _FIRST + 1)
    button = await numbered(frame, hints.submit_button, _FIRST + 2)
    if name or password:
        known = found or Step(Kind.USER_NAME)
        typed = {n: text for n, text in known.typed.items() if text == account.username}
        typed = {_FIRST: account.username} if name else typed
        typed |= {_FIRST + 1: account.password} if password else {}
        kind = Kind.PASSWORD if password else Kind.USER_NAME
        return Step(kind, typed=typed, button=button or known.button)
    if found is not None and found.kind in {Kind.USER_NAME, Kind.PASSWORD}:
        return replace(found, button=button or found.button)
    allow = await numbered(frame, hints.allow_button, _FIRST + 3)
    return Step(Kind.CHOICE, button=allow) if allow else found


def own_function(spec: str, folder: Path) -> Callable[[Page, str, str], Awaitable[object]]:
    """The function that ``file.py:name`` names, with the file beside the target file.

    Raises :class:`victim.user.SignInFailedError` if there is none.
    """
    file, _, name = spec.rpartition(":")
    path = folder / file
    found = importlib.util.spec_from_file_location(path.stem, path) if path.is_file() else None
    if found is None or found.loader is None:
        raise SignInFailedError(f"there is no {file or spec!r} in {folder}; write FILE.py:FUNCTION")
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    function: Callable[[Page, str, str], Awaitable[object]] | None = getattr(module, name, None)
    if function is None:
        raise SignInFailedError(f"{path} has no function {name!r}")
    return function

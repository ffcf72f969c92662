"""Waiting until a page has done what it was made to do, wherever that leads."""

import asyncio
from collections.abc import Awaitable, Iterable

from playwright.async_api import Page, Request

_QUIET_SECONDS = 0.5
"""How long nothing must have been on its way: people look a moment longer at a page, too."""
_MOST_SECONDS = 15.0


async def until_quiet(page: Page, action: Awaitable[object]) -> None:
    """Do something to a page, and wait until nothing is on its way, for it or what it opens.

    Raises ``TimeoutError`` when it never gets quiet.
    """
    window = page.context
    waiting: set[Request] = set()
    changed = asyncio.Event()
    seen = set(window.pages)

    def began(request: Request) -> None:
        waiting.add(request)
        changed.set()

    def ended(request: Request) -> None:
        waiting.discard(request)
        changed.set()

    window.on("request", began)
    window.on("requestfinished", ended)
    window.on("requestfailed", ended)
    try:
        await action
        async with asyncio.timeout(_MOST_SECONDS):
            while await _happens(changed) or waiting or await _comes_up(window.pages, seen):
                changed.clear()
    finally:
        window.remove_listener("request", began)
        window.remove_listener("requestfinished", ended)
        window.remove_listener("requestfailed", ended)


async def _happens(changed: asyncio.Event) -> bool:
    try:
        await asyncio.wait_for(changed.wait(), _QUIET_SECONDS)
    except TimeoutError:
        return False
    return True


async def _comes_up(pages: Iterable[Page], seen: set[Page]) -> bool:
    """Whether there are new windows, which have loaded then: their first requests go unheard."""
    new = set(pages) - seen
    seen |= new
    for each in new:
        await each.wait_for_load_state()
    return bool(new)

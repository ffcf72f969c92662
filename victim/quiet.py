"""Waiting until a page has done what it was made to do, wherever that leads."""

import asyncio
from collections.abc import Awaitable

from playwright.async_api import Page, Request

_QUIET_SECONDS = 0.3
"""How long nothing must have been on its way: people look a moment longer at a page, too."""


async def until_quiet(page: Page, action: Awaitable[object]) -> None:
    """Do something to a page, and wait until no request of it or its frames is on its way."""
    waiting: set[Request] = set()
    changed = asyncio.Event()

    def began(request: Request) -> None:
        waiting.add(request)
        changed.set()

    def ended(request: Request) -> None:
        waiting.discard(request)
        changed.set()

    page.on("request", began)
    page.on("requestfinished", ended)
    page.on("requestfailed", ended)
    try:
        await action
        while await _happens(changed) or waiting:
            changed.clear()
    finally:
        page.remove_listener("request", began)
        page.remove_listener("requestfinished", ended)
        page.remove_listener("requestfailed", ended)


async def _happens(changed: asyncio.Event) -> bool:
    try:
        await asyncio.wait_for(changed.wait(), _QUIET_SECONDS)
    except TimeoutError:
        return False
    return True

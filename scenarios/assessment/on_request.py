"""Attacks that are played one at a time, whenever somebody asks for one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from scenarios.performance import Company, Performance
from scenarios.planning import Plan
from scenarios.settings.setting import Setting
from scenarios.target import Key


@dataclass
class _Group:
    """``has_login``: an honest login was played since the last attack, and nobody doubts it."""

    key: Key
    performance: Performance
    setting: Setting
    has_login: bool = False


class OnRequest:
    """The cells of a plan, on a stage that stands. Made by :func:`on_request`."""

    def __init__(self, company: Company, plan: Plan) -> None:
        self._company = company
        self._cells = {
            cell.plan.id: (key, cell) for key, cells in plan.groups.items() for cell in cells
        }
        self._group: _Group | None = None
        self._stack = AsyncExitStack()
        # Whoever gives up waiting for a play may ask for the next while that still ends.
        self._one_at_a_time = asyncio.Lock()

    async def play(self, cell_id: str) -> None:
        """Play a cell between two honest logins.

        The login after the last attack is the one before this, if both are of one group. Raises
        ``KeyError`` for a cell that is not to be played.
        """
        key, cell = self._cells[cell_id]
        async with self._one_at_a_time:
            group = await self._turn_to(key)
            if not group.has_login:
                await group.performance.control(group.setting, "before")
            group.has_login = False
            await group.performance.attack(group.setting, cell)
            await group.performance.control(group.setting, "after")
            group.has_login = True

    def doubt(self) -> None:
        """The last login may not have worked: the next attack waits for another."""
        if self._group is not None:
            self._group.has_login = False

    async def aclose(self) -> None:
        """Leave the setting of the last play."""
        async with self._one_at_a_time:
            await self._stack.aclose()

    async def _turn_to(self, key: Key) -> _Group:
        # One group at a time, as in every run: the settings share the victim's program.
        if self._group is None or self._group.key != key:
            await self._stack.aclose()
            performance = Performance(self._company, key, ())
            setting = await self._stack.enter_async_context(performance.setting())
            self._group = _Group(key, performance, setting)
        return self._group


@asynccontextmanager
async def on_request(company: Company, plan: Plan) -> AsyncIterator[OnRequest]:
    """Be ready to play the cells of a plan, each when it is asked for."""
    requests = OnRequest(company, plan)
    try:
        yield requests
    finally:
        await requests.aclose()

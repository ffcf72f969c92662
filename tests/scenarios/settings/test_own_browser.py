"""A victim's own browser: a profile on disk, a client that is down, and nothing left of either."""

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from scenarios.settings.own_browser import OwnBrowserSetting


class Context:
    def __init__(self) -> None:
        self.closed = False

    async def close(self) -> None:
        self.closed = True


def test_the_client_is_down_only_while_the_browser_is_open() -> None:
    context, down, assigned = Context(), set[str](), list[tuple[str, str]]()

    async def browser_on_disk(actor: str, session: str, extension: object) -> tuple[Any, Path]:
        return context, Path("/profile")

    stage: Any = SimpleNamespace(
        browser_on_disk=browser_on_disk,
        cast=SimpleNamespace(assign=lambda session, play: assigned.append((session, play))),
        front=SimpleNamespace(down=down),
    )

    class Setting(OwnBrowserSetting):
        def attack(self, play: str, thief: object) -> Any:
            raise NotImplementedError

    setting = Setting(stage, None, "group", lambda record: None)  # type: ignore[arg-type]

    async def visit() -> None:
        async with setting.own_browser("p7") as browser:
            assert browser.profile == Path("/profile")
            assert down == {"group.p7"}

    asyncio.run(visit())

    assert assigned == [("group.p7", "p7")]
    assert down == set()
    assert context.closed

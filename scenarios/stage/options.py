"""How the stage is set."""

from collections.abc import Callable
from dataclasses import dataclass

from starlette.types import ASGIApp

from scenarios.stage.browser import Browser

LOOPBACK_PORT = 5218
"""Where the client of the article listens."""


def _as_it_is(_name: str, app: ASGIApp) -> ASGIApp:
    return app


@dataclass(frozen=True)
class StageOptions:
    """How to set the stage. ``port`` 0 takes any free port for the client, for tests.

    ``window``: whether anybody needs a real browser. ``wrap`` may put a fault around a server
    (``identity-provider``, ``client``, ``thief``).
    """

    browser: Browser
    port: int = LOOPBACK_PORT
    headed: bool = False
    slow_mo: float = 0.0
    ipv6: bool = True
    desktop: bool = True
    window: bool = True
    wrap: Callable[[str, ASGIApp], ASGIApp] = _as_it_is

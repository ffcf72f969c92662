"""The page of a failed login is drawn as it was, and does nothing on the way."""

import asyncio
import socket
from pathlib import Path

import pytest

from scenarios.assessment.honest_logins import HonestLogin
from scenarios.assessment.pictures import draw
from scenarios.stage.browser import Browser
from scenarios.stage.options import StageOptions


@pytest.mark.stage
def test_a_hostile_page_is_drawn_without_running_or_loading_anything(
    browser: Browser, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0)
        there = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        page = (
            f"<img src={there}><script>location = {there!r}</script>"
            f"<meta http-equiv=refresh content='0;url={there}'><h1>Wrong password</h1>"
        )
        logins = [HonestLogin("web", "", "no", page=page), HonestLogin("spa", "", "no", page="x")]
        drawn = asyncio.run(draw(logins, "victim", tmp_path, StageOptions(browser, port=0)))

        with pytest.raises(BlockingIOError):
            listener.accept()
    assert [each.name for each in drawn] == ["victim-at-web.png", "victim-at-spa.png"]
    assert all(each.read_bytes().startswith(b"\x89PNG") for each in drawn)

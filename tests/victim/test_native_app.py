"""The honest app as a real process: what it sends, what it opens, how it ends."""

import base64
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from scenarios.stage.device import python
from tests.proxy import SmallProxy, small_proxy
from victim import native_app

BACK_END = "http://localhost:5218/scheme"
REQUEST = "https://login.idp.test/demo/authorize?response_type=code&state=a%20b"


@pytest.fixture
def proxy() -> Iterator[SmallProxy]:
    with small_proxy() as proxy:
        yield proxy


@pytest.fixture
def desktop(tmp_path: Path) -> Path:
    """A machine whose ``xdg-open`` writes down what it is asked to open."""
    program = tmp_path / "xdg-open"
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >> {tmp_path}/opened\n')
    program.chmod(0o755)
    return tmp_path


def run(desktop: Path, *arguments: str) -> int:
    environment = {"PATH": f"{desktop}{os.pathsep}{os.defpath}"}
    command = python(native_app.__file__, *arguments)
    return subprocess.run(command, env=environment, timeout=20, check=False).returncode


def opened(desktop: Path) -> list[str]:
    log = desktop / "opened"
    return log.read_text().splitlines() if log.exists() else []


def test_a_login_opens_the_authorization_request_in_the_browser(
    proxy: SmallProxy, desktop: Path
) -> None:
    proxy.status, proxy.location = 302, REQUEST

    assert run(desktop, "login", proxy.url, f"{BACK_END}/pkcepublic") == 0

    assert opened(desktop) == [REQUEST]
    assert [(h.method, h.url) for h in proxy.heard] == [("GET", f"{BACK_END}/pkcepublic")]


def test_it_speaks_under_its_own_name(proxy: SmallProxy, desktop: Path) -> None:
    run(desktop, "redirect", proxy.url, BACK_END, "com.contoso.demo:/codeonly?code=c")

    scheme, _, credentials = proxy.heard[0].headers["proxy-authorization"].partition(" ")
    assert scheme == "Basic"
    assert base64.b64decode(credentials) == b"honest-app.device:-"


def test_a_back_end_that_starts_no_login_opens_nothing(proxy: SmallProxy, desktop: Path) -> None:
    assert run(desktop, "login", proxy.url, f"{BACK_END}/pkcepublic") == 1
    assert opened(desktop) == []


@pytest.mark.parametrize(("status", "end"), [(200, 0), (302, 0), (400, 1), (502, 1)])
def test_a_redirect_is_handed_to_the_back_end_as_it_came(
    proxy: SmallProxy, desktop: Path, status: int, end: int
) -> None:
    proxy.status = status
    url = "com.contoso.demo:/codeonly?code=a%2Bb%26c&state=x%3D"

    assert run(desktop, "redirect", proxy.url, BACK_END, url) == end

    assert [h.url for h in proxy.heard] == [f"{BACK_END}/codeonly?code=a%2Bb%26c&state=x%3D"]

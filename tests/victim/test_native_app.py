"""The honest app as a real process: what it sends, what it opens, how it ends."""

import asyncio
import base64
import os
import socket
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


async def visited(app: asyncio.subprocess.Process, port: str) -> str:
    """What a browser is answered that brings the redirect to a port where the app waits."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(port))
    writer.write(b"GET /cb?code=a%2Bb&state=s HTTP/1.1\r\n\r\n")
    answer = await reader.read()
    writer.close()
    await app.wait()
    return answer.decode()


@pytest.mark.parametrize("shared", [(), ("shared",)], ids=["alone", "shared"])
def test_a_redirect_to_its_port_is_handed_to_the_back_end(
    proxy: SmallProxy, shared: tuple[str, ...]
) -> None:
    proxy.location = REQUEST

    async def log_in() -> tuple[str, str, int | None]:
        app = await waiting_app(proxy, "0", *shared)
        assert app.stdout is not None
        asked = (await app.stdout.readline()).decode().strip()
        port = proxy.heard[0].url.partition("?port=")[2]
        return asked, await visited(app, port), app.returncode

    asked, answer, end = asyncio.run(log_in())

    assert (asked, end) == (REQUEST, 0)
    assert answer.startswith("HTTP/1.1 200 OK")
    began, ended = (heard.url for heard in proxy.heard)
    port = began.partition("?port=")[2]
    assert ended == f"{BACK_END}?code=a%2Bb&state=s&port={port}"


def test_an_app_whose_port_is_taken_has_the_browser_sent_there_all_the_same(
    proxy: SmallProxy,
) -> None:
    proxy.location = REQUEST
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])

        async def log_in() -> tuple[str, int]:
            app = await waiting_app(proxy, port)
            assert app.stdout is not None
            return (await app.stdout.readline()).decode().strip(), await app.wait()

        assert asyncio.run(log_in()) == (REQUEST, 1)

    assert [heard.url for heard in proxy.heard] == [f"{BACK_END}?port={port}"]


async def waiting_app(proxy: SmallProxy, *arguments: str) -> asyncio.subprocess.Process:
    command = python(native_app.__file__, "wait", proxy.url, BACK_END, *arguments)
    return await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)

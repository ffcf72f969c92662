"""The real xdg-open, in private XDG homes."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from scenarios.stage.browser import provide_desktop_tools
from scenarios.stage.device import App, BrowserDoor, Device, DispatchFailedError

SCHEME = "com.example.app"
WRITES_DOWN = "import sys; open(sys.argv[1], 'a').write(sys.argv[2] + chr(10))"


@pytest.fixture(autouse=True, scope="module")
def _desktop_tools() -> None:
    if reason := provide_desktop_tools(print):
        pytest.skip(reason)


class Phone:
    """A device whose apps write down what they were opened with."""

    def __init__(self, folder: Path, *names: str, scheme: str = SCHEME) -> None:
        self.folder = folder
        script = folder / "app.py"
        script.write_text(WRITES_DOWN)
        apps = [
            App(name, name, (scheme,), (sys.executable, str(script), str(folder / name)))
            for name in names
        ]
        home = folder / "home"
        home.mkdir()
        self.device = Device(home, {}, apps)

    def received(self, name: str) -> list[str]:
        path = self.folder / name
        return path.read_text().splitlines() if path.exists() else []


def run[T](device: Device, action: Callable[[], Awaitable[T]]) -> T:
    async def installed() -> T:
        await device.install()
        return await action()

    return asyncio.run(installed())


def test_the_app_gets_the_whole_url_as_it_was(tmp_path: Path) -> None:
    phone = Phone(tmp_path, "honest")
    url = f"{SCHEME}:/cb?code=a%2Bb&state=x%20y;$(touch%20owned)&z='1'"

    chosen = run(phone.device, lambda: phone.device.open(url))

    assert chosen.name == "honest"
    assert phone.received("honest") == [url]


@pytest.mark.parametrize("order", [("honest", "malicious"), ("malicious", "honest")])
def test_the_last_app_to_claim_a_scheme_gets_it(tmp_path: Path, order: tuple[str, str]) -> None:
    phone = Phone(tmp_path, *order)

    chosen = run(phone.device, lambda: phone.device.open(f"{SCHEME}:/cb?code=1"))

    first, last = order
    assert chosen.name == last
    assert phone.received(last) == [f"{SCHEME}:/cb?code=1"]
    assert phone.received(first) == []


def test_two_devices_do_not_know_of_each_other(tmp_path: Path) -> None:
    phones = {}
    for name in ("honest", "malicious"):
        (tmp_path / name).mkdir()
        phones[name] = Phone(tmp_path / name, name)

    honest, malicious = phones["honest"].device, phones["malicious"].device
    run(honest, lambda: honest.open(f"{SCHEME}:/honest"))
    run(malicious, lambda: malicious.open(f"{SCHEME}:/malicious"))

    assert phones["honest"].received("honest") == [f"{SCHEME}:/honest"]
    assert phones["malicious"].received("malicious") == [f"{SCHEME}:/malicious"]


def test_an_app_of_the_machine_never_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither one that the user installed, nor one that the environment of the runner names."""
    outside = tmp_path / "outside"
    (outside / "applications").mkdir(parents=True)
    caught = tmp_path / "caught"
    entry = (
        "[Desktop Entry]\nType=Application\nName=outside\n"
        f"Exec=touch {caught}\nMimeType=x-scheme-handler/com.other;x-scheme-handler/{SCHEME};\n"
    )
    (outside / "applications" / "outside.desktop").write_text(entry)
    defaults = f"[Default Applications]\nx-scheme-handler/{SCHEME}=outside.desktop\n"
    (outside / "mimeapps.list").write_text(defaults)
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_DATA_DIRS", "XDG_CONFIG_DIRS"):
        monkeypatch.setenv(name, str(outside))
    phone = Phone(tmp_path, "honest")

    run(phone.device, lambda: phone.device.open(f"{SCHEME}:/cb"))
    with pytest.raises(DispatchFailedError, match=r"no app is installed for com\.other:"):
        asyncio.run(phone.device.open("com.other:/cb"))

    assert phone.received("honest") == [f"{SCHEME}:/cb"]
    assert not caught.exists()


def test_the_users_own_desktop_is_not_touched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "user"
    places = {
        "HOME": home,
        "XDG_DATA_HOME": home / ".local" / "share",
        "XDG_CONFIG_HOME": home / ".config",
        "XDG_CACHE_HOME": home / ".cache",
    }
    for name, place in places.items():
        place.mkdir(parents=True, exist_ok=True)
        monkeypatch.setenv(name, str(place))
    (home / ".config" / "mimeapps.list").write_text("[Default Applications]\n")
    before = {path: path.stat().st_mtime_ns for path in home.rglob("*")}
    phone = Phone(tmp_path, "honest")

    run(phone.device, lambda: phone.device.open(f"{SCHEME}:/cb"))

    assert phone.received("honest")
    assert {path: path.stat().st_mtime_ns for path in home.rglob("*")} == before


def test_a_scheme_that_nobody_claims_is_told(tmp_path: Path) -> None:
    phone = Phone(tmp_path, "honest")
    with pytest.raises(DispatchFailedError, match=r"no app is installed for com\.nobody:"):
        run(phone.device, lambda: phone.device.open("com.nobody:/cb"))


def test_a_failing_app_is_a_failed_dispatch_that_does_not_repeat_the_url(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    device = Device(home, {}, [App("broken", "broken", (SCHEME,), ("/bin/false",))])

    with pytest.raises(DispatchFailedError, match="xdg-open failed") as failure:
        run(device, lambda: device.open(f"{SCHEME}:/cb?code=secret-code"))

    assert "secret-code" not in str(failure.value)


def test_a_program_that_does_not_end_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scenarios.stage.device._TIMEOUT_SECONDS", 0.3)
    home = tmp_path / "home"
    home.mkdir()
    device = Device(home, {}, [])

    with pytest.raises(DispatchFailedError, match="sleep did not end"):
        asyncio.run(device.launch(["sleep", "600"]))


@pytest.mark.parametrize("works", [True, False])
def test_the_browser_is_reached_through_its_door(tmp_path: Path, works: bool) -> None:
    opened = []

    async def browse(url: str) -> None:
        if not works:
            raise RuntimeError("the page did not load")
        opened.append(url)

    async def visit() -> Exception | None:
        home = tmp_path / "home"
        home.mkdir()
        door = BrowserDoor(tmp_path / "door")
        device = Device(home, {}, [door.app])
        async with await door.start():
            door.open_url = browse
            await device.install()
            if works:
                await device.open("https://login.idp.test/?a=1&b=2")
            else:
                with pytest.raises(DispatchFailedError):
                    await device.open("https://login.idp.test/?a=1&b=2")
        return door.failure

    failure = asyncio.run(visit())

    assert opened == (["https://login.idp.test/?a=1&b=2"] if works else [])
    assert str(failure) == ("None" if works else "the page did not load")


def test_the_environment_of_an_app_carries_nothing_of_the_runner_but_its_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_TOKEN", "do not pass on")
    home = tmp_path / "home"
    home.mkdir()
    device = Device(home, {"MARK": "stage"}, [])

    asyncio.run(device.launch(["sh", "-c", f"env > {tmp_path}/environment"]))

    environment = (tmp_path / "environment").read_text()
    assert "do not pass on" not in environment
    assert "MARK=stage" in environment
    assert f"PATH={os.environ['PATH']}" in environment


def test_a_program_that_is_started_runs_on_and_can_be_heard(tmp_path: Path) -> None:
    async def talk() -> tuple[bytes, int | None]:
        device = Device(tmp_path, {"MARK": "stage"}, [])
        process = await device.start(["sh", "-c", 'echo "$MARK"; exec sleep 600'])
        assert process.stdout is not None
        said = await process.stdout.readline()
        running = process.returncode
        process.kill()
        await process.communicate()
        return said, running

    assert asyncio.run(talk()) == (b"stage\n", None)

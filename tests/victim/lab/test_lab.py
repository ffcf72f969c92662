"""Servers are started, found again, and ended with all that belongs to them."""

import asyncio
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import httpx
import pytest

from tests.victim.lab.tiny import FAILS, HANGS, SERVES, STUBBORN, tiny
from victim.lab.lab import Lab, cache_folder
from victim.lab.server import LabError, Tool


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab(tmp_path / "lab", tmp_path / "packages")


def marked(lab: Lab) -> list[int]:
    """The processes that carry the mark of a server of this lab."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            environment = (entry / "environ").read_bytes() if entry.name.isdigit() else b""
        except OSError:
            continue
        if f"CODEJACK_LAB={lab.states}".encode() in environment:
            found.append(int(entry.name))
    return found


def url(lab: Lab) -> str:
    return lab.workshop(tiny()).url


def test_a_server_serves_inside_the_block_and_nothing_of_it_is_left_after(lab: Lab) -> None:
    with lab.running(tiny()) as target:
        assert httpx.get(url(lab)).status_code == 200
        assert tomllib.loads(target.read_text())["provider"]["issuer"] == url(lab)
        assert len(marked(lab)) == 2

    assert marked(lab) == []
    assert not lab.is_running(tiny())


def test_it_is_stopped_too_when_the_block_fails(lab: Lab) -> None:
    with pytest.raises(ZeroDivisionError), lab.running(tiny()):
        raise ZeroDivisionError

    assert marked(lab) == []


def test_asynchronous_code_has_a_block_too(lab: Lab) -> None:
    async def use() -> int:
        async with lab.serving(tiny()), httpx.AsyncClient() as http:
            return (await http.get(url(lab))).status_code

    assert asyncio.run(use()) == 200
    assert marked(lab) == []


def test_a_second_start_leaves_the_first_alone(lab: Lab) -> None:
    with lab.running(tiny()) as target:
        before = marked(lab)

        assert Lab(lab.states, lab.packages).start(tiny()) == target
        assert marked(lab) == before


def test_another_lab_with_the_same_folder_can_stop_it(lab: Lab) -> None:
    with lab.running(tiny()):
        other = Lab(lab.states, lab.packages)

        assert other.is_running(tiny())
        assert other.stop(tiny())
        assert marked(lab) == []


def test_a_stop_without_a_start_says_so(lab: Lab) -> None:
    assert not lab.stop(tiny())


def test_a_restart_keeps_port_and_secrets(lab: Lab) -> None:
    with lab.running(tiny()) as target:
        first = target.read_text(), (target.parent / "secrets/alice").read_text()
    with lab.running(tiny()) as target:
        assert (target.read_text(), (target.parent / "secrets/alice").read_text()) == first


def test_a_port_that_somebody_else_has_taken_is_left_to_them(lab: Lab) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", lab.workshop(tiny()).port))
        other.listen()
        with lab.running(tiny()):
            assert lab.workshop(tiny()).port != other.getsockname()[1]
            assert httpx.get(url(lab)).status_code == 200


def test_what_does_not_start_shows_the_end_of_its_log(lab: Lab) -> None:
    with pytest.raises(LabError, match=r"(?s)tiny ended before it was ready.*no such database"):
        lab.start(tiny(FAILS))

    assert not lab.is_running(tiny())


def test_what_never_serves_is_given_up_and_ended(lab: Lab) -> None:
    with pytest.raises(LabError, match=r"(?s)was not ready in 0.5 s.*one moment"):
        lab.start(tiny(HANGS, patience_seconds=0.5))

    assert marked(lab) == []


def test_what_is_missing_is_said_with_the_remedy(lab: Lab) -> None:
    tool = Tool("no-such-program", "Install it.")

    with pytest.raises(LabError, match=re.escape("no-such-program is not on PATH. Install it.")):
        lab.start(tiny(needs=(tool,)))


def test_a_folder_that_cannot_be_written_is_an_error_of_the_lab(tmp_path: Path) -> None:
    (tmp_path / "lab").write_text("in the way")

    with pytest.raises(LabError, match="cannot be started"):
        Lab(tmp_path / "lab", tmp_path / "packages").start(tiny())
    with pytest.raises(LabError, match="cannot be stopped"):
        Lab(tmp_path / "lab", tmp_path / "packages").stop(tiny())


def test_a_server_that_will_not_listen_is_made_to_end(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("victim.lab.processes._GRACE_SECONDS", 0.3)
    with lab.running(tiny(STUBBORN)):
        assert marked(lab)

    assert marked(lab) == []


def test_children_are_ended_though_their_leader_has_died(lab: Lab) -> None:
    with lab.running(tiny()):
        pid = int(re.findall(r'"pid":(\d+)', (lab.states / "tiny/running.json").read_text())[0])
        os.kill(pid, signal.SIGKILL)
        while lab.is_running(tiny()):
            time.sleep(0.02)
        assert len(marked(lab)) == 1

    assert marked(lab) == []


def test_a_process_that_only_has_the_same_id_is_spared(lab: Lab) -> None:
    with subprocess.Popen([sys.executable, "-c", HANGS], start_new_session=True) as stranger:
        try:
            boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
            record = f'{{"pid":{stranger.pid},"started":1,"boot":"{boot}"}}'
            lab.workshop(tiny()).write("running.json", record)

            assert not lab.is_running(tiny())
            assert not lab.stop(tiny())
            assert stranger.poll() is None
        finally:
            stranger.kill()


def test_what_is_written_is_for_this_user_alone(lab: Lab) -> None:
    with lab.running(tiny()) as target:
        files = [path for path in target.parent.rglob("*") if path.is_file()]

    assert {path.name for path in files} >= {"alice", "tiny.idp.toml", "server.log"}
    assert stat.S_IMODE(target.parent.stat().st_mode) == 0o700
    secret = {stat.S_IMODE(path.stat().st_mode) for path in files if path.parent.name == "secrets"}
    assert secret == {0o600}


def test_the_cache_is_where_the_desktop_wants_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/elsewhere")

    assert cache_folder() == Path("/elsewhere/codejack")
    assert Lab().states == Path("/elsewhere/codejack/lab")


def test_the_tiny_server_has_a_child() -> None:
    assert "Popen" in SERVES

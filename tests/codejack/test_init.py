"""``codejack init`` as a user meets it."""

import json
import sys
import threading
import tomllib
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from codejack.cli import main

Cli = Callable[..., tuple[int, str, str]]


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    def call(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["codejack", "init", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return call


class _Provider(BaseHTTPRequestHandler):
    agents: list[str]

    def do_GET(self) -> None:
        issuer = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.agents.append(self.headers["User-Agent"])
        self.send_response(200)
        self.end_headers()
        said = {"issuer": issuer, "token_endpoint": f"{issuer}/token"}
        self.wfile.write(json.dumps(said).encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def issuer() -> Iterator[str]:
    _Provider.agents = []
    with ThreadingHTTPServer(("127.0.0.1", 0), _Provider) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,)).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_a_target_file_is_printed_and_nothing_else(cli: Cli, issuer: str) -> None:
    status, out, err = cli(issuer)

    assert (status, err) == (0, "")
    assert tomllib.loads(out)["provider"]["issuer"] == issuer
    assert f'# token_endpoint = "{issuer}/token"' in out
    assert _Provider.agents[0].startswith("codejack/")


def test_another_issuer_exits_with_3_and_prints_no_file(cli: Cli, issuer: str) -> None:
    status, out, err = cli(f"{issuer}/other")

    assert (status, out) == (3, "")
    assert err.startswith("codejack: ")
    assert "--no-discovery" in err


def test_without_discovery_nobody_is_asked(cli: Cli, issuer: str) -> None:
    status, out, _ = cli(issuer, "--no-discovery")

    assert status == 0
    assert tomllib.loads(out)["provider"]["discovery"] is False
    assert _Provider.agents == []


@pytest.mark.parametrize(
    "wrong", ["idp.example.com", "http://idp.example.com", "ftp://a.test", "https://[", "https://"]
)
def test_what_is_no_issuer_is_a_usage_error(cli: Cli, wrong: str) -> None:
    status, out, err = cli(wrong)

    assert (status, out) == (4, "")
    assert "is no issuer" in err


def test_a_file_without_certificates_is_a_usage_error(
    cli: Cli, issuer: str, tmp_path: Path
) -> None:
    (tmp_path / "ca.pem").write_text("nothing")

    status, _, err = cli(issuer, "--ca-file", tmp_path / "ca.pem")

    assert status == 4
    assert "holds no certificates" in err

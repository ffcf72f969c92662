"""What is known of a target before anything is played, and what is tidied up in the end."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from codejack.known import clean_up, known_target
from scenarios.stage.courtesy import Issued
from scenarios.targets.discovery import DiscoveryError
from scenarios.targets.problems import TargetFileError
from scenarios.targets.registration import RegistrationError

TARGET = """\
[provider]
issuer = "{issuer}"

[accounts.victim]
username = "alice"
password = {{ file = "alice" }}

[clients.web]
type = "public"
client_id = "demo-web"
redirect_uris = ["https://app.example.com/callback"]

[clients.dynamic]
type = "public"
register = true
redirect_uris = ["https://app.example.com/callback"]

[clients.another]
type = "confidential"
register = true
redirect_uris = ["https://app.example.com/callback"]
"""


@dataclass
class Provider:
    """A server that registers clients, up to ``most`` of them, and remembers what it was asked."""

    issuer: str = ""
    most: int = 9
    lets_go: bool = True
    clients: list[str] = field(default_factory=list)
    revoked: list[str] = field(default_factory=list)

    def register(self, wanted: dict[str, object]) -> tuple[int, dict[str, object]]:
        if len(self.clients) >= self.most:
            return 400, {"error": "access_denied"}
        name = f"client-{len(self.clients) + 1}"
        self.clients.append(name)
        told: dict[str, object] = {"client_id": name}
        if wanted["token_endpoint_auth_method"] != "none":
            told["client_secret"] = f"secret of {name}"
        if self.lets_go:
            told |= {
                "registration_client_uri": f"{self.issuer}/register/{name}",
                "registration_access_token": f"token of {name}",
            }
        return 201, told

    def metadata(self) -> dict[str, object]:
        names = ("authorization", "token", "userinfo", "registration", "revocation")
        endpoints = {f"{name}_endpoint": f"{self.issuer}/{name}" for name in names}
        return {"issuer": self.issuer, **endpoints}


@pytest.fixture
def provider() -> Iterator[Provider]:
    there = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.answer(200, there.metadata())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            if self.path.endswith("/registration"):
                self.answer(*there.register(json.loads(body)))
            else:
                there.revoked.append(body)
                self.answer(200, {})

        def do_DELETE(self) -> None:
            name = self.path.rpartition("/")[2]
            assert self.headers["Authorization"] == f"Bearer token of {name}"
            there.clients.remove(name)
            self.send_response(204)
            self.end_headers()

        def answer(self, status: int, said: dict[str, object]) -> None:
            content = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        there.issuer = f"http://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, args=(0.01,)).start()
        yield there
        server.shutdown()


@pytest.fixture
def target(provider: Provider, tmp_path: Path) -> Path:
    (tmp_path / "alice").write_text("hunter2")
    (tmp_path / "alice").chmod(0o600)
    path = tmp_path / "demo.idp.toml"
    path.write_text(TARGET.format(issuer=provider.issuer))
    return path


def test_a_target_is_known_by_its_file_its_server_and_who_has_registered(
    provider: Provider, target: Path
) -> None:
    known = known_target(target)

    web, dynamic, another = known.site.clients
    assert (web.client_id, web.secret) == ("demo-web", None)
    assert (dynamic.client_id, dynamic.secret) == ("client-1", None)
    assert (another.client_id, another.secret) == ("client-2", "secret of client-2")
    assert known.site.server.provider.token_endpoint == f"{provider.issuer}/token"
    assert list(known.registrations) == ["dynamic", "another"]
    assert "secret of client-2" not in repr(known)
    assert "token of client-1" not in repr(known)


def test_who_has_registered_is_taken_out_again(provider: Provider, target: Path) -> None:
    assert clean_up(known_target(target)) == []

    assert provider.clients == []


def test_who_has_to_stay_is_named(provider: Provider, target: Path) -> None:
    provider.lets_go = False

    told = clean_up(known_target(target))

    assert [sentence.partition(" stays")[0] for sentence in told] == [
        "client dynamic (client-1)",
        "client another (client-2)",
    ]


def test_where_one_is_not_registered_the_others_do_not_stay(
    provider: Provider, target: Path
) -> None:
    provider.most = 1

    with pytest.raises(RegistrationError, match="does not register another"):
        known_target(target)
    assert provider.clients == []


def test_tokens_are_revoked_when_all_is_over(provider: Provider, target: Path) -> None:
    known = known_target(target)
    known.site.hear(Issued("demo-web", "access_token", "t1"))
    known.site.hear(Issued("client-2", "refresh_token", "t2"))

    assert clean_up(known) == []

    assert [body.partition("&")[0] for body in provider.revoked] == ["token=t2", "token=t1"]


def test_a_wrong_file_registers_nobody(provider: Provider, target: Path) -> None:
    (target.parent / "alice").unlink()

    with pytest.raises(TargetFileError, match="alice"):
        known_target(target)
    assert provider.clients == []


def test_a_server_of_another_name_is_not_known(provider: Provider, target: Path) -> None:
    usual = provider.issuer
    provider.issuer = "http://127.0.0.1:1"

    with pytest.raises(DiscoveryError):
        known_target(target)
    provider.issuer = usual
    assert provider.clients == []

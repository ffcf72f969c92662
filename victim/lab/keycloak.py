"""Keycloak: clients as they are when newly made, and the same clients with S256 required."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from victim.lab import java
from victim.lab.server import LabError, LabServer, Launch
from victim.lab.target_file import CLIENTS, REDIRECT_URI, USERS, LabClient, target_text
from victim.lab.workshop import ADDRESS, Workshop

_VERSION = "26.7.3"
_TITLE = f"Keycloak {_VERSION}"
_REALM = "demo"
_ARCHIVE = f"keycloak-quarkus-dist-{_VERSION}.zip"
_COPY = (
    "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy",
    f"-Dartifact=org.keycloak:keycloak-quarkus-dist:{_VERSION}:zip",
)
# What can only be chosen while Keycloak builds itself, which takes a minute: a database in memory,
# so that every start is that of a new server.
_BUILD = ("build", "--db=dev-mem")
# Without a local cache it listens, and looks for other nodes, beyond loopback.
_START = ("start", "--optimized", "--import-realm", "--http-enabled=true", "--cache=local")
_LAST_LINES = 8

_S256_REQUIRED = {"pkce.code.challenge.method": "S256"}


def _install(workshop: Workshop) -> Path:
    def install(folder: Path) -> None:
        workshop.tell(f"Installing {_TITLE} with Maven, which takes some minutes")
        java.maven(_TITLE, folder, *_COPY, f"-DoutputDirectory={folder}")
        shutil.unpack_archive(folder / _ARCHIVE, folder)
        (folder / _ARCHIVE).unlink()
        _build(_home(folder))

    key = " ".join([*_COPY, *_BUILD])
    return _home(workshop.installed(f"java/keycloak-{_VERSION}", key, install))


def _home(folder: Path) -> Path:
    return folder / f"keycloak-{_VERSION}"


def _build(home: Path) -> None:
    answer = subprocess.run(
        ("sh", "bin/kc.sh", *_BUILD),
        cwd=home,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if answer.returncode:
        last = answer.stdout.splitlines()[-_LAST_LINES:]
        remedy = f"{java.JAVA.remedy} Then start it again."
        raise LabError("\n".join([f"{_TITLE} could not build itself:", *last, remedy]))


def _furnish(workshop: Workshop, installed: Path) -> Path:
    """A home of its own for one server: Keycloak writes beside the script that starts it."""
    home = workshop.state / "home"
    shutil.rmtree(home, ignore_errors=True)
    for own in ("bin", "conf"):
        shutil.copytree(installed / own, home / own)
    for shared in ("lib", "providers", "themes"):
        (home / shared).symlink_to(installed / shared)
    return home


def _preparer(attributes: dict[str, str]) -> Callable[[Workshop], None]:
    def prepare(workshop: Workshop) -> None:
        home = _furnish(workshop, _install(workshop)).relative_to(workshop.state)
        realm = _realm(workshop, attributes)
        workshop.write(f"{home}/data/import/{_REALM}-realm.json", json.dumps(realm, indent=2))

    return prepare


def _realm(workshop: Workshop, attributes: dict[str, str]) -> dict[str, object]:
    return {
        "realm": _REALM,
        "enabled": True,
        "users": [_user(name, workshop.secret(name)) for name in USERS],
        "clients": [_client(workshop, client) | {"attributes": attributes} for client in CLIENTS],
    }


def _user(name: str, password: str) -> dict[str, object]:
    return {
        "username": name,
        "enabled": True,
        # Whoever lacks one of these is asked for it at the first login.
        "email": f"{name}@example.com",
        "emailVerified": True,
        "firstName": name.title(),
        "lastName": "Example",
        "credentials": [{"type": "password", "value": password}],
    }


def _client(workshop: Workshop, client: LabClient) -> dict[str, object]:
    made: dict[str, object] = {
        "clientId": client.client_id,
        "publicClient": not client.has_secret,
        "redirectUris": [REDIRECT_URI],
    }
    if client.has_secret:
        made["secret"] = workshop.secret(client.client_id)
    if client.type == "single-page":
        made["webOrigins"] = ["+"]  # those of the redirect URIs
    return made


def _launch(workshop: Workshop) -> Launch:
    home = workshop.state / "home"
    where = (f"--http-host={ADDRESS}", f"--http-port={workshop.port}", f"--hostname={workshop.url}")
    command = ("sh", str(home / "bin/kc.sh"), *_START, *where)
    return Launch(command, home, {"JAVA_OPTS_APPEND": java.QUICK_START})


def _target_file(workshop: Workshop) -> str:
    return target_text(workshop, {"issuer": f"{workshop.url}/realms/{_REALM}"})


def _server(name: str, title: str, about: str, attributes: dict[str, str]) -> LabServer:
    return LabServer(
        name=name,
        title=title,
        about=about,
        prepare=_preparer(attributes),
        launch=_launch,
        target_file=_target_file,
        needs=(java.JAVA, java.MAVEN),
        ready=f"/realms/{_REALM}/.well-known/openid-configuration",
        patience_seconds=300,
    )


SERVERS = (
    _server("keycloak", _TITLE, "Clients as they are when newly made: PKCE is optional.", {}),
    _server(
        "keycloak-s256",
        f"{_TITLE}, S256 required",
        "The same clients with the PKCE method S256 set, which requires it.",
        _S256_REQUIRED,
    ),
)

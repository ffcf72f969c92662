"""LemonLDAP::NG of Debian 12, with its clients as they come and with PKCE required of each."""

import json
import shutil
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path

from joserfc.jwk import RSAKey

from victim.lab import debian
from victim.lab.server import LabError, LabServer, Launch
from victim.lab.target_file import CLIENTS, REDIRECT_URI, USERS, LabClient, target_text
from victim.lab.workshop import ADDRESS, Workshop

_VERSION = "2.16.1"
_PORTAL = "liblemonldap-ng-portal-perl"
# Beside the portal: what it does not load without, though it only recommends it; the database of
# the users; and the web server.
_PACKAGES = (
    _PORTAL,
    "libcrypt-openssl-bignum-perl",
    "libgd-securityimage-perl",
    "libimage-magick-perl",
    "libio-string-perl",
    "libstring-random-perl",
    "libdbd-sqlite3-perl",
    "starman",
)
_FILES = Path(__file__).parent / "lemonldap_files"
_OPTION = "oidcRPMetaDataOptions"


def _prepare(workshop: Workshop, *, require_pkce: bool) -> None:
    debian.install(workshop, _PACKAGES)
    found = debian.version(_PORTAL)
    if not found.startswith(f"{_VERSION}+"):
        remedy = "Start it on Debian 12, or in a container of it."
        raise LabError(f"LemonLDAP::NG here is {found}, not {_VERSION}. {remedy}")
    site = workshop.state / "site"
    shutil.rmtree(site, ignore_errors=True)
    for folder in ("sessions", "psessions"):
        (site / folder / "lock").mkdir(parents=True, mode=0o700)
    _make_users(workshop, site / "users.sqlite3")
    settings = _filled("portal.json", site=str(site), address=ADDRESS, portal=_issuer(workshop))
    told = json.loads(settings) | _keys(workshop) | _clients(workshop, require_pkce=require_pkce)
    workshop.write("site/conf/lmConf-1.json", json.dumps(told, indent=2))
    workshop.write("site/lemonldap-ng.ini", _filled("lemonldap-ng.ini", site=str(site)))


def _make_users(workshop: Workshop, path: Path) -> None:
    with closing(sqlite3.connect(path)) as users, users:
        users.execute("CREATE TABLE users (uid PRIMARY KEY, password, cn)")
        rows = [(user, workshop.secret(user), user.title()) for user in USERS]
        users.executemany("INSERT INTO users VALUES (?, ?, ?)", rows)
    path.chmod(0o600)


def _keys(workshop: Workshop) -> dict[str, str]:
    key = RSAKey.generate_key(2048)
    return {
        "key": workshop.secret("key"),
        "oidcServicePrivateKeySig": key.as_pem(private=True).decode(),
        "oidcServicePublicKeySig": key.as_pem(private=False).decode(),
        "oidcServiceKeyIdSig": key.thumbprint(),
    }


def _clients(workshop: Workshop, *, require_pkce: bool) -> dict[str, object]:
    def options(client: LabClient) -> Mapping[str, object]:
        of_type: dict[str, object] = {"Public": 1}
        if client.has_secret:
            of_type = {"ClientSecret": workshop.secret(client.client_id)}
        common = {"ClientID": client.client_id, "RedirectUris": REDIRECT_URI, "RefreshToken": 1}
        pkce = {"RequirePKCE": 1} if require_pkce else {}
        every = common | {"IDTokenSignAlg": "RS256"} | of_type | pkce
        return {f"{_OPTION}{name}": value for name, value in every.items()}

    return {
        _OPTION: {client.name: options(client) for client in CLIENTS},
        "oidcRPMetaDataExportedVars": {client.name: {"name": "cn"} for client in CLIENTS},
    }


def _filled(template: str, **values: str) -> str:
    text = (_FILES / template).read_text()
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    return text


def _issuer(workshop: Workshop) -> str:
    return f"{workshop.url}/"


def _launch(workshop: Workshop) -> Launch:
    # Each process of starman serves one connection; kept alive, a few of them would block it.
    command = ("starman", "--listen", f"{ADDRESS}:{workshop.port}", "--disable-keepalive")
    environment = {"LLNG_DEFAULTCONFFILE": str(workshop.state / "site/lemonldap-ng.ini")}
    return Launch((*command, "--workers", "4", str(_FILES / "app.psgi")), _FILES, environment)


def _target_file(workshop: Workshop) -> str:
    return target_text(workshop, {"issuer": _issuer(workshop)})


def _server(name: str, prepare: Callable[[Workshop], None], about: str) -> LabServer:
    return LabServer(
        name=name,
        title=f"LemonLDAP::NG {_VERSION}",
        about=about,
        prepare=prepare,
        launch=_launch,
        target_file=_target_file,
        needs=debian.NEEDS,
    )


SERVERS = (
    _server(
        "lemonldap-ng",
        partial(_prepare, require_pkce=False),
        "Debian 12, clients as they come: it advertises PKCE, and looks at no verifier.",
    ),
    _server(
        "lemonldap-ng-pkce",
        partial(_prepare, require_pkce=True),
        "The same with RequirePKCE set for each client.",
    ),
)

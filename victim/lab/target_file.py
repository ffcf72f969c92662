"""The target file of a lab server: where it is, and its made-up clients and accounts."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from victim.lab.workshop import Workshop, secret_file

REDIRECT_URI = "https://app.example.com/callback"
"""Where every client of the lab is reached; codejack's proxy serves that host itself."""

USERS = ("alice", "mallory")
"""Who has an account at every server: the victim, and the attacker."""

type Value = str | bool | int | list[str] | dict[str, str]
type Table = Mapping[str, Value]


@dataclass(frozen=True)
class LabClient:
    """A client that a server is prepared with. Its secret: :meth:`Workshop.secret` of its id."""

    name: str
    type: str

    @property
    def client_id(self) -> str:
        """How the server knows it."""
        return f"demo-{self.name}"

    @property
    def has_secret(self) -> bool:
        """Whether it authenticates at the token endpoint."""
        return self.type == "confidential"


PUBLIC = LabClient("public", "public")
CONFIDENTIAL = LabClient("confidential", "confidential")
SPA = LabClient("spa", "single-page")
CLIENTS = (PUBLIC, CONFIDENTIAL, SPA)


def target_text(
    workshop: Workshop,
    provider: Table | None = None,
    *,
    scope: str = "openid profile",
    clients: Mapping[str, Table] | None = None,
    **tables: Table,
) -> str:
    """The text of a target file for a server with :data:`CLIENTS` and :data:`USERS`.

    ``provider`` is added to, or takes the place of, what holds for most: the issuer is the
    workshop's address. ``clients`` does the same by name of a client, and may name more of them;
    ``tables`` are further ones, such as ``login={"submit_button": "#kc-login"}``. Writes the
    secrets that the file names.
    """
    accounts = {"victim": USERS[0], "attacker": USERS[1]}
    of_client = {client.name: _client(workshop, client, scope) for client in CLIENTS}
    for name, table in (clients or {}).items():
        of_client[name] = {**of_client.get(name, {}), **table}
    sections: dict[str, Table] = {
        "provider": {
            "issuer": workshop.url,
            "hosts": [workshop.url.partition("//")[2]],
            **(provider or {}),
        },
        **tables,
        **{f"accounts.{role}": _account(workshop, name) for role, name in accounts.items()},
        **{f"clients.{name}": table for name, table in of_client.items()},
    }
    return "\n".join(_section(name, table) for name, table in sections.items())


def _account(workshop: Workshop, name: str) -> Table:
    workshop.secret(name)
    return {"username": name, "password": {"file": secret_file(name)}}


def _client(workshop: Workshop, client: LabClient, scope: str) -> Table:
    table: dict[str, Value] = {"type": client.type, "client_id": client.client_id}
    if client.has_secret:
        workshop.secret(client.client_id)
        table["secret"] = {"file": secret_file(client.client_id)}
    return {**table, "redirect_uris": [REDIRECT_URI], "scope": scope}


def _section(name: str, table: Table) -> str:
    lines = [f"{key} = {_toml(value)}" for key, value in table.items()]
    return "\n".join([f"[{name}]", *lines, ""])


def _toml(value: Value) -> str:
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{key} = {_toml(one)}' for key, one in value.items())} }}"
    # Strings, numbers, truth values and lists of strings look the same in JSON.
    return json.dumps(value, ensure_ascii=False)

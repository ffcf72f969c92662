"""What a target file must say to make sense, beyond its shape."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from scenarios.assessment.standards import STANDARDS
from scenarios.hosts import is_loopback
from scenarios.stage.scope import Authority
from scenarios.targets.problems import Lines, Problem
from scenarios.targets.sections import ClientSection, Sections
from scenarios.weaknesses import catalogue

_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::(\d{1,5}))?")

_SLOWEST = 60
"""Requests per minute. A login takes up to some fifteen, and an answer is waited for 15 s."""


def authority_of(url: str) -> Authority | None:
    """The host and port of a web address; ``None`` for anything else."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not parts.hostname:
        return None
    return Authority(parts.hostname, port or _PORTS[parts.scheme])


def host_named(text: str) -> Authority | None:
    """A host as ``hosts`` names it; port 443 unless it says another."""
    found = _HOST.fullmatch(text)
    if found is None or not 0 < int(found[2] or 443) < 65536:
        return None
    return Authority(found[1].strip("[]").lower(), int(found[2] or 443))


def problems_in(sections: Sections, lines: Lines, folder: Path, today: date) -> Iterator[Problem]:
    """Everything that is wrong with what a file says."""
    yield from _about_provider(sections, lines, folder)
    yield from _about_permission(sections, lines, today)
    yield from _about_accounts(sections, lines)
    if not sections.clients:
        yield Problem(lines.of("clients"), "There is no client.", "Add one: [clients.NAME].")
    for name, client in sections.clients.items():
        yield from _about_client(name, client, sections, lines)
    yield from _about_login(sections, lines, folder)
    yield from _about_policy(sections, lines)
    yield from _about_resource(sections, lines)


def _about_provider(sections: Sections, lines: Lines, folder: Path) -> Iterator[Problem]:
    provider = sections.provider
    for each in provider.hosts:
        if host_named(each) is None:
            yield Problem(
                lines.of("provider", "hosts"),
                f"{each!r} is no exact host.",
                'Write a name, or a name and a port: "login.example.com:8443". No wildcards.',
            )
    for key, url in {"issuer": provider.issuer, **provider.endpoints}.items():
        yield from _about_address(key, url, lines.of("provider", key), sections)
    if not provider.discovery:
        for key in ("authorization_endpoint", "token_endpoint"):
            if key not in provider.endpoints:
                yield Problem(
                    lines.of("provider", "discovery"),
                    f"Without discovery nobody knows the {key}.",
                    f"Add {key} = ...",
                )
    if provider.ca_file and not (folder / provider.ca_file).is_file():
        line = lines.of("provider", "ca_file")
        yield Problem(line, f"There is no file {provider.ca_file}.", "Put the PEM file there.")


def _about_address(key: str, url: str, line: int, sections: Sections) -> Iterator[Problem]:
    authority, hosts = authority_of(url), sections.provider.hosts
    if authority is None:
        yield Problem(line, f"{key} is no web address.", "Write all of it: https://...")
        return
    if url.startswith("http:") and not is_loopback(authority.host):
        yield Problem(line, f"{key} is not https.", "Only loopback may do without TLS.")
    # The issuer and the resource are declared by being named.
    if hosts and key not in ("issuer", "url") and authority not in map(host_named, hosts):
        yield Problem(line, f"{authority} is not among the hosts.", "Add it to provider.hosts.")


def hosts_of(sections: Sections) -> set[Authority]:
    """Every authority that the file allows to be dialled."""
    urls = (sections.provider.issuer, *sections.provider.endpoints.values(), sections.resource.url)
    named = {host_named(each) for each in sections.provider.hosts}
    return {each for each in (*named, *map(authority_of, urls)) if each is not None}


def _about_permission(sections: Sections, lines: Lines, today: date) -> Iterator[Problem]:
    permission = sections.permission
    others = sorted(each for each in hosts_of(sections) if not is_loopback(each.host))
    if permission is None:
        if others:
            yield Problem(
                1,
                f"Nothing says that {others[0]} may be attacked.",
                "Add [permission] with owner, statement and expires, if it is yours.",
            )
        return
    if permission.expires < today:
        yield Problem(
            lines.of("permission", "expires"),
            f"The permission has ended on {permission.expires}.",
            "Ask the owner anew, and write down until when.",
        )
    for key in ("owner", "statement"):
        if not getattr(permission, key).strip():
            yield Problem(lines.of("permission", key), f"{key} says nothing.", "Fill it in.")


def _about_accounts(sections: Sections, lines: Lines) -> Iterator[Problem]:
    for name in sections.accounts.keys() - {"victim", "attacker"}:
        line = lines.of("accounts", name)
        yield Problem(line, f"Nobody here is {name}.", "There are victim and attacker.")
    if "victim" not in sections.accounts:
        yield Problem(lines.of("accounts"), "There is no victim.", "Add [accounts.victim].")
    for name, account in sections.accounts.items():
        line, password = lines.of("accounts", name), account.password
        if sections.login.driver == "storage-state":
            if not account.storage_state:
                yield Problem(line, f"{name} has no storage_state.", "Name the file.")
        elif password is None or password.places != 1:
            yield Problem(line, f"{name} has no password from one place.", _ONE_PLACE)
    names = [account.username for account in sections.accounts.values()]
    if len(set(names)) < len(names):
        line = lines.of("accounts", "attacker", "username")
        yield Problem(line, "The attacker is the victim.", "Name another account.")


_ONE_PLACE = 'Name one: { env = "NAME" }, { keyring = "service/name" } or { file = "path" }.'


def _about_client(
    name: str, client: ClientSection, sections: Sections, lines: Lines
) -> Iterator[Problem]:
    def at(*keys: str) -> int:
        return lines.of("clients", name, *keys)

    if not client.redirect_uris:
        yield Problem(at("redirect_uris"), f"{name} has no redirect URI.", "Name them all.")
    for uri in client.redirect_uris:
        if not _is_redirect_uri(uri):
            remedy = "Write an absolute URI without a fragment (RFC 6749 section 3.1.2)."
            yield Problem(at("redirect_uris"), f"{uri!r} is no redirect URI.", remedy)
        elif authority_of(uri) in hosts_of(sections):
            yield Problem(
                at("redirect_uris"),
                f"{uri!r} is an address of the provider.",
                "codejack answers there itself, so it must be the client's own host.",
            )
    if client.register:
        return
    if not client.client_id:
        yield Problem(at(), f"{name} has no client_id.", "Add it, or register = true.")
    if client.confidential and (client.secret is None or client.secret.places != 1):
        yield Problem(at("secret"), f"{name} has no secret from one place.", _ONE_PLACE)
    if not client.confidential and (
        client.secret is not None or client.authentication not in ("", "none")
    ):
        key = "secret" if client.secret is not None else "authentication"
        yield Problem(at(key), f"{name} is {client.type}, and has no secret.", f"Remove {key}.")


def _is_redirect_uri(text: str) -> bool:
    """Whether it is an absolute URI without a fragment."""
    try:
        parts = urlsplit(text)
        return bool(parts.scheme) and parts.port != 0 and "#" not in text
    except ValueError:  # a host or a port that is none
        return False


def _about_login(sections: Sections, lines: Lines, folder: Path) -> Iterator[Problem]:
    login = sections.login
    file, colon, function = login.function.rpartition(":")
    if login.driver == "python" and not (colon and function.isidentifier()):
        line = lines.of("login", "function")
        yield Problem(line, "Which function signs in?", 'Write function = "login.py:sign_in".')
    elif login.driver == "python" and not (folder / file).is_file():
        yield Problem(lines.of("login", "function"), f"There is no file {file}.", "Write it.")
    for name, account in sections.accounts.items():
        if account.storage_state and not (folder / account.storage_state).is_file():
            line = lines.of("accounts", name, "storage_state")
            remedy = "Save one: playwright open --save-storage=FILE URL."
            yield Problem(line, f"There is no file {account.storage_state}.", remedy)


def _about_policy(sections: Sections, lines: Lines) -> Iterator[Problem]:
    policy = sections.policy
    if policy.hold_to not in STANDARDS:
        line, known = lines.of("policy", "hold_to"), ", ".join(STANDARDS)
        yield Problem(line, f"There is no policy {policy.hold_to!r}.", f"There are {known}.")
    for name in policy.tolerate:
        if name not in catalogue():
            line = lines.of("policy", "tolerate")
            remedy = "codejack list --weaknesses names them all."
            yield Problem(line, f"There is no weakness {name!r}.", remedy)
    limits = sections.limits
    if limits.requests < 1:
        line = lines.of("limits", "requests")
        yield Problem(line, "requests allows nothing.", "Write a number.")
    if limits.requests_per_minute is not None and limits.requests_per_minute < _SLOWEST:
        line = lines.of("limits", "requests_per_minute")
        reason = "So slow, a login lasts longer than anybody waits for it."
        yield Problem(line, reason, f"Allow {_SLOWEST} requests a minute, or more.")


def _about_resource(sections: Sections, lines: Lines) -> Iterator[Problem]:
    resource = sections.resource
    if resource.url:
        yield from _about_address("url", resource.url, lines.of("resource", "url"), sections)
    if resource.introspection and resource.client not in sections.clients:
        line = lines.of("resource", "client")
        yield Problem(line, "Which client asks about tokens?", "Name one of [clients].")

"""A target file to begin with: commented, and with marked places for what only the user knows."""

from datetime import date, timedelta
from typing import Any

from scenarios.assessment.standards import STANDARDS
from scenarios.hosts import is_loopback
from scenarios.stage.scope import Authority
from scenarios.targets.checks import authority_of, host_named
from scenarios.targets.sections import ENDPOINTS, FILL_IN

_DAYS = 90
_MOST_SCOPES = 3

_HEADER = f"""\
# What codejack is to attack, and how. Places marked "{FILL_IN}" are yours; until they
# are filled in, the file is refused. Then: codejack doctor FILE, and codejack assess FILE.
"""
_PERMISSION = """\
[permission]
owner = {owner}  # a name and an address: who answers for this system
statement = "I run this system and allow codejack to attack it."
expires = {expires}
"""
_LOGIN = f"""\
# How a user signs in. "form" finds the fields by itself; name selectors only where it goes wrong.
# "storage-state" starts from cookies that Playwright has saved; "python" calls your own function.
[login]
driver = "form"
# username_field = "#username"
# password_field = "#password"
# submit_button = "button[type=submit]"
# allow_button = "button[name=allow]"
# function = "login.py:sign_in"  # async def sign_in(page, username, password)

# Accounts made for tests, never a person's own. A secret is never written here; say where it is:
# {{ env = "NAME" }}, {{ keyring = "service/name" }}, or {{ file = "path" }} (chmod 600).
[accounts.victim]
username = "{FILL_IN}"
password = {{ env = "IDP_VICTIM_PASSWORD" }}
# storage_state = "victim.json"

# A second account, for attacks in which the attacker has one, too; remove it if there is none.
[accounts.attacker]
username = "{FILL_IN}"
password = {{ env = "IDP_ATTACKER_PASSWORD" }}
"""
_PKCE_UNSAID = "The server does not say that it knows PKCE. Honest clients send it all the same."
_CLIENTS = """\
# Clients as they are registered at the server; remove what you have not. codejack answers at the
# redirect URI itself, inside its own proxy: the real application is neither needed nor touched.
{notes}[clients.web]
type = "confidential"
client_id = {fill}
secret = {{ env = "IDP_WEB_SECRET" }}
authentication = "{method}"
redirect_uris = [{fill}]  # "https://app.example.com/callback"
scope = {scope}{about_scope}
pkce = "{pkce}"  # as the honest client does it: "S256", "plain", "none"

[clients.native]
type = "public"
client_id = {fill}
redirect_uris = [{fill}]  # "http://127.0.0.1:5218/callback"
scope = {scope}
pkce = "{pkce}"

[clients.spa]
type = "single-page"
client_id = {fill}
redirect_uris = [{fill}]  # "https://spa.example.com/callback"
scope = {scope}
pkce = "{pkce}"
"""
_DYNAMIC = """
# The server registers clients (RFC 7591); one that registers itself needs no client_id:
# [clients.dynamic]
# type = "public"
# register = true
# redirect_uris = ["https://app.example.com/callback"]
"""
_RESOURCE = """\
# Where a token shows whose it is; the userinfo endpoint unless named.
# [resource]
# url = "https://api.example.com/me"
# subject = "user.id"
"""
_FAPI = "# The server demands pushed authorization requests (RFC 9126); fapi2 may be meant.\n"
_POLICY = """\
{fapi}[policy]
hold_to = "rfc9700"  # {names}
tolerate = []  # weaknesses that you accept by rule; codejack list --weaknesses names them

[limits]
requests_per_minute = 600
requests = 20000
"""


def draft(issuer: str, metadata: dict[str, Any] | None, ca_file: str, today: date) -> str:
    """A target file in which only the places marked FILL IN are left.

    ``metadata`` is what discovery says, and ``None`` where there is none. What a server says about
    itself goes into comments only, and is written so that it cannot end one.
    """
    said = metadata or {}
    sections = (
        _HEADER,
        _provider(issuer, metadata, ca_file),
        _permission(authority_of(issuer), today),
        _LOGIN,
        _clients(said),
        _resource(said),
        _POLICY.format(
            names=", ".join(STANDARDS),
            fapi=_FAPI if said.get("require_pushed_authorization_requests") is True else "",
        ),
    )
    return "\n".join(sections)


def _quoted(value: object) -> str:
    """A TOML string; whatever does not print is escaped."""
    plain = (
        each if each.isprintable() and each not in '"\\' else f"\\U{ord(each):08X}"
        for each in str(value)
    )
    return f'"{"".join(plain)}"'


def _provider(issuer: str, metadata: dict[str, Any] | None, ca_file: str) -> str:
    home = authority_of(issuer)
    lines = ["[provider]", f"issuer = {_quoted(issuer)}"]
    if metadata is None:
        lines += ["discovery = false", "# Every endpoint that the server has:"]
        lines += [f"{name} = {_quoted(FILL_IN)}" for name in ENDPOINTS[:2]]
        lines += [f"# {name} = {_quoted('https://...')}" for name in ENDPOINTS[2:]]
    else:
        lines.append("# What the server says; take the # away to override it:")
        lines += [f"# {name} = {_quoted(metadata[name])}" for name in ENDPOINTS if name in metadata]
    lines += ["# Exactly these are dialled, nothing else; port 443 unless named.", "hosts = ["]
    lines += [f"    {_host(home)}," if home else ""]
    for authority, names in _elsewhere(home, metadata or {}).items():
        lines.append(f"    # {_host(authority)},  # {', '.join(names)}: add it if it is yours")
    lines.append("]")
    said = _quoted(ca_file or "ca.pem")
    lines.append(f"{'' if ca_file else '# '}ca_file = {said}  # trusted in addition; beside here")
    return "\n".join(lines) + "\n"


def _host(authority: Authority) -> str:
    bare = str(authority).removesuffix(":443")
    return _quoted(bare if host_named(bare) == authority else authority)


def _elsewhere(home: Authority | None, metadata: dict[str, Any]) -> dict[Authority, list[str]]:
    """Hosts of endpoints besides the issuer's: whose they are, only the reader can say."""
    found: dict[Authority, list[str]] = {}
    for name in ENDPOINTS:
        authority = authority_of(str(metadata.get(name, "")))
        if authority is not None and authority != home:
            found.setdefault(authority, []).append(name)
    return found


def _permission(home: Authority | None, today: date) -> str:
    table = _PERMISSION.format(owner=_quoted(FILL_IN), expires=today + timedelta(days=_DAYS))
    if home is None or not is_loopback(home.host):
        return f"# Without this nothing but loopback is attacked. Only you can know.\n{table}"
    commented = "".join(f"# {line}\n" for line in table.splitlines())
    return f"# A server on loopback needs no permission; any other does:\n{commented}"


def _listed(said: dict[str, Any], name: str) -> list[str] | None:
    value = said.get(name)
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else None


def _clients(said: dict[str, Any]) -> str:
    methods = _listed(said, "token_endpoint_auth_methods_supported")
    pkce = _listed(said, "code_challenge_methods_supported")
    notes = [f"# {_PKCE_UNSAID}" for _ in (0,) if pkce is None and said]
    if pkce is not None and "S256" not in pkce:
        notes.append(f"# The server does not name S256, but: {', '.join(map(_quoted, pkce))}.")
    known = {"client_secret_basic", "client_secret_post"}
    if methods is not None and not known & set(methods):
        names = ", ".join(map(_quoted, methods))
        notes.append(f"# codejack can authenticate by secret only; the server names {names}.")
    if methods is not None and "none" not in methods:
        notes.append("# The server does not name public clients (no method none); many have them.")
    scopes = _listed(said, "scopes_supported")
    usual = [each for each in ("openid", "profile") if scopes is None or each in scopes]
    post = methods is not None and known & set(methods) == {"client_secret_post"}
    text = _CLIENTS.format(
        fill=_quoted(FILL_IN),
        method="client_secret_post" if post else "client_secret_basic",
        pkce="plain" if pkce is not None and "S256" not in pkce and "plain" in pkce else "S256",
        scope=_quoted(" ".join(usual or (scopes or [])[:_MOST_SCOPES])),
        about_scope="" if usual else "  # the server does not name openid",
        notes="".join(f"{note}\n" for note in notes),
    )
    return text + _DYNAMIC if said.get("registration_endpoint") else text


def _resource(said: dict[str, Any]) -> str:
    if said.get("userinfo_endpoint"):
        return _RESOURCE
    return f"# The server names no userinfo endpoint: this is needed.\n{_RESOURCE}"

"""From a target file, and what its server publishes, to the site that is assessed."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from scenarios.hosts import RESOURCE_HOST, is_loopback
from scenarios.real import RealSite
from scenarios.real_server import RealServer, RegisteredClient, person
from scenarios.stage.courtesy import Limits
from scenarios.stage.scope import Authority
from scenarios.target import InBrowser, People
from scenarios.targets.checks import authority_of, hosts_of
from scenarios.targets.problems import Problem, TargetFileError
from scenarios.targets.reading import TargetFile
from scenarios.targets.registration import Registration
from scenarios.targets.sections import ENDPOINTS, ClientSection
from scenarios.targets.sources import SecretMissingError, Source
from victim.client import Pkce, Provider
from victim.client.id_token import BY_SECRET
from victim.identity_provider import ClientType, User
from victim.resource_server import Introspection
from victim.sign_in.hints import NO_HINTS, Hints, own_function

_BY_KEY = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
_USUAL_PER_MINUTE = 600
_NEEDED = ("authorization_endpoint", "token_endpoint")


def site_of(
    target: TargetFile,
    discovered: Mapping[str, Any],
    registrations: Mapping[str, Registration] | None = None,
) -> RealSite:
    """The site. ``discovered`` is empty without discovery. Raises :class:`TargetFileError`.

    ``registrations`` are those of the clients that register themselves; without, they are left out.
    """
    metadata = {**discovered, **target.sections.provider.endpoints}
    if url := target.sections.resource.url:
        metadata["userinfo_endpoint"] = url
    problems = list(_about_endpoints(target, metadata))
    if target.sections.resource.introspection:
        metadata["userinfo_endpoint"] = f"https://{RESOURCE_HOST}/me"
    clients, people = _secrets(target, metadata, registrations or {}, problems)
    if problems:
        raise TargetFileError(target.path, problems)
    provider, hosts = _provider(target, metadata), tuple(sorted(hosts_of(target.sections)))
    subject = target.sections.resource.subject
    server = RealServer(target.name, provider, metadata, hosts, introspected=subject)
    return RealSite(
        server=server,
        clients=clients,
        people=people,
        declared_in=str(target.path),
        trusted=ca_file_of(target),
        limits=_limits(target, hosts),
        terms=_terms(target),
        login=_login(target),
        introspection=_introspection(target, clients, metadata),
    )


def _introspection(
    target: TargetFile, clients: Iterable[RegisteredClient], metadata: Mapping[str, Any]
) -> Introspection | None:
    """How tokens are asked about, if they are."""
    asks = target.sections.resource
    if not asks.introspection:
        return None
    client = next(each for each in clients if each.name == asks.client)
    endpoint = str(metadata["introspection_endpoint"])
    return Introspection(endpoint, client.client_id, client.secret or "", client.secret_in_header)


def _login(target: TargetFile) -> InBrowser | None:
    """How users sign in, where the file says more than that they fill in forms."""
    said, folder = target.sections.login, target.folder
    hints = Hints(said.username_field, said.password_field, said.submit_button, said.allow_button)
    states = {
        each.username: folder / each.storage_state
        for each in target.sections.accounts.values()
        if each.storage_state
    }
    if said.driver == "python":
        return InBrowser(hints, own_function(said.function, folder))
    if said.driver == "storage-state" or hints != NO_HINTS:
        return InBrowser(hints, states=states)
    return None


def _terms(target: TargetFile) -> dict[str, str]:
    """What a reader of the run asks later: who has allowed it, and what it was held to."""
    held_to, permission = target.sections.policy.hold_to, target.sections.permission
    if permission is None:
        return {"held to": held_to}
    allowed = f"{permission.owner}, until {permission.expires}: {permission.statement}"
    return {"held to": held_to, "permission": allowed}


def _limits(target: TargetFile, hosts: Iterable[Authority]) -> Limits:
    said = target.sections.limits
    usual = 0 if all(is_loopback(each.host) for each in hosts) else _USUAL_PER_MINUTE
    given = said.requests_per_minute
    return Limits(usual if given is None else given, said.requests)


def _about_endpoints(target: TargetFile, metadata: Mapping[str, Any]) -> Iterator[Problem]:
    line = target.line_of("provider")
    for name in _NEEDED:
        if not metadata.get(name):
            yield Problem(line, f"Nobody says where the {name} is.", f"Add {name} = ...")
    if target.sections.resource.introspection:
        if not metadata.get("introspection_endpoint"):
            reason = "Nobody says where the introspection_endpoint is."
            yield Problem(target.line_of("resource"), reason, "Add it to [provider].")
    elif not metadata.get("userinfo_endpoint"):
        yield Problem(
            target.line_of("resource"),
            "Nobody says where a token shows whose it is: there is no userinfo endpoint.",
            "Add [resource] with the url of an API that answers with the user.",
        )
    provable = _algorithms(metadata)
    by_key = not _speaks_openid(target, metadata) or bool(set(_BY_KEY) & set(provable))
    for name, client in target.sections.clients.items():
        if not (by_key or (client.confidential and BY_SECRET in provable)):
            yield Problem(
                target.line_of("clients", name),
                "The server signs ID tokens in no way that this client can check.",
                "Leave openid out of the scope of the clients: then no ID token is read.",
            )
    # Whether or not the file names hosts: a server must not talk anybody into dialling others.
    allowed = hosts_of(target.sections)
    for name in ENDPOINTS:
        authority = authority_of(str(metadata.get(name, "")))
        if authority is not None and authority not in allowed:
            yield Problem(
                target.line_of("provider", "hosts"),
                f"The server's {name} is at {authority}, which is not among the hosts.",
                "Add it, if it is yours.",
            )


def _provider(target: TargetFile, metadata: Mapping[str, Any]) -> Provider:
    resource = target.sections.resource
    return Provider(
        issuer=str(metadata.get("issuer", target.sections.provider.issuer)),
        authorization_endpoint=str(metadata.get("authorization_endpoint", "")),
        token_endpoint=str(metadata.get("token_endpoint", "")),
        userinfo_endpoint=str(metadata.get("userinfo_endpoint", "")),
        jwks_uri=str(metadata.get("jwks_uri", "")),
        pushed_request_endpoint=str(metadata.get("pushed_authorization_request_endpoint", "")),
        names_itself=metadata.get("authorization_response_iss_parameter_supported") is True,
        openid=_speaks_openid(target, metadata),
        algorithms=_algorithms(metadata),
        subject="sub" if resource.introspection else resource.subject,
    )


def _speaks_openid(target: TargetFile, metadata: Mapping[str, Any]) -> bool:
    """Whether clients are given ID tokens, and can check them."""
    asks = any("openid" in each.scope.split() for each in target.sections.clients.values())
    return asks and bool(metadata.get("jwks_uri"))


def _algorithms(metadata: Mapping[str, Any]) -> tuple[str, ...]:
    """How the server signs ID tokens, as far as a client can tell by published keys or a secret.

    Any of these ways, where it does not say.
    """
    known = (*_BY_KEY, BY_SECRET)
    signed = metadata.get("id_token_signing_alg_values_supported", known)
    return tuple(each for each in known if each in signed)


def _secrets(
    target: TargetFile,
    metadata: Mapping[str, Any],
    registrations: Mapping[str, Registration],
    problems: list[Problem],
) -> tuple[tuple[RegisteredClient, ...], People]:
    """Everybody who has a secret, with that; what is missing becomes a problem."""

    def read(source: Source | None, *place: str) -> str:
        try:
            return source.read(target.folder) if source else ""
        except SecretMissingError as error:
            reason, _, remedy = str(error).partition(". ")
            problems.append(Problem(target.line_of(*place), f"{reason}.", remedy))
            return ""

    def by_hand(name: str, section: ClientSection) -> Registration:
        secret = read(section.secret, "clients", name, "secret")
        in_header = _authentication(section, metadata) == "client_secret_basic"
        return Registration(section.client_id, secret or None, in_header)

    def account(name: str) -> User:
        section = target.sections.accounts.get(name)
        if section is None:
            return person("", "")
        return person(section.username, read(section.password, "accounts", name, "password"))

    clients = tuple(
        _client(name, each, registrations.get(name) or by_hand(name, each), target)
        for name, each in target.sections.clients.items()
        if not each.register or name in registrations
    )
    return clients, People(account("victim"), account("attacker"))


def _client(
    name: str, section: ClientSection, registration: Registration, target: TargetFile
) -> RegisteredClient:
    return RegisteredClient(
        name=name,
        client_id=registration.client_id,
        redirect_uri=section.redirect_uris[0],
        scope=section.scope,
        type=ClientType.CONFIDENTIAL if section.confidential else ClientType.PUBLIC,
        pkce=Pkce(section.pkce),
        secret=registration.secret,
        secret_in_header=registration.in_header,
        other_redirect_uris=section.redirect_uris[1:],
        declared_at=target.line_of("clients", name),
    )


def _authentication(section: ClientSection, metadata: Mapping[str, Any]) -> str:
    """How a client sends its secret: as the file says, or as the server likes it."""
    methods = metadata.get("token_endpoint_auth_methods_supported", ("client_secret_basic",))
    usual = "client_secret_basic" if "client_secret_basic" in methods else "client_secret_post"
    return section.authentication or usual


def ca_file_of(target: TargetFile) -> Path | None:
    """Certificates that are trusted besides the usual ones, if the file names some."""
    name = target.sections.provider.ca_file
    return target.folder / name if name else None

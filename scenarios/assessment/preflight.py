"""Before anything is attacked: an honest login of each account at each client.

It tells a target file that is wrong from a server that is, and says as whom each client knows its
users, and whether it is given refresh tokens.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from html import unescape
from pathlib import Path

from reports.actors import VICTIM_BROWSER
from reports.judgement.evidence import Control, control, plays
from reports.judgement.redemption import as_object
from reports.runlog import StoredRun, read_log
from scenarios.channels import ACCESS_LOG
from scenarios.planning import Plan
from scenarios.real import RealSite
from scenarios.real_server import RegisteredClient, Subjects
from scenarios.runner import Listener, Run, perform
from scenarios.stage.options import StageOptions
from scenarios.target import InBrowser, Key, People
from victim.identity_provider import HARDENED
from victim.user import SignInFailedError

_LASTING = ".lasting"
_CLIENT_SAYS = re.compile(r"The login could not be \w+: ([^<]+)\.")


@dataclass(frozen=True)
class HonestLogin:
    """What a login showed. It worked if ``trouble`` is empty.

    ``lasts``: the client was given a refresh token; ``unasked``: although it had not asked for one.
    """

    client: str
    subject: str
    trouble: str
    lasts: bool = False
    unasked: bool = False


@dataclass(frozen=True)
class Preflight:
    """The honest logins of the victim, and of the attacker if it has an account."""

    victim: tuple[HonestLogin, ...]
    attacker: tuple[HonestLogin, ...]
    runs: tuple[Run, ...]
    login: InBrowser | None = None
    """How they have signed in first, where that took a real browser."""

    @property
    def troubles(self) -> list[str]:
        """What keeps the assessment from beginning, one sentence for each client."""
        return list(_troubles(self.victim, self.attacker))

    def trouble_at(self, client: str) -> str:
        """What keeps this client from being attacked, in a sentence, or nothing."""
        victim = [login for login in self.victim if login.client == client]
        attacker = [login for login in self.attacker if login.client == client]
        return next(_troubles(victim, attacker), "")

    @property
    def subjects(self) -> dict[str, Subjects]:
        """As whom each client knows the two."""
        attackers = {login.client: login.subject for login in self.attacker}
        return {
            login.client: Subjects(login.subject, attackers.get(login.client, ""))
            for login in self.victim
        }

    @property
    def lasting(self) -> frozenset[str]:
        """The clients that are given refresh tokens."""
        return frozenset(login.client for login in self.victim if login.lasts)


def informed(site: RealSite, known: Preflight) -> RealSite:
    """The site with what the honest logins have shown."""
    unasked = frozenset(login.client for login in known.victim if login.unasked)
    return replace(site, subjects=known.subjects, unasked=unasked, login=known.login)


async def look_first(
    folder: Path, site: RealSite, options: StageOptions, listener: Listener
) -> Preflight:
    """Sign everybody in, honestly. The logs are kept in folders of their own below ``folder``.

    By forms without a window first; where that fails, in a real browser, which also runs scripts.
    """
    known = await _look(folder, site, options, listener)
    if not known.troubles or site.login is not None:
        return known
    in_browser = replace(site, login=InBrowser())
    try:
        again = await _look(folder / "in-a-browser", in_browser, options, listener)
    except* SignInFailedError:
        again = None  # not there either: what the forms have shown stands
    return replace(again, runs=(*known.runs, *again.runs)) if again else known


async def _look(
    folder: Path, site: RealSite, options: StageOptions, listener: Listener
) -> Preflight:
    lasting = tuple(_asking_for_more(site))
    of_victim = Run(folder / "honest-logins")
    everyone = replace(site, clients=(*site.clients, *lasting))
    stored = await _signed_in(of_victim, everyone, options, listener)
    victim = tuple(_logins(stored, site.clients))
    if not site.people.attacker.username:
        return Preflight(victim, (), (of_victim,), site.login)
    of_attacker = Run(folder / "honest-logins-of-the-attacker")
    themselves = replace(site, people=People(site.people.attacker, site.people.attacker))
    stored = await _signed_in(of_attacker, themselves, options, listener)
    attacker = tuple(_logins(stored, site.clients))
    return Preflight(victim, attacker, (of_victim, of_attacker), site.login)


def _asking_for_more(site: RealSite) -> Iterator[RegisteredClient]:
    """The clients once more, as they would be if they asked for refresh tokens."""
    if "offline_access" in site.server.metadata.get("scopes_supported", ()):
        for client in site.clients:
            yield replace(client, name=f"{client.name}{_LASTING}", lasting=True)


async def _signed_in(
    run: Run, site: RealSite, options: StageOptions, listener: Listener
) -> StoredRun:
    run.folder.mkdir(parents=True)
    postures = tuple(client.posture(HARDENED) for client in site.clients)
    plan = Plan((), postures, {Key(ACCESS_LOG, posture): [] for posture in postures})
    await perform(run, plan, (), options, listener, site)
    return read_log(run.log)


def _logins(stored: StoredRun, clients: Iterable[RegisteredClient]) -> Iterator[HonestLogin]:
    for client in clients:
        lasting = list(_controls(stored, f"{client.name}{_LASTING}"))
        controls = list(_controls(stored, client.name))
        subjects = {each.subject for each in controls}
        trouble = next((_explained(each) for each in controls if each.trouble), "")
        if not trouble and len(subjects) != 1:
            trouble = f"it was known as {' and as '.join(sorted(subjects)) or 'nobody'}"
        unasked = any(map(_was_given_refresh_token, controls))
        lasts = unasked or any(map(_was_given_refresh_token, lasting))
        yield HonestLogin(client.name, min(subjects, default=""), trouble, lasts, unasked)


def _explained(login: Control) -> str:
    """What went wrong with a login, and what our own client has to say to that."""
    for exchange in login.play.exchanges(VICTIM_BROWSER):
        if exchange.response and (said := _CLIENT_SAYS.search(exchange.response.body)):
            return f"{login.trouble} (the client says: {unescape(said[1])})"
    return login.trouble


def _controls(stored: StoredRun, posture: str) -> Iterator[Control]:
    target = next((p.target for p in stored.started.postures if p.id == posture), None)
    for play in plays(stored):
        if target is not None and play.started.group == f"{ACCESS_LOG.id}.{posture}":
            yield control(play, target)


def _was_given_refresh_token(login: Control) -> bool:
    used = login.redemption
    answer = used.exchange.response if used and used.token else None
    return answer is not None and bool(as_object(answer.body).get("refresh_token"))


def _troubles(victim: Iterable[HonestLogin], attacker: Iterable[HonestLogin]) -> Iterator[str]:
    victims = {}
    for login in victim:
        victims[login.client] = login.subject
        if login.trouble:
            yield f"the victim cannot sign in at client {login.client}: {login.trouble}"
    for login in attacker:
        if login.trouble:
            yield f"the attacker cannot sign in at client {login.client}: {login.trouble}"
        elif login.subject == victims.get(login.client):
            # Then nobody could tell the victim's data from the attacker's own.
            yield f"the attacker is the victim at client {login.client}: name another account"

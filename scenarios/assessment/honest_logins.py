"""What the honest logins before an assessment have shown: who is who, and what is in the way."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from reports.actors import VICTIM_BROWSER
from reports.judgement.evidence import Control, PlayEvidence, control, plays
from reports.judgement.redemption import as_object
from reports.runlog import StoredRun
from scenarios.assessment.explaining import explained
from scenarios.channels import ACCESS_LOG
from scenarios.real_server import RegisteredClient, Subjects
from scenarios.runner import Run
from scenarios.target import InBrowser
from victim.user import PasswordRefusedError, SignInFailedError

LASTING = ".lasting"
"""Ends the name of a client that asks for refresh tokens on top of what it is."""

_NOT_TRIED = "nobody has tried, since the account was refused before"


@dataclass(frozen=True)
class HonestLogin:
    """What a login showed. It worked if ``trouble`` is empty.

    ``lasts``: the client was given a refresh token; ``unasked``: although it had not asked for one.
    ``kept``: the trouble is with the sign-in, and not with what the client does after it.
    ``unnamed``: it is with a token request in which HTTP Basic alone said who the client is.
    ``page`` is the last one that the user saw (HTML, redacted).
    """

    client: str
    subject: str
    trouble: str
    lasts: bool = False
    unasked: bool = False
    kept: bool = False
    unnamed: bool = False
    page: str = ""


@dataclass(frozen=True)
class Preflight:
    """The honest logins of the victim, and of the attacker if it has an account."""

    victim: tuple[HonestLogin, ...]
    attacker: tuple[HonestLogin, ...]
    runs: tuple[Run, ...]
    login: InBrowser | None = None
    """How they have signed in first, where that took a real browser."""
    in_browser: str = ""
    """What has kept them in a real browser, if they have tried one and did not get in."""
    pictures: tuple[Path, ...] = ()
    """What they saw where they did not get in, as PNG files."""
    named_in_form: frozenset[str] = frozenset()
    """The clients that the server knows only if the form of a token request names them, too."""
    asked_again: frozenset[str] = frozenset()
    """The clients beside which there is another at which users are asked for consent each time."""

    @property
    def troubles(self) -> list[str]:
        """What keeps the assessment from beginning, in sentences: one for each client, and more."""
        found = list(_troubles(self.victim, self.attacker))
        if self.in_browser and not any(self.in_browser in trouble for trouble in found):
            found.append(f"nor in a real browser: {self.in_browser}")
        return found

    @property
    def kept(self) -> bool:
        """Whether anybody was kept at a page of the provider's."""
        return any(login.kept for login in (*self.victim, *self.attacker))

    @property
    def unnamed(self) -> frozenset[str]:
        """The clients that may be refused because only HTTP Basic has named them."""
        logins = (*self.victim, *self.attacker)
        return frozenset(login.client for login in logins if login.unnamed)

    def trouble_at(self, client: str) -> str:
        """What keeps this client from being attacked, in a sentence, or nothing."""
        victim = [login for login in self.victim if login.client == client]
        attacker = [login for login in self.attacker if login.client == client]
        return next(_troubles(victim, attacker), "")

    @property
    def subjects(self) -> dict[str, Subjects]:
        """As whom each client knows the two."""
        return {
            victim.client: Subjects(victim.subject, attacker.subject if attacker else "")
            for victim, attacker in self.pairs
        }

    @property
    def pairs(self) -> list[tuple[HonestLogin, HonestLogin | None]]:
        """The logins of the two at each client; ``None`` where the attacker has no account."""
        attackers = {login.client: login for login in self.attacker}
        return [(login, attackers.get(login.client)) for login in self.victim]

    @property
    def seen(self) -> list[str]:
        """Where there are pictures of what they saw, in sentences."""
        return [f"what they saw: {picture}" for picture in self.pictures]

    @property
    def lasting(self) -> frozenset[str]:
        """The clients that are given refresh tokens."""
        return frozenset(login.client for login in self.victim if login.lasts)


def honest_logins(stored: StoredRun, clients: Iterable[RegisteredClient]) -> Iterator[HonestLogin]:
    """Read from the log of a run how the login at each client went."""
    for client in clients:
        lasting = list(_controls(stored, f"{client.name}{LASTING}"))
        controls = list(_controls(stored, client.name))
        failed = next((each for each in controls if each.trouble), None)
        subjects = {each.subject for each in controls}
        trouble = explained(failed) if failed else "" if controls else _NOT_TRIED
        if not trouble and len(subjects) != 1:
            trouble = f"it was known as {' and as '.join(sorted(subjects)) or 'nobody'}"
        unasked = any(map(_was_given_refresh_token, controls))
        yield HonestLogin(
            client.name,
            min(subjects, default=""),
            trouble,
            lasts=unasked or any(map(_was_given_refresh_token, lasting)),
            unasked=unasked,
            kept=failed is not None and _was_kept(failed.play),
            unnamed=failed is not None and _was_unnamed(failed),
            page=_last_page(failed.play) if failed else "",
        )


def _was_kept(play: PlayEvidence) -> bool:
    kind = play.finished.error.partition(":")[0] if play.finished else ""
    return kind in {SignInFailedError.__name__, PasswordRefusedError.__name__}


def _was_unnamed(login: Control) -> bool:
    used = login.redemption
    return used is not None and bool(used.error) and used.by_basic and "client_id" not in used.form


def _last_page(play: PlayEvidence) -> str:
    pages = [
        exchange.response.body
        for exchange in play.exchanges(VICTIM_BROWSER)
        if exchange.response and "html" in exchange.response.header("content-type")
    ]
    return pages[-1] if pages else ""


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

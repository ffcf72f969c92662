"""Before anything is attacked: an honest login of each account at each client.

It tells a target file that is wrong from a server that is, and says as whom each client knows its
users, and whether it is given refresh tokens.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from reports.runlog import read_log
from scenarios.assessment.honest_logins import LASTING, HonestLogin, Preflight, honest_logins
from scenarios.assessment.pictures import draw
from scenarios.channels import ACCESS_LOG
from scenarios.planning import Plan
from scenarios.real import RealSite
from scenarios.real_server import RegisteredClient
from scenarios.runner import Listener, Run, perform
from scenarios.stage.courtesy import AccountRefusedError
from scenarios.stage.options import StageOptions
from scenarios.target import InBrowser, Key, People
from victim.identity_provider import HARDENED
from victim.user import SignInFailedError


def informed(site: RealSite, known: Preflight) -> RealSite:
    """The site with what the honest logins have shown."""
    unasked = frozenset(login.client for login in known.victim if login.unasked)
    named = _named(site, known.named_in_form)
    return replace(named, subjects=known.subjects, unasked=unasked, login=known.login)


async def look_first(
    folder: Path, site: RealSite, options: StageOptions, listener: Listener
) -> Preflight:
    """Sign everybody in, honestly. The logs are kept in folders of their own below ``folder``.

    By forms without a window first; who is kept there tries it once in a real browser, which also
    runs scripts. An account that is refused at one client is tried at no other. A client whose
    token request is refused with HTTP Basic alone tries once whether the form is to name it, too.
    """
    known = await _by_form_or_in_browser(folder, site, options, listener)
    if not (unnamed := known.unnamed):
        return known
    named = replace(_named(site, unnamed), login=known.login)
    again = await _by_form_or_in_browser(folder / "named", named, options, listener)
    helped = frozenset(name for name in unnamed if not again.trouble_at(name))
    if not helped:
        return replace(known, runs=(*known.runs, *again.runs))
    runs, pictures = (*known.runs, *again.runs), again.pictures
    return replace(again, runs=runs, pictures=pictures, named_in_form=helped)


def _named(site: RealSite, clients: frozenset[str]) -> RealSite:
    """The site with these clients named in the form, too."""
    named = (replace(each, named_in_form=each.name in clients) for each in site.clients)
    return replace(site, clients=tuple(named))


async def _by_form_or_in_browser(
    folder: Path, site: RealSite, options: StageOptions, listener: Listener
) -> Preflight:
    known = await _look(folder, site, options, listener)
    if site.login is not None or not known.kept:
        return known
    in_browser = replace(site, login=InBrowser())
    again = await _look(folder / "in-a-browser", in_browser, options, listener)
    runs, pictures = (*known.runs, *again.runs), (*again.pictures, *known.pictures)
    # Who is kept there too learns nothing of the clients, but the forms have tried each of them.
    shown = replace(known, in_browser=again.in_browser) if again.in_browser else again
    return replace(shown, runs=runs, pictures=pictures)


async def _look(
    folder: Path, site: RealSite, options: StageOptions, listener: Listener
) -> Preflight:
    lasting = tuple(_asking_for_more(site))
    everyone = replace(site, clients=(*site.clients, *lasting))
    victim = await _signed_in(folder / "honest-logins", "victim", everyone, options, listener)
    if not site.people.attacker.username:
        return _preflight(site, victim)
    themselves = replace(site, people=People(site.people.attacker, site.people.attacker))
    of_attacker = folder / "honest-logins-of-the-attacker"
    attacker = await _signed_in(of_attacker, "attacker", themselves, options, listener)
    return _preflight(site, victim, attacker)


@dataclass(frozen=True)
class _SignedIn:
    """How it went for one account; ``failure`` is what kept it in a real browser."""

    run: Run
    logins: tuple[HonestLogin, ...]
    failure: str
    pictures: tuple[Path, ...]


def _preflight(site: RealSite, victim: _SignedIn, attacker: _SignedIn | None = None) -> Preflight:
    both = (victim, attacker) if attacker else (victim,)
    return Preflight(
        victim.logins,
        attacker.logins if attacker else (),
        tuple(each.run for each in both),
        site.login,
        next((each.failure for each in both if each.failure), ""),
        tuple(picture for each in both for picture in each.pictures),
    )


def _asking_for_more(site: RealSite) -> Iterator[RegisteredClient]:
    """The clients once more, as they would be if they asked for refresh tokens."""
    if "offline_access" in site.server.metadata.get("scopes_supported", ()):
        for client in site.clients:
            yield replace(client, name=f"{client.name}{LASTING}", lasting=True)


async def _signed_in(
    folder: Path, account: str, site: RealSite, options: StageOptions, listener: Listener
) -> _SignedIn:
    run = Run(folder)
    run.folder.mkdir(parents=True)
    postures = tuple(client.posture(HARDENED) for client in site.clients)
    plan = Plan((), postures, {Key(ACCESS_LOG, posture): [] for posture in postures})
    failure: SignInFailedError | None = None
    try:
        await perform(run, plan, (), options, listener, site)
    except* AccountRefusedError:
        pass  # at which client, the log says; at those after it, nobody has tried
    except* SignInFailedError as failed:
        failure = _first(failed)
    clients = [each for each in site.clients if not each.lasting]
    logins = tuple(honest_logins(read_log(run.log), clients))
    if failure is None:
        seen = [login for login in logins if login.page]
        pictures = await draw(seen, account, folder.parent, options) if seen else []
        return _SignedIn(run, logins, "", tuple(pictures))
    kept = tuple(replace(login, trouble=str(failure), kept=True) for login in logins)
    if not failure.screenshot:
        return _SignedIn(run, kept, str(failure), ())
    picture = folder.parent / f"{account}-in-a-browser.png"
    picture.write_bytes(failure.screenshot)
    return _SignedIn(run, kept, str(failure), (picture,))


def _first(failed: BaseExceptionGroup[SignInFailedError]) -> SignInFailedError:
    error = failed.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else error

"""The attacker prepares a session, and has the victim sign in to it.

RFC 9700 section 4.7, RFC 6265 sections 8.4 and 8.6. Nothing is stolen here. The name of a session
that the attacker knows is in a link that the victim follows, or in a cookie that a neighbouring
host has set in the victim's browser; whoever signs in there signs the attacker in, too. All of the
flow belongs together, so neither PKCE nor the nonce sees anything wrong.
"""

from attacker.vantage import OWN_ACCOUNT
from reports.records import Proof, Refusal
from scenarios.model.rule import Rule
from scenarios.model.sessions import LentLink
from scenarios.play import Play
from scenarios.registry import scenario

_OWN_SESSION = (Refusal.OWN_SESSION,)


@scenario(
    title="A link cannot say whose session its login is for",
    vantage=OWN_ACCOUNT,
    clauses=("RFC9700#4.7", "RFC6749#10.12"),
    remedy="Sign users in to the session of the browser that brings the answer, and to no other.",
    attack=(LentLink(),),
    refusals=_OWN_SESSION,
    proof=Proof.SESSION,
)
async def link_for_another_session(play: Play) -> None:
    """Start a login at the client, and send the victim a link that names its session."""
    async with play.step("The attacker starts a login at the client; nobody is signed in"):
        await play.injector.start_own_login()
        await play.injector.look_at_session()
    async with play.step("The victim follows a link that names the attacker's session"):
        await play.victim.follow(play.injector.link_for_own_session())
        await play.victim.look_at_session()
    async with play.step("The attacker looks who is signed in to it"):
        await play.injector.look_at_session()


@scenario(
    title="A neighbouring host cannot choose the session that somebody signs in to",
    vantage=OWN_ACCOUNT,
    clauses=("RFC6265#8.6", "RFC6265#8.4", "RFC9700#4.7"),
    remedy="Give session cookies the prefix __Host-, and a new value when somebody signs in.",
    attack=(
        Rule(
            "the browser takes a cookie with the prefix __Host- from its own host alone",
            bent_by=("cookie_without_host_prefix",),
        ),
    ),
    refusals=_OWN_SESSION,
    proof=Proof.SESSION,
)
async def tossed_cookie(play: Play) -> None:
    """Plant the own session cookie of the client in the victim's browser, and wait."""
    async with play.step("The attacker starts a login at the client; nobody is signed in"):
        await play.injector.start_own_login()
        await play.injector.look_at_session()
    async with play.step("A neighbouring host sets its cookie in the victim's browser"):
        play.victim.is_tossed(play.injector.own_cookie(play.victim.client))
    async with play.step("The victim signs in, and the attacker looks who is signed in"):
        await play.victim.log_in()
        await play.victim.look_at_session()
        await play.injector.look_at_session()

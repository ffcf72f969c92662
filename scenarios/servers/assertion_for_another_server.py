"""The attacker runs a server of its own, and has a client sign for it who the client is.

RFC 7523 section 3. A client with a key has no secret that could leak, and shows each server what it
has signed for that one. Whoever runs one of these servers gives the client whatever name it likes,
for example the one that it has at the honest server. Only the audience then tells that the
assertion was meant for somebody else.
"""

from attacker.own_server import assertion_brought
from attacker.token_request import Bent
from attacker.vantage import OWN_SERVER_AND_REQUEST
from reports.records import Deviation
from scenarios.model.rule import Rule
from scenarios.play import Play
from scenarios.registry import scenario
from scenarios.steps import code_of_own_request
from victim.identity_provider import ClientType


@scenario(
    title="What a client has signed for one server does not let that one pose as it at another",
    vantage=OWN_SERVER_AND_REQUEST,
    clauses=("RFC7523#3", "RFC6749#3.2.1", "RFC9700#2.5"),
    remedy="Accept a client assertion only if its audience is this server's own issuer.",
    attack=(
        Rule(
            says="the client has signed its assertion for another server",
            bent_by=("assertion_audience_unchecked",),
        ),
    ),
    deviates=(Deviation.PKCE, Deviation.SECRET),
    client_type=ClientType.CONFIDENTIAL,
    uses=("client_assertions", "several_servers"),
)
async def assertion_for_another_server(play: Play) -> None:
    """Collect an assertion at the own server, get a code at the honest one, redeem with both."""
    async with play.step("The attacker signs in at the client by way of its own server"):
        state = await play.injector.start_own_login(play.victim.other_server)
        await play.injector.inject(play.thief.make_up("code", "as-good-as-any-other"), state)
        assertion = assertion_brought(play.thief.loot)
    code = await code_of_own_request(play)
    async with play.step("The thief redeems that code with what the client has signed for it"):
        own = play.thief.verifiers.own()
        await play.thief.use(await play.thief.redeem(code, own, Bent(changes=assertion)))

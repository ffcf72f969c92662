"""Somebody on the way writes a signed authorization request anew, with a challenge of its own.

RFC 9101 section 10. A client that signs its requests has said so when it registered. Then a request
counts only as the client has written it: nobody puts another challenge into it, as PKCE alone lets
them (RFC 9700 section 4.5.4). That takes a server which wants the signature, looks at it, and reads
nothing else.
"""

from attacker.request_object import Forge, beside, signed_by_another, unpacked, unsigned
from attacker.vantage import ALTERED_REQUEST
from reports.records import Deviation, Refusal
from scenarios.model.door import Door
from scenarios.model.request_object import RedeemAsAskedBeside
from scenarios.model.rule import Rule
from scenarios.play import Play
from scenarios.registry import Scenario, scenario
from scenarios.steps import code_of_the_victims_login


def _forged(name: str, title: str, clause: str, remedy: str, door: Door, forge: Forge) -> Scenario:
    async def script(play: Play) -> None:
        async with play.step("Somebody on the way waits for the victim's authorization request"):
            challenge = await play.thief.verifiers.choose()
            own = {"code_challenge": challenge, "code_challenge_method": "S256"}
            play.thief.change = lambda request: forge(request, own)
        code = await code_of_the_victims_login(play)
        async with play.step("The thief redeems the code with its own verifier"):
            await play.thief.use(await play.thief.redeem(code, play.thief.verifiers.own()))

    script.__name__, script.__doc__ = name, f"{title}: try it."
    return scenario(
        title=title,
        vantage=ALTERED_REQUEST,
        clauses=(clause, "RFC9700#4.5.4"),
        remedy=remedy,
        attack=(door,),
        refusals=(Refusal.AUTHORIZATION_ENDPOINT, Refusal.TOKEN_ENDPOINT),
        deviates=(Deviation.PKCE,),
        uses=("signed_requests",),
    )(script)


unsigned_request_object = _forged(
    "unsigned_request_object",
    "A request object that nobody has signed is refused",
    "RFC9101#10.2",
    "Never accept the algorithm none for a request object.",
    Rule("a request object has to be signed", ("unsigned_request_object_accepted",)),
    unsigned,
)
request_object_of_another_key = _forged(
    "request_object_of_another_key",
    "A request object that somebody else has signed is refused",
    "RFC9101#6.2",
    "Hold the signature of a request object against the key that its client has registered.",
    Rule("the signature is not the client's", ("request_object_signature_unchecked",)),
    signed_by_another,
)
challenge_beside_request_object = _forged(
    "challenge_beside_request_object",
    "A challenge beside a signed request takes nothing's place",
    "RFC9101#6.3",
    "Read every parameter of a signed request from the object, and none from the URL beside it.",
    RedeemAsAskedBeside(),
    beside,
)
request_object_left_out = _forged(
    "request_object_left_out",
    "A client that signs its requests gets no code for one that is not signed",
    "RFC9101#10.5",
    "Refuse a request without an object where the client has registered to sign its requests.",
    Rule("the client has to sign its requests", ("request_object_requirement_ignored",)),
    unpacked,
)

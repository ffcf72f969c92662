"""Somebody on the way bends the challenge of the victim's authorization request.

RFC 7636 section 4.4.1 has the server refuse a challenge that is empty, missing or of a method that
it does not know. A server that makes something else of it binds the code to nothing, or to what
everybody on the way has read.
"""

from attacker.thief import Change
from attacker.vantage import ALTERED_REQUEST
from reports.records import Deviation, Refusal
from scenarios.model.challenge import Ask, Asked
from scenarios.model.redemption import Redeem
from scenarios.model.verifier import Verifier
from scenarios.play import Play
from scenarios.registry import Scenario, Script, scenario
from scenarios.steps import code_of_the_victims_login


def _bent(
    name: str, title: str, remedy: str, asked: Asked, verifier: Verifier, change: Change
) -> Scenario:
    async def script(play: Play) -> None:
        async with play.step("Somebody on the way waits for the victim's authorization request"):
            play.thief.change = change
        code = await code_of_the_victims_login(play)
        async with play.step("The thief redeems the code with what it has read, or without"):
            guess = play.thief.verifiers.best_guess() if verifier is Verifier.CHALLENGE else None
            await play.thief.use(await play.thief.redeem(code, guess))

    script.__name__, script.__doc__ = name, f"{title}: try it."
    return _declared(script, title, remedy, asked, verifier)


def _declared(
    script: Script, title: str, remedy: str, asked: Asked, verifier: Verifier
) -> Scenario:
    return scenario(
        title=title,
        vantage=ALTERED_REQUEST,
        clauses=("RFC7636#4.4.1", "RFC7636#4.3", "RFC9700#2.1.1"),
        remedy=remedy,
        attack=(Ask(asked), Redeem(verifier, asked)),
        refusals=(Refusal.AUTHORIZATION_ENDPOINT, Refusal.TOKEN_ENDPOINT),
        deviates=(Deviation.PKCE,),
    )(script)


empty_challenge = _bent(
    "empty_challenge",
    "An empty challenge is refused",
    "Refuse an empty code_challenge; do not take it for none.",
    Asked.EMPTY,
    Verifier.LEFT_OUT,
    lambda request: {**request, "code_challenge": "", "code_challenge_method": "S256"},
)
method_without_challenge = _bent(
    "method_without_challenge",
    "A method without a challenge is refused",
    "Refuse a code_challenge_method that comes without a code_challenge.",
    Asked.METHOD_ALONE,
    Verifier.LEFT_OUT,
    lambda request: {
        **{name: value for name, value in request.items() if name != "code_challenge"},
        "code_challenge_method": "S256",
    },
)
method_turned_plain = _bent(
    "method_turned_plain",
    "A challenge cannot be turned into a plain one on its way",
    "Refuse the method plain: whoever can change a request makes S256 worthless with it.",
    Asked.AS_PLAIN,
    Verifier.CHALLENGE,
    lambda request: {**request, "code_challenge_method": "plain"},
)
method_dropped = _bent(
    "method_dropped",
    "A challenge without a method is refused where plain is",
    "Refuse plain, also where it is meant because no method is named.",
    Asked.WITHOUT_METHOD,
    Verifier.CHALLENGE,
    lambda request: {
        name: value for name, value in request.items() if name != "code_challenge_method"
    },
)
method_unknown = _bent(
    "method_unknown",
    "A method that nobody knows is refused",
    "Refuse every code_challenge_method but S256; never fall back to another.",
    Asked.AS_UNKNOWN,
    Verifier.CHALLENGE,
    lambda request: {**request, "code_challenge_method": "S512"},
)

"""Token and authorization requests that RFC 7636 forbids, from somebody who wrote both.

RFC 7636 sections 4.1 to 4.3, RFC 6749 section 3.2. Each alone gives nothing away. It shows that the
server reads a request in another way than the client meant it, or lets a client be weak: what is
too short can be guessed, and what stands in a URL is kept in logs.
"""

from attacker.pkce import verifier_of
from attacker.token_request import STRAIGHT, Bent
from attacker.vantage import OWN_REQUEST
from reports.records import Deviation, Refusal
from scenarios.model.door import Door
from scenarios.model.redemption import Redeem
from scenarios.model.rule import Rule
from scenarios.model.verifier import Verifier
from scenarios.play import Play
from scenarios.registry import Scenario, scenario
from scenarios.steps import code_of_own_request

_MADE_UP = "another-verifier-that-nobody-has-chosen-0123456789"


_IN_QUERY, _BEHIND = verifier_of(43), verifier_of(43)


def _odd(
    name: str,
    title: str,
    remedy: str,
    rules: tuple[Door, ...],
    *,
    verifier: str = "",
    padding: str = "",
    bend: Bent = STRAIGHT,
    **changes: str,
) -> Scenario:
    """A scenario of that name; ``verifier`` and ``changes`` are what is odd about the request."""

    async def script(play: Play) -> None:
        code = await code_of_own_request(play, verifier, padding, **changes)
        async with play.step("The thief redeems the code with its own verifier"):
            own = play.thief.verifiers.own()
            await play.thief.use(await play.thief.redeem(code, own, bend))

    script.__name__, script.__doc__ = name, f"{title}: try it."
    return scenario(
        title=title,
        vantage=OWN_REQUEST,
        clauses=("RFC7636#4.1", "RFC7636#4.3", "RFC6749#3.2"),
        remedy=remedy,
        attack=(*rules, Redeem(Verifier.OWN)),
        refusals=(Refusal.AUTHORIZATION_ENDPOINT, Refusal.TOKEN_ENDPOINT),
        deviates=(Deviation.PKCE,),
    )(script)


_STRICT = "Accept a code_verifier of 43 to 128 unreserved characters, and nothing else."

short_verifier = _odd(
    "short_verifier",
    "A verifier that is too short is refused",
    _STRICT,
    (Rule("a verifier has at least 43 characters", ("short_verifier_accepted",)),),
    verifier=verifier_of(42),
)
long_verifier = _odd(
    "long_verifier",
    "A verifier that is too long is refused",
    _STRICT,
    (Rule("a verifier has at most 128 characters", ("long_verifier_accepted",)),),
    verifier=verifier_of(129),
)
illegal_verifier = _odd(
    "illegal_verifier",
    "A verifier of other characters than allowed is refused",
    _STRICT,
    (
        Rule(
            "a verifier is made of unreserved characters",
            ("illegal_verifier_characters_accepted",),
        ),
    ),
    verifier=verifier_of(42) + "+/",
)
verifier_in_query = _odd(
    "verifier_in_query",
    "A verifier in the URL of the token request is refused",
    "Read token requests from the body only.",
    (
        Rule(
            "the parameters of a token request stand in its body",
            ("verifier_in_query_accepted",),
        ),
    ),
    verifier=_IN_QUERY,
    bend=Bent(changes={"code_verifier": None}, query={"code_verifier": _IN_QUERY}),
)
verifier_before_another = _odd(
    "verifier_before_another",
    "A token request with two verifiers is refused, though the first one fits",
    "Refuse requests that repeat a parameter.",
    (Rule("no parameter may be repeated", ("duplicate_verifier_first_wins",)),),
    bend=Bent(more=(("code_verifier", _MADE_UP),)),
)
verifier_behind_another = _odd(
    "verifier_behind_another",
    "A token request with two verifiers is refused, though the last one fits",
    "Refuse requests that repeat a parameter.",
    (Rule("no parameter may be repeated", ("duplicate_verifier_last_wins",)),),
    verifier=_BEHIND,
    bend=Bent(
        changes={"code_verifier": None},
        more=(("code_verifier", _MADE_UP), ("code_verifier", _BEHIND)),
    ),
)
padded_challenge = _odd(
    "padded_challenge",
    "A challenge with padding is refused",
    "Accept a code_challenge of exactly 43 characters with S256.",
    (Rule("base64url has no padding here", ("padded_challenge_accepted",)),),
    padding="=",
)
method_in_lower_case = _odd(
    "method_in_lower_case",
    "The method of a challenge is read as it is written",
    "Compare code_challenge_method with regard to case.",
    (Rule("the server knows S256 and not s256", ("challenge_method_case_insensitive",)),),
    code_challenge_method="s256",
)

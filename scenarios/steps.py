"""Steps that many scripts have in common."""

from attacker.loot import LootItem
from scenarios.play import Play


async def code_of_own_request(
    play: Play, verifier: str = "", padding: str = "", **changes: str | None
) -> LootItem | None:
    """The thief has the victim follow a request of its own making, and allow it.

    The request has the challenge of the thief's own ``verifier``, or of a good one, with
    ``padding`` behind it; ``changes`` replaces parameters, or leaves them out. Gives the code, if
    the server gave one.
    """
    async with play.step("The thief builds an authorization request of its own"):
        await play.thief.study_client()
        challenge: dict[str, str | None] = {
            "code_challenge": await play.thief.verifiers.choose(verifier or None) + padding,
            "code_challenge_method": "S256",
        }
        request = play.thief.build_authorization_request((), **challenge | changes)
    async with play.step("The victim follows the link, and allows the app what it asks for"):
        await play.victim.follow(request)
    return play.thief.catch()


async def code_of_the_victims_login(play: Play) -> LootItem | None:
    """The victim signs in at the honest client, and the redirect goes astray."""
    async with play.step("The victim signs in at the honest client, and the redirect goes astray"):
        await play.victim.log_in()
    return play.thief.catch()

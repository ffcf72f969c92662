"""Attacks on requests that are pushed or signed: by whom, and what else is listened to.

Each takes a scene and says whether it has succeeded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.victim.identity_provider.attacks import THEIRS
from tests.victim.identity_provider.key_holder import KeyHolder, unsigned
from victim.identity_provider import Client, ClientType

if TYPE_CHECKING:
    from tests.victim.identity_provider.conftest import Scene

HOME = "https://app.test/cb"
PUSHER = Client("pusher", "Pusher", ClientType.PUBLIC, (HOME,), requires_pushed_requests=True)
HONEST, THIEF = KeyHolder(), KeyHolder()
SIGNER = Client(
    "signer",
    "Signer",
    ClientType.PUBLIC,
    (HOME, "https://app.test/other"),
    request_object_key=HONEST.public_key,
)


def object_claims(scene: Scene, **overrides: Any) -> dict[str, Any]:
    """What an honest request object of the signer states, but for the overrides."""
    asking = scene.asking(client_id=SIGNER.client_id, redirect_uri=HOME)
    return {**asking, "iss": SIGNER.client_id, "aud": scene.ISSUER, **overrides}


def carrying(request_object: str) -> dict[str, Any]:
    """Overrides for an authorization request with this object and nothing else."""
    bare = dict.fromkeys(("redirect_uri", "response_type", "scope", "state", "nonce"))
    no_challenge = dict.fromkeys(("code_challenge", "code_challenge_method"))
    return {**bare, **no_challenge, "client_id": SIGNER.client_id, "request": request_object}


def uses_a_reference_again(scene: Scene) -> bool:
    """The attacker has read the request of the user, and logs in with it as well."""
    carried = scene.pushed()
    scene.log_in(**carried)
    own = scene.log_in(user=scene.MALLORY, browser=scene.new_browser(), **carried)
    return "code=" in own.header("location")


def borrows_the_name_of_another_client(scene: Scene) -> bool:
    """The user allows the honest app, and the code goes to the attacker's."""
    scene.provider.register(THEIRS)
    carried = scene.pushed(client_id=THEIRS.client_id, redirect_uri=THEIRS.redirect_uris[0])
    response = scene.log_in(**{**carried, "client_id": scene.PUBLIC.client_id})
    return response.header("location").startswith(f"{THEIRS.redirect_uris[0]}?code=")


def bends_what_was_pushed(scene: Scene) -> bool:
    """A link with the reference of an honest request sends the code elsewhere."""
    elsewhere = scene.PUBLIC.redirect_uris[2]
    response = scene.log_in(**{**scene.pushed(), "redirect_uri": elsewhere})
    return response.header("location").startswith(f"{elsewhere}?code=")


def writes_a_link_for_a_pusher(scene: Scene) -> bool:
    scene.provider.register(PUSHER)
    response = scene.log_in(client_id=PUSHER.client_id, redirect_uri=HOME)
    return "code=" in response.header("location")


def leaves_the_object_unsigned(scene: Scene) -> bool:
    scene.provider.register(SIGNER)
    response = scene.log_in(**carrying(unsigned({}, object_claims(scene))))
    return "code=" in response.header("location")


def signs_with_a_key_of_its_own(scene: Scene) -> bool:
    scene.provider.register(SIGNER)
    response = scene.log_in(**carrying(THIEF.sign({}, object_claims(scene))))
    return "code=" in response.header("location")


def bends_what_was_signed(scene: Scene) -> bool:
    """A link with the object of an honest request sends the code elsewhere."""
    scene.provider.register(SIGNER)
    elsewhere = SIGNER.redirect_uris[1]
    honest = carrying(HONEST.sign({}, object_claims(scene)))
    response = scene.log_in(**{**honest, "redirect_uri": elsewhere})
    return response.header("location").startswith(f"{elsewhere}?code=")


def writes_a_link_for_a_signer(scene: Scene) -> bool:
    scene.provider.register(SIGNER)
    response = scene.log_in(client_id=SIGNER.client_id, redirect_uri=HOME)
    return "code=" in response.header("location")

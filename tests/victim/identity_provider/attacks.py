"""Attacks on the authorization endpoint, the pages and userinfo, without a network.

Each takes a scene and says whether it has succeeded.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from victim.identity_provider import (
    Client,
    ClientType,
    RegistrationRefusedError,
    Request,
    Response,
)

if TYPE_CHECKING:
    from tests.victim.identity_provider.conftest import Scene

type Attack = Callable[[Scene], object]

EVIL = "https://evil.test/cb"
TWO = Client("two-app", "Two", ClientType.PUBLIC, ("https://app.test/1", "https://app.test/2"))
HYBRID = Client(
    "hybrid-app",
    "Hybrid App",
    ClientType.PUBLIC,
    ("https://hybrid.test/cb",),
    response_types=frozenset({"code", "code id_token"}),
)
CALLER = Client(
    "api-app",
    "API App",
    ClientType.PUBLIC,
    ("https://caller.test/cb",),
    resources=("https://api.test",),
)
THEIRS = Client("evil-app", "Evil App", ClientType.PUBLIC, ("https://their.test/cb",))


def lands(redirect_uri: str, *, client: str = "web-app") -> Attack:
    """Whether a login that the attacker has started ends at this redirect URI with a code."""

    def attack(scene: Scene) -> bool:
        response = scene.log_in(client_id=client, redirect_uri=redirect_uri)
        return "code=" in response.header("location").removeprefix(redirect_uri)

    return attack


def registers(redirect_uri: str) -> Attack:
    """Whether a client may register this redirect URI."""

    def attack(scene: Scene) -> bool:
        client = Client("new-app", "New", ClientType.PUBLIC, (redirect_uri,))
        try:
            scene.provider.register(client)
        except RegistrationRefusedError:
            return False
        return True

    return attack


def bounces(scene: Scene) -> bool:
    """Whether the server sends a browser wherever a link says."""
    response = scene.authorize(redirect_uri=EVIL, prompt="none")
    return response.header("location").startswith(f"{EVIL}?error=")


def lands_at_a_forgotten_subdomain(scene: Scene) -> bool:
    if not registers("https://*.app.test/cb")(scene):
        return False
    return bool(lands("https://old.app.test/cb", client="new-app")(scene))


def lands_at_another_client(scene: Scene) -> bool:
    scene.provider.register(THEIRS)
    return bool(lands(THEIRS.redirect_uris[0])(scene))


def lands_unnamed(scene: Scene) -> bool:
    scene.provider.register(TWO)
    response = scene.log_in(client_id="two-app", redirect_uri=None)
    return response.header("location").startswith("https://app.test/1?code=")


def lands_at_the_second_of_two(scene: Scene) -> bool:
    page = scene.authorize(("redirect_uri", EVIL), **scene.WEB)
    if page.status != 200:
        return False
    return finish(scene, page).header("location").startswith(f"{EVIL}?")


def reads_no_issuer(scene: Scene) -> bool:
    return "iss" not in landed(scene.log_in())


def reads_no_state(scene: Scene) -> bool:
    return "state" not in landed(scene.log_in())


def lands_in_the_fragment(scene: Scene) -> bool:
    response = scene.log_in(response_mode="fragment")
    return "#code=" in response.header("location")


def takes_a_token_from_the_fragment(scene: Scene) -> bool:
    response = scene.log_in(response_type="token")
    return "#access_token=" in response.header("location")


def hears_the_password(scene: Scene) -> bool:
    scene.log_in(**scene.WEB)
    page = scene.authorize(**scene.WEB, prompt="login")
    return scene.browser.sign_in(page).status == 307


def poses_unasked(scene: Scene) -> bool:
    page = scene.browser.sign_in(scene.authorize())
    return "code=" in page.header("location")


def poses_silently(scene: Scene) -> bool:
    scene.browser.sign_in(scene.authorize())
    return "code" in landed(scene.authorize(prompt="none"))


def poses_again(scene: Scene) -> bool:
    scene.log_in()
    return "code=" in scene.authorize().header("location")


def frames_the_page(scene: Scene) -> bool:
    return not scene.authorize().header("x-frame-options")


def reads_the_referrer(scene: Scene) -> bool:
    return scene.authorize().header("referrer-policy") != "no-referrer"


def forces_a_sign_in(scene: Scene) -> bool:
    page = scene.authorize(browser=scene.new_browser())
    scene.browser.sign_in(page, scene.MALLORY)
    return 'name="password"' not in scene.authorize(prompt=None).text


def plants_a_session(scene: Scene) -> bool:
    attacker = scene.new_browser()
    page = scene.authorize(browser=attacker)
    scene.browser.cookies = dict(attacker.cookies)
    scene.browser.sign_in(page)
    return 'name="password"' not in scene.authorize(browser=attacker).text


def uses_an_old_token(scene: Scene) -> bool:
    token = scene.tokens()["access_token"]
    scene.pass_time(10 * 24 * 3600)
    return scene.userinfo(token).status == 200


def uses_a_token_in_the_url(scene: Scene) -> bool:
    query = f"access_token={scene.tokens()['access_token']}"
    return scene.provider.handle(Request.parse("GET", "/demo/userinfo", query)).status == 200


def uses_a_token_for_another_resource(scene: Scene) -> bool:
    """The attacker runs the resource that the client has got a token for."""
    scene.provider.register(CALLER)
    where = {"client_id": CALLER.client_id, "redirect_uri": CALLER.redirect_uris[0]}
    response = scene.token(code=scene.code(**where), resource=CALLER.resources[0], **where)
    return scene.userinfo(response.json()["access_token"]).status == 200


def finds_no_nonce(scene: Scene) -> bool:
    # The claims are the part in the middle; who signed them plays no part here.
    claims = scene.tokens()["id_token"].split(".")[1]
    return b"nonce" not in urlsafe_b64decode(claims + "==")


def finds_no_code_hash(scene: Scene) -> bool:
    """Whether the ID token of a hybrid answer would go with any other code as well."""
    scene.provider.register(HYBRID)
    where = {"client_id": HYBRID.client_id, "redirect_uri": HYBRID.redirect_uris[0]}
    location = scene.log_in(response_type="code id_token", **where).header("location")
    claims = dict(parse_qsl(urlsplit(location).fragment))["id_token"].split(".")[1]
    return b"c_hash" not in urlsafe_b64decode(claims + "==")


def landed(response: Response) -> dict[str, str]:
    """What a redirect carries."""
    return dict(parse_qsl(urlsplit(response.header("location")).query))


def finish(scene: Scene, page: Response) -> Response:
    """The way from the sign-in page to the end."""
    response = scene.browser.sign_in(page)
    return scene.browser.decide(response) if 'name="csrf_token"' in response.text else response

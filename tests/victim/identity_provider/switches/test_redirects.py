"""What the comparison of redirect URIs lets through is in ``test_redirect_matching``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from victim.identity_provider import Client, ClientType, Policy

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.victim.identity_provider.conftest import Scene

    type MakeScene = Callable[[Policy], Scene]

EVIL = "https://evil.test/cb"
THEIRS = Client("evil-app", "Evil App", ClientType.PUBLIC, (EVIL,))
pytestmark = pytest.mark.parametrize("who", ["public-app", "web-app"])


def names(scene: Scene, who: str) -> dict[str, str]:
    client = {"public-app": scene.PUBLIC, "web-app": scene.CONFIDENTIAL}[who]
    return {"client_id": who, "redirect_uri": client.redirect_uris[0]}


class TestRedirectUnchecked:
    def test_hardened_shows_an_error_page(self, scene: Scene, who: str) -> None:
        response = scene.log_in(client_id=who, redirect_uri=EVIL)

        assert (response.status, response.header("location")) == (400, "")

    def test_weak_sends_the_code_there(self, make_scene: MakeScene, who: str) -> None:
        scene = make_scene(Policy(redirect_unchecked=True))

        response = scene.log_in(client_id=who, redirect_uri=EVIL)

        assert response.header("location").startswith(f"{EVIL}?code=")


class TestRedirectOfAnotherClientAccepted:
    def test_hardened_shows_an_error_page(self, scene: Scene, who: str) -> None:
        scene.provider.register(THEIRS)

        assert scene.authorize(client_id=who, redirect_uri=EVIL).status == 400

    def test_weak_sends_the_code_there(self, make_scene: MakeScene, who: str) -> None:
        scene = make_scene(Policy(redirect_of_another_client_accepted=True))
        scene.provider.register(THEIRS)

        response = scene.log_in(client_id=who, redirect_uri=EVIL)

        assert response.header("location").startswith(f"{EVIL}?code=")

    def test_weak_still_wants_it_to_be_registered(self, make_scene: MakeScene, who: str) -> None:
        scene = make_scene(Policy(redirect_of_another_client_accepted=True))

        assert scene.authorize(client_id=who, redirect_uri=EVIL).status == 400


class TestRedirectOmissionAccepted:
    def test_hardened_shows_an_error_page(self, scene: Scene, who: str) -> None:
        assert scene.authorize(client_id=who, redirect_uri=None).status == 400

    def test_weak_picks_the_first_one(self, make_scene: MakeScene, who: str) -> None:
        scene = make_scene(Policy(redirect_omission_accepted=True))

        response = scene.log_in(client_id=who, redirect_uri=None)

        first = names(scene, who)["redirect_uri"]
        assert response.header("location").startswith(f"{first}?code=")


class TestRedirectDuplicatesAccepted:
    def test_hardened_shows_an_error_page(self, scene: Scene, who: str) -> None:
        assert scene.authorize(("redirect_uri", EVIL), **names(scene, who)).status == 400

    def test_weak_checks_the_first_and_uses_the_last(self, make_scene: MakeScene, who: str) -> None:
        scene = make_scene(Policy(redirect_duplicates_accepted=True))
        page = scene.authorize(("redirect_uri", EVIL), **names(scene, who))

        response = scene.browser.decide(scene.browser.sign_in(page))

        assert response.header("location").startswith(f"{EVIL}?code=")

    def test_weak_still_checks_the_first(self, make_scene: MakeScene, who: str) -> None:
        scene = make_scene(Policy(redirect_duplicates_accepted=True))
        ours = names(scene, who)["redirect_uri"]

        response = scene.authorize(("redirect_uri", ours), client_id=who, redirect_uri=EVIL)

        assert response.status == 400

    def test_weak_tolerates_no_other_duplicate(self, make_scene: MakeScene, who: str) -> None:
        scene = make_scene(Policy(redirect_duplicates_accepted=True))

        assert scene.authorize(("client_id", who), **names(scene, who)).status == 400


class TestErrorsRedirectedAnywhere:
    def test_hardened_shows_an_error_page(self, scene: Scene, who: str) -> None:
        response = scene.authorize(client_id=who, redirect_uri=EVIL)

        assert (response.status, response.header("location")) == (400, "")

    def test_weak_redirects_the_refusal_but_never_a_code(
        self, make_scene: MakeScene, who: str
    ) -> None:
        scene = make_scene(Policy(errors_redirected_anywhere=True))
        scene.log_in(**names(scene, who))

        response = scene.authorize(client_id=who, redirect_uri=EVIL)

        assert response.header("location").startswith(f"{EVIL}?error=invalid_request&")
        assert "code" not in scene.answer(response)

    @pytest.mark.parametrize("uri", [None, "https://evil.test/\r\nSet-Cookie: a=b", "https://\xe4"])
    def test_weak_still_sends_only_what_a_header_can_carry(
        self, make_scene: MakeScene, who: str, uri: str | None
    ) -> None:
        scene = make_scene(Policy(errors_redirected_anywhere=True))

        response = scene.authorize(client_id=who, redirect_uri=uri)

        assert (response.status, response.header("location")) == (400, "")

"""The switches of pushed and signed requests: weak and hardened twins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.victim.identity_provider import request_attacks
from tests.victim.identity_provider.attacks import THEIRS
from tests.victim.identity_provider.key_holder import unsigned
from tests.victim.identity_provider.request_attacks import (
    HONEST,
    SIGNER,
    THIEF,
    carrying,
    object_claims,
)
from victim.identity_provider import Policy, Request
from victim.identity_provider.pkce import s256

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.victim.identity_provider.conftest import Scene

    type MakeScene = Callable[[Policy], Scene]

CHOSEN = "v" * 43


def metadata(scene: Scene) -> dict[str, Any]:
    path = "/demo/.well-known/openid-configuration"
    return dict(scene.provider.handle(Request.parse("GET", path)).json())


class TestRequestUriReusable:
    def test_hardened_takes_it_once(self, scene: Scene) -> None:
        assert not request_attacks.uses_a_reference_again(scene)

    def test_weak_lets_who_has_read_it_make_the_user_finish_a_login_of_theirs(
        self, make_scene: MakeScene
    ) -> None:
        scene = make_scene(Policy(request_uri_reusable=True))
        carried = scene.pushed()
        scene.log_in(**carried)

        answer = scene.answer(
            scene.log_in(user=scene.MALLORY, browser=scene.new_browser(), **carried)
        )

        # State and challenge are the user's own: the honest client sees nothing wrong.
        assert answer["state"] == "the-state"
        tokens = scene.token(code=answer["code"]).json()
        assert scene.userinfo(tokens["access_token"]).json()["sub"] == "sub-mallory"

    def test_weak_still_forgets_it_in_time(self, make_scene: MakeScene) -> None:
        scene = make_scene(Policy(request_uri_reusable=True))
        carried = scene.pushed()
        scene.pass_time(60)

        assert scene.authorize(**carried).status == 400


class TestRequestUriOfAnotherClientAccepted:
    def test_hardened_refuses_it(self, scene: Scene) -> None:
        assert not request_attacks.borrows_the_name_of_another_client(scene)

    @pytest.mark.parametrize("overriding", [False, True])
    def test_weak_asks_about_one_app_and_sends_the_code_to_another(
        self, make_scene: MakeScene, overriding: bool
    ) -> None:
        scene = make_scene(
            Policy(
                request_uri_of_another_client_accepted=True,
                front_channel_overrides_pushed_request=overriding,
            )
        )
        scene.provider.register(THEIRS)
        theirs = THEIRS.redirect_uris[0]
        carried = scene.pushed(client_id=THEIRS.client_id, redirect_uri=theirs)

        page = scene.browser.sign_in(scene.authorize(**{**carried, "client_id": "public-app"}))
        assert "Public App" in page.text
        assert THEIRS.name not in page.text

        code = scene.answer(scene.browser.decide(page))["code"]
        tokens = scene.token(code=code, redirect_uri=theirs).json()
        assert scene.userinfo(tokens["access_token"]).json()["sub"] == "sub-alice"

    def test_weak_still_wants_an_app_that_exists(self, make_scene: MakeScene) -> None:
        scene = make_scene(Policy(request_uri_of_another_client_accepted=True))

        assert scene.authorize(**{**scene.pushed(), "client_id": "unknown"}).status == 400


class TestFrontChannelOverridesPushedRequest:
    def test_hardened_listens_to_the_reference_only(self, scene: Scene) -> None:
        assert not request_attacks.bends_what_was_pushed(scene)
        assert scene.token(code=scene.code(**scene.pushed())).status == 200

    def test_weak_binds_the_code_to_the_challenge_of_the_attacker(
        self, make_scene: MakeScene
    ) -> None:
        scene = make_scene(Policy(front_channel_overrides_pushed_request=True))

        code = scene.code(**{**scene.pushed(), "code_challenge": s256(CHOSEN)})

        assert scene.token(code=code, code_verifier=CHOSEN).status == 200

    def test_weak_still_knows_where_the_app_lives(self, make_scene: MakeScene) -> None:
        scene = make_scene(Policy(front_channel_overrides_pushed_request=True))
        bent = {**scene.pushed(), "redirect_uri": "https://evil.test/cb"}

        assert scene.authorize(**bent).status == 400


class TestPushedRequestRequirementIgnored:
    def test_hardened_refuses_a_link(self, scene: Scene) -> None:
        assert not request_attacks.writes_a_link_for_a_pusher(scene)

    def test_weak_makes_a_code_for_it(self, make_scene: MakeScene) -> None:
        scene = make_scene(Policy(pushed_request_requirement_ignored=True))

        assert request_attacks.writes_a_link_for_a_pusher(scene)


class TestUnsignedRequestObjectAccepted:
    def test_hardened_refuses_it_and_does_not_promise_to_take_it(self, scene: Scene) -> None:
        assert not request_attacks.leaves_the_object_unsigned(scene)
        assert "none" not in metadata(scene)["request_object_signing_alg_values_supported"]

    def test_weak_takes_it_with_a_challenge_of_the_attacker(self, make_scene: MakeScene) -> None:
        scene = make_scene(Policy(unsigned_request_object_accepted=True))
        scene.provider.register(SIGNER)
        claims = object_claims(scene, code_challenge=s256(CHOSEN))

        code = scene.code(**carrying(unsigned({}, claims)))

        where = {"client_id": SIGNER.client_id, "redirect_uri": SIGNER.redirect_uris[0]}
        assert scene.token(code=code, code_verifier=CHOSEN, **where).status == 200
        assert "none" in metadata(scene)["request_object_signing_alg_values_supported"]

    def test_weak_still_refuses_a_signature_of_another(self, make_scene: MakeScene) -> None:
        scene = make_scene(Policy(unsigned_request_object_accepted=True))

        assert not request_attacks.signs_with_a_key_of_its_own(scene)


class TestRequestObjectSignatureUnchecked:
    def test_hardened_refuses_the_key_of_another(self, scene: Scene) -> None:
        assert not request_attacks.signs_with_a_key_of_its_own(scene)

    def test_weak_takes_any_key(self, make_scene: MakeScene) -> None:
        scene = make_scene(Policy(request_object_signature_unchecked=True))

        assert request_attacks.signs_with_a_key_of_its_own(scene)

    def test_weak_still_wants_some_signature_and_the_right_claims(
        self, make_scene: MakeScene
    ) -> None:
        scene = make_scene(Policy(request_object_signature_unchecked=True))

        assert not request_attacks.leaves_the_object_unsigned(scene)
        foreign = THIEF.sign({}, object_claims(scene, aud="https://other.test"))
        assert scene.answer(scene.authorize(**carrying(foreign)))["error"] == (
            "invalid_request_object"
        )


class TestParametersBesideRequestObjectHonoured:
    def test_hardened_listens_to_the_object_only(self, scene: Scene) -> None:
        assert not request_attacks.bends_what_was_signed(scene)

    def test_weak_binds_the_code_to_the_challenge_of_the_attacker(
        self, make_scene: MakeScene
    ) -> None:
        scene = make_scene(Policy(parameters_beside_request_object_honoured=True))
        scene.provider.register(SIGNER)
        honest = carrying(HONEST.sign({}, object_claims(scene)))

        code = scene.code(**{**honest, "code_challenge": s256(CHOSEN)})

        where = {"client_id": SIGNER.client_id, "redirect_uri": SIGNER.redirect_uris[0]}
        assert scene.token(code=code, code_verifier=CHOSEN, **where).status == 200

    def test_weak_still_wants_an_object(self, make_scene: MakeScene) -> None:
        scene = make_scene(Policy(parameters_beside_request_object_honoured=True))

        assert not request_attacks.writes_a_link_for_a_signer(scene)


class TestRequestObjectRequirementIgnored:
    def test_hardened_refuses_a_request_without(self, scene: Scene) -> None:
        assert not request_attacks.writes_a_link_for_a_signer(scene)

    def test_weak_makes_a_code_for_it(self, make_scene: MakeScene) -> None:
        scene = make_scene(Policy(request_object_requirement_ignored=True))

        assert request_attacks.writes_a_link_for_a_signer(scene)

    def test_weak_still_looks_at_an_object_that_is_there(self, make_scene: MakeScene) -> None:
        for attack in (
            request_attacks.leaves_the_object_unsigned,
            request_attacks.signs_with_a_key_of_its_own,
            request_attacks.bends_what_was_signed,
        ):
            assert not attack(make_scene(Policy(request_object_requirement_ignored=True)))

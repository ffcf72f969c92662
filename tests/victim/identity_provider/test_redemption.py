from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from victim.identity_provider import Policy
from victim.identity_provider.grants import MAX_WRONG_VERIFIERS
from victim.identity_provider.pkce import s256
from victim.identity_provider.redemption import GUESSING_PAUSE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.victim.identity_provider.conftest import Scene
    from victim.identity_provider import Response


def refusal(response: Response) -> tuple[int, str]:
    return response.status, response.json()["error"]


def guess(scene: Scene, code: str, times: int, **overrides: str | None) -> list[Response]:
    return [
        scene.token(code=code, **{"code_verifier": f"{number:043}", **overrides})
        for number in range(times)
    ]


class TestGuessing:
    def test_a_few_wrong_verifiers_do_the_honest_client_no_harm(self, scene: Scene) -> None:
        code = scene.code()
        guess(scene, code, MAX_WRONG_VERIFIERS - 1)

        assert scene.token(code=code).status == 200

    def test_after_five_the_right_verifier_is_refused_like_any_other(self, scene: Scene) -> None:
        code = scene.code()
        guess(scene, code, MAX_WRONG_VERIFIERS)

        for response in (scene.token(code=code), *guess(scene, code, 1)):
            assert refusal(response) == (400, "invalid_grant")
            assert "pausing" in response.json()["error_description"]

    def test_the_honest_client_gets_through_when_the_pause_is_over(self, scene: Scene) -> None:
        code = scene.code()
        guess(scene, code, MAX_WRONG_VERIFIERS)
        scene.pass_time(GUESSING_PAUSE)

        assert scene.token(code=code).status == 200

    def test_what_is_sent_during_the_pause_does_not_prolong_it(self, scene: Scene) -> None:
        code = scene.code()
        guess(scene, code, MAX_WRONG_VERIFIERS)
        scene.pass_time(GUESSING_PAUSE - 1)
        guess(scene, code, 100)
        scene.pass_time(1)

        assert scene.token(code=code).status == 200

    def test_no_more_than_thirty_guesses_fit_into_the_life_of_a_code(self, scene: Scene) -> None:
        code = scene.code()
        answers = []
        for _ in range(600):
            answers += guess(scene, code, 1)
            scene.pass_time(0.1)

        heard = [each for each in answers if "match" in each.json()["error_description"]]
        assert len(heard) == 30

    def test_the_codes_of_other_logins_do_not_pause(self, scene: Scene) -> None:
        code, other = scene.code(), scene.code()
        guess(scene, code, MAX_WRONG_VERIFIERS)

        assert scene.token(code=other).status == 200

    def test_who_cannot_pose_as_the_client_is_not_counted(self, scene: Scene) -> None:
        secret = scene.CONFIDENTIAL.secret
        code = scene.code(**scene.WEB)
        uri = scene.WEB["redirect_uri"]
        guess(scene, code, 10, **scene.WEB)
        guess(scene, code, 10, **scene.WEB, client_secret="wrong")
        guess(scene, code, 10, redirect_uri=uri)
        guess(scene, code, 10, client_id="web-app", client_secret=secret)

        assert scene.token(code=code, client_secret=secret, **scene.WEB).status == 200

    @pytest.mark.parametrize("verifier", [None, "", "w" * 42])
    def test_what_can_be_no_verifier_is_no_guess(self, scene: Scene, verifier: str | None) -> None:
        code = scene.code()
        guess(scene, code, 10, code_verifier=verifier)

        assert scene.token(code=code).status == 200

    def test_a_weak_provider_bears_any_number(self, make_scene: Callable[[Policy], Scene]) -> None:
        scene = make_scene(Policy(unlimited_verifier_guesses=True))
        code = scene.code()
        guess(scene, code, 1000)

        assert scene.token(code=code).status == 200


class TestWrongVerifierBurnsCode:
    WEAK = Policy(wrong_verifier_burns_code=True)

    def test_weak_refuses_the_honest_client(self, make_scene: Callable[[Policy], Scene]) -> None:
        scene = make_scene(self.WEAK)
        code = scene.code()
        guess(scene, code, 1)

        assert refusal(scene.token(code=code)) == (400, "invalid_grant")

    def test_weak_revokes_nothing_that_was_issued_before(
        self, make_scene: Callable[[Policy], Scene]
    ) -> None:
        scene = make_scene(self.WEAK)
        code = scene.code()
        tokens = scene.token(code=code).json()
        guess(scene, code, 1)

        assert scene.userinfo(tokens["access_token"]).status == 200


def test_a_verifier_of_another_client_is_wrong_even_where_any_login_of_a_client_will_do(
    make_scene: Callable[[Policy], Scene],
) -> None:
    scene = make_scene(Policy(verifier_of_another_session_accepted=True))
    verifier = "w" * 43
    code = scene.code()
    scene.code(**scene.WEB, code_challenge=s256(verifier))

    assert refusal(scene.token(code=code, code_verifier=verifier)) == (400, "invalid_grant")


class TestReplay:
    def test_a_survivor_of_a_replay_can_still_be_revoked(
        self, make_scene: Callable[[Policy], Scene]
    ) -> None:
        scene = make_scene(Policy(tokens_survive_replay=True))
        code = scene.code()
        first = scene.token(code=code).json()["refresh_token"]
        second = scene.refresh(first).json()
        scene.refresh(first)  # reuse: the family is revoked
        scene.token(code=code)

        assert scene.userinfo(second["access_token"]).status == 401

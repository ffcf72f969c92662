"""Each switch and its attack: what a weak provider answers, what a hardened one, and nothing else.

An attack that several switches let through names them; any other switch must leave it as it is.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from tests.victim.identity_provider.test_client_assertions import KEYED, WHERE, assertion_of
from victim.identity_provider import Policy, Request
from victim.identity_provider.messages import Pending
from victim.identity_provider.switches.token_endpoint import TokenEndpointSwitches

if TYPE_CHECKING:
    from tests.victim.identity_provider.conftest import Scene
    from tests.victim.identity_provider.switches.conftest import Attack, Play
    from victim.identity_provider import Response

type Outcome = tuple[int, str | None]

TOKENS: Outcome = (200, None)
BAD_REQUEST: Outcome = (400, "invalid_request")
BAD_GRANT: Outcome = (400, "invalid_grant")
BAD_CLIENT: Outcome = (401, "invalid_client")
DEAD_TOKEN: Outcome = (401, "invalid_token")


def outcome(response: Response) -> Outcome:
    content = response.json() if response.body else {}
    return response.status, content.get("error")


def redeem(**overrides: str | None) -> Attack:
    """The token request of the public client, but for the overrides."""
    return lambda scene: outcome(scene.token(code=scene.code(), **overrides))


def redeem_as_web_app(secret: str | None) -> Attack:
    """The token request of the confidential client with some secret or other."""

    def attack(scene: Scene) -> Outcome:
        code = scene.code(**scene.WEB)
        return outcome(scene.token(code=code, client_secret=secret, **scene.WEB))

    return attack


def redeem_twice(scene: Scene) -> Outcome:
    code = scene.code()
    scene.token(code=code)
    return outcome(scene.token(code=code))


def redeem_at_once(scene: Scene) -> list[Outcome]:
    """Two requests with one code, each begun before the other is finished."""
    code = scene.code()
    answers = [scene.provider.begin(scene.token_request(code=code)) for _ in range(2)]
    finished = [each.finish() if isinstance(each, Pending) else each for each in answers]
    return [outcome(response) for response in finished]


def use_token_after_replay(scene: Scene) -> int:
    code = scene.code()
    tokens = scene.token(code=code).json()
    scene.token(code=code)
    return scene.userinfo(tokens["access_token"]).status


def redeem_at_another_client(scene: Scene) -> Outcome:
    web_app = {"client_id": "web-app", "client_secret": scene.CONFIDENTIAL.secret}
    return outcome(scene.token(code=scene.code(), **web_app))


def redeem_an_hour_later(scene: Scene) -> Outcome:
    code = scene.code()
    scene.pass_time(3600)
    return outcome(scene.token(code=code))


def redeem_by_get(scene: Scene) -> int:
    form = {
        "grant_type": "authorization_code",
        "client_id": scene.PUBLIC.client_id,
        "redirect_uri": scene.PUBLIC.redirect_uris[0],
        "code": scene.code(),
        "code_verifier": scene.VERIFIER,
    }
    return scene.provider.handle(Request.parse("GET", "/demo/token", urlencode(form))).status


def pose_with_what_was_signed_for_another_server(scene: Scene) -> Outcome:
    scene.provider.register(KEYED)
    code = scene.code(**WHERE)
    assertion = assertion_of(scene, aud="https://attacker.test")
    return outcome(scene.token(code=code, **WHERE, **assertion))


def refresh_and_compare(scene: Scene) -> bool:
    """Whether the refresh token is a new one."""
    first = scene.tokens()["refresh_token"]
    return bool(scene.refresh(first).json()["refresh_token"] != first)


def refresh_twice(scene: Scene) -> tuple[Outcome, int]:
    """The second use of one refresh token, and what that did to the tokens of the first."""
    token = scene.tokens()["refresh_token"]
    first = scene.refresh(token).json()
    return outcome(scene.refresh(token)), scene.userinfo(first["access_token"]).status


def refresh_beyond_a_day(scene: Scene) -> Outcome:
    """The second of two refreshes, each well before the token of the one before it ends."""
    token = scene.tokens()["refresh_token"]
    for _ in range(2):
        scene.pass_time(16 * 3600)
        response = scene.refresh(token)
        token = response.json().get("refresh_token")
    return outcome(response)


def refresh_at_another_client(scene: Scene) -> Outcome:
    web_app = {"client_id": "web-app", "client_secret": scene.CONFIDENTIAL.secret}
    return outcome(scene.refresh(scene.tokens()["refresh_token"], **web_app))


@dataclass(frozen=True)
class Twins:
    """What the attack on a switch comes to, and the other switches that notice it as well."""

    attack: Attack
    hardened: object
    weak: object = TOKENS
    others: frozenset[str] = frozenset()


TWINS = {
    "code_reusable": Twins(redeem_twice, BAD_GRANT),
    "code_race": Twins(
        redeem_at_once,
        [TOKENS, BAD_GRANT],
        weak=[TOKENS, TOKENS],
        others=frozenset({"code_reusable"}),
    ),
    "tokens_survive_replay": Twins(
        use_token_after_replay, 401, weak=200, others=frozenset({"code_reusable"})
    ),
    "code_not_bound_to_client": Twins(redeem_at_another_client, BAD_GRANT),
    "code_not_bound_to_redirect_uri": Twins(redeem(redirect_uri="https://evil.test/"), BAD_GRANT),
    "redirect_uri_optional_at_token": Twins(redeem(redirect_uri=None), BAD_REQUEST),
    "code_never_expires": Twins(redeem_an_hour_later, BAD_GRANT),
    "secret_not_checked": Twins(redeem_as_web_app("wrong"), BAD_CLIENT),
    "secret_optional": Twins(redeem_as_web_app(None), BAD_CLIENT),
    "secret_from_public_client_accepted": Twins(redeem(client_secret="anything"), BAD_CLIENT),
    "assertion_audience_unchecked": Twins(pose_with_what_was_signed_for_another_server, BAD_CLIENT),
    "refresh_token_not_rotated": Twins(refresh_and_compare, hardened=True, weak=False),
    "refresh_token_reuse_undetected": Twins(
        refresh_twice,
        (BAD_GRANT, 401),
        weak=(TOKENS, 200),
        others=frozenset({"refresh_token_not_rotated"}),
    ),
    "refresh_token_lifetime_renewed": Twins(refresh_beyond_a_day, BAD_GRANT),
    "refresh_token_not_bound_to_client": Twins(refresh_at_another_client, BAD_GRANT),
}

twins = pytest.mark.parametrize(("switch", "case"), TWINS.items(), ids=TWINS)


def test_every_switch_has_its_twins() -> None:
    switches = {switch.name for switch in dataclasses.fields(TokenEndpointSwitches)}

    assert switches == {*TWINS, "token_request_by_get_accepted"}


class TestTokenRequestByGetAccepted:
    def test_no_other_switch_makes_a_provider_answer_get(
        self, play: Play, noticed_by: Callable[[Attack], set[str]]
    ) -> None:
        assert play(redeem_by_get, ()) == 405
        assert noticed_by(redeem_by_get) <= {"token_request_by_get_accepted"}

    def test_weak_answers_get(self, play: Play) -> None:
        assert play(redeem_by_get, ["token_request_by_get_accepted"]) == 200


@twins
def test_hardened(switch: str, case: Twins, play: Play) -> None:
    assert play(case.attack, ()) == case.hardened


@twins
def test_weak(switch: str, case: Twins, play: Play) -> None:
    assert play(case.attack, [switch]) == case.weak


@twins
def test_no_other_switch_changes_that(
    switch: str, case: Twins, noticed_by: Callable[[Attack], set[str]]
) -> None:
    assert noticed_by(case.attack) == {switch, *case.others}


@twins
def test_a_second_weakness_does_not_hide_the_first(
    switch: str, case: Twins, hidden_by: Callable[[Attack, str], set[str]]
) -> None:
    assert hidden_by(case.attack, switch) == set()


@twins
def test_the_switch_shows_on_the_demo_policy_too(
    switch: str, case: Twins, shows_on_demo: Callable[[Attack, str], bool]
) -> None:
    assert shows_on_demo(case.attack, switch)


@pytest.mark.parametrize(
    ("switch", "attack", "expected"),
    [
        ("tokens_survive_replay", redeem_twice, BAD_GRANT),
        ("code_race", redeem_twice, BAD_GRANT),
        ("code_race", use_token_after_replay, 401),
        ("code_not_bound_to_redirect_uri", redeem(redirect_uri=None), BAD_REQUEST),
        ("redirect_uri_optional_at_token", redeem(redirect_uri="https://evil.test/"), BAD_GRANT),
        ("secret_not_checked", redeem_as_web_app(None), BAD_CLIENT),
        ("secret_optional", redeem_as_web_app("wrong"), BAD_CLIENT),
        ("secret_not_checked", redeem(client_secret="anything"), BAD_CLIENT),
        ("secret_from_public_client_accepted", redeem_as_web_app("wrong"), BAD_CLIENT),
        ("code_reusable", redeem_an_hour_later, BAD_GRANT),
    ],
)
def test_a_switch_leaves_the_neighbouring_rule_alone(
    switch: str, attack: Attack, expected: Outcome, play: Play
) -> None:
    assert play(attack, [switch]) == expected


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_both_tokens_of_a_race_open_the_data_of_the_user(
    order: tuple[int, int], make_scene: Callable[[Policy], Scene]
) -> None:
    scene = make_scene(Policy(code_race=True))
    code = scene.code()
    halves = [scene.provider.begin(scene.token_request(code=code)) for _ in range(2)]
    finished = [half.finish() for half in halves if isinstance(half, Pending)]

    tokens = [finished[index].json()["access_token"] for index in order]

    assert len(set(tokens)) == 2
    assert [scene.userinfo(token).json()["sub"] for token in tokens] == ["sub-alice"] * 2


def test_a_code_that_another_client_redeemed_still_speaks_of_the_victim(
    make_scene: Callable[[Policy], Scene],
) -> None:
    scene = make_scene(Policy(code_not_bound_to_client=True))
    web_app = {"client_id": "web-app", "client_secret": scene.CONFIDENTIAL.secret}

    tokens = scene.token(code=scene.code(), **web_app).json()

    assert scene.userinfo(tokens["access_token"]).json()["sub"] == "sub-alice"

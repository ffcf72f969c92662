"""The steps that scripts share: who follows what, and what comes of it."""

import asyncio
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

from attacker.loot import LootItem
from attacker.vantage import Leg
from scenarios.steps import code_of_own_request, code_of_the_victims_login

CODE = LootItem("code", "c", Leg.AUTHORIZATION_RESPONSE, "e1", "the redirect")


class Scene:
    """The people of a play, who note what they are asked to do."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.request: dict[str, str | None] = {}
        self.thief = SimpleNamespace(
            study_client=self._noted("study"),
            build_authorization_request=self._build,
            catch=lambda: CODE,
            verifiers=SimpleNamespace(choose=self._choose),
        )
        self.victim = SimpleNamespace(follow=self._noted("follow"), log_in=self._noted("log in"))

    def _noted(self, what: str) -> Any:
        async def do(*_: object) -> None:
            self.done.append(what)

        return do

    async def _choose(self, verifier: str | None) -> str:
        return f"challenge of {verifier}"

    def _build(self, more: object, **changes: str | None) -> str:
        self.request = changes
        return "https://login.idp.test/authorize"

    @asynccontextmanager
    async def step(self, title: str) -> Any:
        self.done.append(f"- {title[:9]}")
        yield


def test_an_own_request_has_a_challenge_of_the_thiefs_own_and_the_victim_follows_it() -> None:
    scene: Any = Scene()

    code = asyncio.run(code_of_own_request(scene, "v", "=", scope="openid"))

    assert code is CODE
    assert [each for each in scene.done if not each.startswith("-")] == ["study", "follow"]
    assert scene.request == {
        "code_challenge": "challenge of v=",
        "code_challenge_method": "S256",
        "scope": "openid",
    }


def test_changes_have_the_last_word() -> None:
    scene: Any = Scene()

    asyncio.run(code_of_own_request(scene, code_challenge=None, code_challenge_method="s256"))

    assert scene.request == {"code_challenge": None, "code_challenge_method": "s256"}


def test_the_victims_own_login_is_no_business_of_the_thiefs() -> None:
    scene: Any = Scene()

    assert asyncio.run(code_of_the_victims_login(scene)) is CODE
    assert "log in" in scene.done
    assert "study" not in scene.done

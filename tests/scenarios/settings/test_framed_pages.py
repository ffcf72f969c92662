"""Pages of a server that is not ours, in frames: who lets that happen, and what keeps it away."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reports.judgement.judge import judge
from reports.judgement.verdicts import Verdict
from reports.records import Observation
from scenarios.registry import all_scenarios
from scenarios.stage.browser import Browser
from tests.scenarios.assessed import looked_at_closely, played
from tests.scenarios.foreign import LIKE_OTHERS, foreign

pytestmark = [pytest.mark.stage, pytest.mark.timeout(240)]

BLOCKED, SUCCEEDED = Observation.ATTACK_BLOCKED, Observation.ATTACK_SUCCEEDED
FRAMED = all_scenarios()["framed-consent"]
FORBIDDING = {b"content-security-policy", b"x-frame-options"}

type Rewrite = Callable[[bytes, bytes], tuple[bytes, bytes] | None]


def answering(rewrite: Rewrite) -> Callable[[ASGIApp], ASGIApp]:
    """A server whose headers are changed, each to another one or to none."""

    def wrap(app: ASGIApp) -> ASGIApp:
        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            async def changed(message: Message) -> None:
                if message["type"] == "http.response.start":
                    headers = (rewrite(name.lower(), value) for name, value in message["headers"])
                    message = {**message, "headers": [each for each in headers if each]}
                await send(message)

            await app(scope, receive, changed)

        return answer

    return wrap


def unforbidding(name: bytes, value: bytes) -> tuple[bytes, bytes] | None:
    """Says nothing of frames; its cookies do."""
    return None if name in FORBIDDING else (name, value)


def careless(name: bytes, value: bytes) -> tuple[bytes, bytes] | None:
    """Says nothing of frames, nor do its cookies."""
    said = value.replace(b"; SameSite=Lax", b"") if name == b"set-cookie" else value
    return unforbidding(name, said)


def unbothered(name: bytes, value: bytes) -> tuple[bytes, bytes] | None:
    return name, value


def assessed(
    folder: Path,
    browser: Browser,
    rewrite: Rewrite,
    **careless_in: bool,
) -> Verdict:
    """What the attack comes to at the single-page client, for which the other is the thief's."""
    policy = replace(LIKE_OTHERS, **careless_in)
    with foreign(folder, policy, answering(rewrite)) as server:
        site = server.site()
        known = looked_at_closely(folder, browser, site, [FRAMED])
        assert known.troubles == []
        stored = played(folder, browser, site, known, [FRAMED])
    return next(each for each in judge(stored).verdicts if each.posture == "spa")


@pytest.mark.parametrize(
    ("rewrite", "observed", "reason"),
    [
        pytest.param(unbothered, BLOCKED, "refused to be framed", marks=pytest.mark.long),
        (unforbidding, BLOCKED, "keeps its cookie __Secure-session away from frames"),
        (careless, SUCCEEDED, "data of alice-1"),
    ],
)
def test_a_page_or_its_cookies_stay_out_of_frames_or_a_click_gives_the_data_away(
    browser: Browser, tmp_path: Path, rewrite: Rewrite, observed: Observation, reason: str
) -> None:
    found = assessed(tmp_path, browser, rewrite)

    assert found.observed is observed, found.reason
    assert reason in found.reason


@pytest.mark.long
def test_where_nobody_is_asked_no_click_gives_an_answer(browser: Browser, tmp_path: Path) -> None:
    found = assessed(tmp_path, browser, careless, consent_skipped=True)

    assert found.observed is Observation.NOT_APPLICABLE
    assert "asked for consent each time" in found.reason

"""Some servers answer an implicit request in the query, where every log has the token, too."""

from dataclasses import replace
from pathlib import Path

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reports.judgement.judge import judge
from reports.records import Observation
from scenarios.registry import all_scenarios
from scenarios.stage.browser import Browser
from tests.scenarios.assessed import looked_at, played
from tests.scenarios.foreign import LIKE_OTHERS, foreign

IMPLICIT = all_scenarios()["implicit-token"]


def in_query(app: ASGIApp) -> ASGIApp:
    """The same server, with the query of a redirect where the fragment was."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        async def told(message: Message) -> None:
            headers = [
                (name, value.replace(b"#access_token", b"?access_token"))
                for name, value in message.get("headers", ())
            ]
            await send({**message, "headers": headers} if headers else message)

        await app(scope, receive, told)

    return answer


@pytest.mark.stage
@pytest.mark.parametrize(
    ("accepted", "observed"),
    [(True, Observation.ATTACK_SUCCEEDED), (False, Observation.ATTACK_BLOCKED)],
)
def test_a_token_in_the_query_is_found_as_one_in_the_fragment_is(
    browser: Browser, tmp_path: Path, accepted: bool, observed: Observation
) -> None:
    policy = replace(LIKE_OTHERS, implicit_flow_accepted=accepted)
    with foreign(tmp_path, policy, in_query) as server:
        site = server.site()
        known = looked_at(tmp_path, browser, site)
        stored = played(tmp_path, browser, site, known, [IMPLICIT])

    assert {each.observed for each in judge(stored).verdicts} == {observed}

"""Answers that are forms, with an ID token beside the code (OpenID Connect Core section 3.3)."""

import re

import httpx
import pytest

from tests.victim.client.conftest import ALICE, ENTRY, HABITS, MALLORY, Contoso, Make, filled, query
from victim.identity_provider import User

pytestmark = pytest.mark.anyio


async def request_of(world: Contoso, browser: httpx.AsyncClient) -> str:
    return str((await browser.get(world.entry)).headers["location"])


async def form_for(browser: httpx.AsyncClient, request: str, user: User = ALICE) -> dict[str, str]:
    """What the browser would send to the client at the end of a login."""
    page = await browser.get(request)
    while 'name="code"' not in page.text:
        action, answers = filled(page, user)
        page = await browser.post(action, data=answers)
    return dict(re.findall(r'name="(\w+)" value="([^"]+)"', page.text))


@pytest.mark.parametrize("habit", [None, "encrypted_state", *HABITS])
async def test_an_honest_login_ends_with_the_user_signed_in(
    contoso: Make, habit: str | None
) -> None:
    world = contoso("hybrid_flow", *filter(None, [habit]))
    browser = world.browser()

    form = await form_for(browser, await request_of(world, browser))
    page = await browser.post(world.entry, data=form)

    assert page.status_code == 200
    assert await world.who(browser) == ALICE.subject


@pytest.mark.parametrize(
    ("switch", "whose"), [(None, None), ("c_hash_missing", ALICE.subject)], ids=str
)
async def test_a_code_that_came_with_another_id_token_is_not_redeemed(
    contoso: Make, switch: str | None, whose: str | None
) -> None:
    world = contoso("hybrid_flow", *filter(None, [switch]))
    attacker = world.browser()
    request = await request_of(world, attacker)
    form = await form_for(attacker, request, MALLORY)
    by_redirect = request.replace("code+id_token", "code").replace("form_post", "query")

    stolen = query(await world.sign_in(world.browser(), ALICE, by_redirect))
    await attacker.post(world.entry, data=form | {"code": stolen["code"]})

    assert await world.who(attacker) == whose


async def test_an_answer_without_an_id_token_is_not_taken(contoso: Make) -> None:
    world = contoso("hybrid_flow")
    browser = world.browser()
    form = await form_for(browser, await request_of(world, browser))

    page = await browser.post(world.entry, data={**form, "id_token": ""})

    assert page.status_code == 400
    assert "no ID token" in page.text


async def test_browsers_send_the_session_along_with_a_form_of_the_provider(contoso: Make) -> None:
    hybrid, usual = [
        await world.browser().get(ENTRY) for world in (contoso("hybrid_flow"), contoso())
    ]

    assert "SameSite=none" in hybrid.headers["set-cookie"]
    assert "SameSite=lax" in usual.headers["set-cookie"]

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING

import pytest

from victim.identity_provider import HARDENED, Client, ClientType, Policy
from victim.identity_provider.authorization_response import Reply, after_sign_in, respond
from victim.identity_provider.messages import json_response, redirect
from victim.identity_provider.registry import ResponseMode

if TYPE_CHECKING:
    from tests.victim.identity_provider.conftest import Scene
    from victim.identity_provider import Response

ISSUER = "https://login.idp.test"
CODE = {"code": "c"}
FLEXIBLE = Client(
    "flexible-app",
    "Flexible App",
    ClientType.PUBLIC,
    ("https://app.test/cb",),
    response_modes=frozenset(ResponseMode),
)


def reply(mode: ResponseMode = ResponseMode.QUERY, state: str | None = "s") -> Reply:
    return Reply("https://app.test/cb?a=1", state, mode)


def fields(page: Response) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.text)
    return {name: unescape(value) for name, value in found}


def test_the_query_is_the_usual_road() -> None:
    response = respond(HARDENED, ISSUER, reply(), CODE)

    expected = "https://app.test/cb?a=1&code=c&state=s&iss=https%3A%2F%2Flogin.idp.test"
    assert (response.status, response.header("location")) == (303, expected)


def test_the_fragment_never_reaches_the_server_of_the_client() -> None:
    response = respond(HARDENED, ISSUER, reply(ResponseMode.FRAGMENT), CODE)

    expected = "https://app.test/cb?a=1#code=c&state=s&iss=https%3A%2F%2Flogin.idp.test"
    assert (response.status, response.header("location")) == (303, expected)


def test_a_form_keeps_the_code_out_of_every_address() -> None:
    page = respond(HARDENED, ISSUER, reply(ResponseMode.FORM_POST, 's"><script>'), CODE)

    assert (page.status, page.header("location")) == (200, "")
    assert '<form method="post" action="https://app.test/cb?a=1">' in page.text
    assert fields(page) == {"code": "c", "state": 's"><script>', "iss": ISSUER}
    assert page.header("cache-control") == "no-store"


def test_no_state_is_sent_back_when_none_came() -> None:
    assert "state" not in respond(HARDENED, ISSUER, reply(state=None), CODE).header("location")


@pytest.mark.parametrize("mode", ResponseMode)
def test_a_client_gets_the_mode_that_it_has_registered(scene: Scene, mode: ResponseMode) -> None:
    scene.provider.register(FLEXIBLE)
    uri = FLEXIBLE.redirect_uris[0]

    response = scene.log_in(client_id="flexible-app", redirect_uri=uri, response_mode=mode)

    where = {
        ResponseMode.QUERY: response.header("location").partition("?")[2],
        ResponseMode.FRAGMENT: response.header("location").partition("#")[2],
        ResponseMode.FORM_POST: "&".join(f"{name}=" for name in fields(response)),
    }
    assert where[mode].startswith("code=")


@pytest.mark.parametrize("mode", [ResponseMode.FRAGMENT, ResponseMode.FORM_POST])
def test_a_refusal_takes_the_mode_of_its_request(scene: Scene, mode: ResponseMode) -> None:
    scene.provider.register(FLEXIBLE)
    uri = FLEXIBLE.redirect_uris[0]

    response = scene.authorize(
        client_id="flexible-app", redirect_uri=uri, response_mode=mode, prompt="none"
    )

    assert "#error=login_required" in response.header("location") or (
        fields(response)["error"] == "login_required"
    )


def test_only_a_redirect_after_the_sign_in_is_bent_to_307() -> None:
    weak = Policy(sign_in_redirected_with_307=True)
    response = redirect("https://app.test/cb", {"code": "c"})

    assert after_sign_in(HARDENED, response) == response
    assert after_sign_in(weak, response) == replace(response, status=307)
    assert after_sign_in(weak, json_response({})) == json_response({})


def test_representations_show_no_state() -> None:
    assert "hush" not in repr(reply(state="hush"))

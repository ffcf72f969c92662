from urllib.parse import parse_qsl, urlsplit

from starlette.testclient import TestClient

from attacker.own_client import (
    OWN_CLIENT_ID,
    OWN_REDIRECT_URI,
    OWN_WEB_REDIRECT_URI,
    OWN_WEB_SECRET,
    TORCH,
    OwnClient,
    by_way_of_refusal,
)
from attacker.redirect_handlers import web_site
from attacker.token_request import Bent, identified


def test_the_app_on_the_web_has_its_redirects_answered_whatever_they_bring() -> None:
    site = TestClient(web_site.web_site_app(), base_url=web_site.ADDRESS)

    assert site.get(OWN_WEB_REDIRECT_URI).status_code == 200
    assert site.post(OWN_WEB_REDIRECT_URI, data={"username": "u"}).status_code == 200


def test_nobody_could_guess_its_secret_and_both_live_with_the_thief() -> None:
    assert len(OWN_WEB_SECRET) >= 32
    for uri in (OWN_REDIRECT_URI, OWN_WEB_REDIRECT_URI):
        assert (urlsplit(uri).hostname or "").endswith(".thief.test")


def test_what_is_put_behind_a_detour_ends_up_at_its_own_address() -> None:
    detour = by_way_of_refusal("https://idp.test/authorize")

    passed_on = f"{dict(parse_qsl(detour[1:]))['next']}?code=c&state=s"

    assert urlsplit(passed_on).netloc == "idp.test"
    asked = dict(parse_qsl(urlsplit(passed_on).query))
    assert asked["redirect_uri"] == f"{OWN_WEB_REDIRECT_URI}?code=c"


def test_its_first_app_has_no_secret_to_show() -> None:
    assert TORCH.as_itself() == Bent({"client_id": OWN_CLIENT_ID})


def test_an_app_with_a_secret_says_who_it_is_in_its_own_way() -> None:
    in_form = OwnClient("app", "https://app.test/cb", "the-secret")
    in_header = OwnClient("app", "https://app.test/cb", "the-secret", secret_in_header=True)

    assert in_form.as_itself() == identified("app", "the-secret", in_header=False)
    assert in_header.as_itself() == identified("app", "the-secret", in_header=True)
    assert "the-secret" not in repr(in_form)

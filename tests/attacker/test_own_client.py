from urllib.parse import parse_qsl, urlsplit

from starlette.testclient import TestClient

from attacker.own_client import (
    OWN_REDIRECT_URI,
    OWN_WEB_REDIRECT_URI,
    OWN_WEB_SECRET,
    by_way_of_refusal,
)
from attacker.redirect_handlers import web_site


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

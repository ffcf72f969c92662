"""A person without a window, at providers of many makes."""

from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from scenarios.stage.http_browser import HttpBrowser, Page
from tests.zoo import CONSENTS, PASSWORD, USERNAME, WITHOUT_NO, zoo
from victim.user import SignInFailedError
from victim.user_over_http import UserOverHttp

pytestmark = pytest.mark.anyio

PROVIDER, CLIENT = "127.0.0.1:9000", "http://localhost:5218/callback"


@dataclass(frozen=True)
class Account:
    username: str = USERNAME
    password: str = PASSWORD


class Visit:
    """Where somebody ends who comes to this place in the zoo, and all that was sent there."""

    def __init__(self, account: Account) -> None:
        self.zoo = zoo(CLIENT, foreign="http://evil.test/")
        self.sent: list[httpx.Request] = []
        provider = httpx.ASGITransport(self.zoo)
        mounts = {f"all://{PROVIDER}": provider}
        elsewhere = httpx.MockTransport(lambda request: httpx.Response(200, text="client"))
        self.http = httpx.AsyncClient(
            transport=elsewhere, mounts=mounts, event_hooks={"request": [self._hear]}
        )
        self.user = UserOverHttp(HttpBrowser(self.http), account, {PROVIDER})

    async def _hear(self, request: httpx.Request) -> None:
        self.sent.append(request)

    async def follow(self, path: str, **how: Any) -> Page:
        page: Page = await self.user.follow(f"http://{PROVIDER}{path}", **how)
        return page


def visit(account: Account | None = None) -> Visit:
    return Visit(account or Account())


@pytest.mark.parametrize(
    "path",
    ["/one-page", "/unauthorized", "/crowded", "/two-pages", "/form-post", "/refresh", "/frame"],
)
async def test_whoever_has_the_password_is_let_go(path: str) -> None:
    page = await visit().follow(path)

    assert page.host == "localhost:5218", page


async def test_hidden_fields_are_sent_as_they_stand() -> None:
    seat = visit()
    await seat.follow("/one-page")

    posted = next(each for each in seat.sent if each.method == "POST")
    assert b"csrf=c%26rf" in posted.content


@pytest.mark.parametrize("make", CONSENTS)
async def test_who_is_willing_allows_whatever_the_button_is_called(make: str) -> None:
    page = await visit().follow(f"/consent/{make}")

    assert page.url == f"{CLIENT}?code=c"


@pytest.mark.parametrize("make", sorted(CONSENTS.keys() - WITHOUT_NO))
async def test_who_is_not_willing_says_no_by_a_button_a_choice_or_a_box_left_empty(
    make: str,
) -> None:
    page = await visit().follow(f"/consent/{make}", willing=False)

    assert page.url == f"{CLIENT}?error=access_denied"


async def test_a_link_may_say_no() -> None:
    assert "code=c" in (await visit().follow("/link-denies")).url
    assert "access_denied" in (await visit().follow("/link-denies", willing=False)).url


@pytest.mark.parametrize("make", sorted(WITHOUT_NO))
async def test_who_is_not_willing_stops_where_nothing_says_no(make: str) -> None:
    page = await visit().follow(f"/consent/{make}", willing=False)

    assert page.host == PROVIDER


async def test_every_scope_is_allowed_and_nothing_is_remembered() -> None:
    seat = visit()
    await seat.follow("/consent/scopes")

    assert seat.zoo.state.consents == [
        [("csrf", "c&rf"), ("scope", "openid"), ("scope", "email"), ("decision", "yes")]
    ]


@pytest.mark.parametrize("path", ["/help", "/error", "/mfa", "/captcha"])
async def test_nothing_is_pressed_that_does_not_lead_on(path: str) -> None:
    seat = visit()
    page = await seat.follow(path)

    assert page.host == PROVIDER
    assert len(seat.sent) == 1


@pytest.mark.parametrize("path", ["/one-page", "/unauthorized", "/crowded"])
async def test_a_wrong_password_is_sent_once_and_told(path: str) -> None:
    seat = visit(Account(password="wrong horse"))

    with pytest.raises(SignInFailedError, match="password is wrong") as raised:
        await seat.user.open(f"http://{PROVIDER}{path}")

    assert [each.method for each in seat.sent] == ["GET", "POST"]
    assert "wrong horse" not in str(raised.value)


@pytest.mark.parametrize(
    ("path", "reason"), [("/mfa", "second factor"), ("/captcha", "captcha"), ("/endless", "kept")]
)
async def test_what_nobody_gets_past_is_named(path: str, reason: str) -> None:
    with pytest.raises(SignInFailedError, match=reason):
        await visit().user.open(f"http://{PROVIDER}{path}")


async def test_pages_that_lead_on_and_on_come_to_an_end() -> None:
    seat = visit()
    await seat.follow("/endless")

    assert len(seat.sent) < 20


async def test_the_password_goes_to_no_other_host() -> None:
    seat = visit()
    await seat.follow("/phishing")

    assert {each.url.host for each in seat.sent} == {"127.0.0.1"}

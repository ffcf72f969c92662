from dataclasses import replace
from http.cookies import Morsel, SimpleCookie

import pytest
from starlette.responses import Response

from tests.victim.client.conftest import ENTRY, PLAINTEXT, PROVIDER, SCHEME
from victim.client import Endpoint, Habits
from victim.client.sessions import Session, Sessions
from victim.client.states import Login

ALICE = {"sub": "sub-alice"}
CHOSEN = "chosen-by-mallory"
WEBSITE = Endpoint("/login", "contoso", ENTRY, PROVIDER)
PLAIN = replace(WEBSITE, redirect_uri=PLAINTEXT)
NATIVE = replace(WEBSITE, redirect_uri=SCHEME, native=True)
UNPREFIXED = replace(WEBSITE, habits=Habits(cookie_without_host_prefix=True))
PREFIXED_NAME, PLAIN_NAME = "__Host-contoso.login", "contoso_session"


def sessions_of(
    endpoint: Endpoint, learned: list[tuple[str, str]] | None = None
) -> tuple[Sessions, str]:
    """The sessions of an endpoint, and the name of their cookie."""
    heard = [] if learned is None else learned
    name = PREFIXED_NAME if endpoint is WEBSITE else PLAIN_NAME
    return Sessions(endpoint, lambda kind, value: heard.append((kind, value))), name


def cookie(response: Response) -> Morsel[str]:
    (morsel,) = SimpleCookie(response.headers["set-cookie"]).values()
    return morsel


@pytest.mark.parametrize("endpoint", [WEBSITE, PLAIN, UNPREFIXED], ids=["TLS", "plain", "weak"])
def test_a_browser_has_the_session_that_its_cookie_names(endpoint: Endpoint) -> None:
    sessions, name = sessions_of(endpoint)
    opened, session = sessions.open({})

    assert sessions.find({name: opened}) is session
    assert sessions.open({name: opened}) == (opened, session)
    assert sessions.named(opened) is session
    assert sessions.find({}) is None
    assert sessions.find({"another": opened}) is None
    assert sessions.find({name: "unknown"}) is None
    assert sessions.named("") is None


def test_every_browser_has_a_session_of_its_own_with_a_name_that_nobody_guesses() -> None:
    sessions, _ = sessions_of(WEBSITE)
    (one, first), (other, second) = sessions.open({}), sessions.open({})

    assert one != other
    assert first is not second
    assert first.browser != second.browser
    assert len(one) >= 32  # 24 random bytes


def test_each_name_is_told_before_it_is_handed_out() -> None:
    learned: list[tuple[str, str]] = []
    sessions, name = sessions_of(WEBSITE, learned)

    opened, _ = sessions.open({})
    sessions.open({name: opened})
    signed_in = sessions.sign_in({name: opened}, ALICE)

    assert learned == [("session", opened), ("session", signed_in)]


@pytest.mark.parametrize("endpoint", [WEBSITE, PLAIN], ids=["TLS", "plain"])
def test_a_name_that_the_browser_brings_along_is_not_taken(endpoint: Endpoint) -> None:
    sessions, name = sessions_of(endpoint)

    opened, _ = sessions.open({name: CHOSEN})
    signed_in = sessions.sign_in({name: CHOSEN}, ALICE)

    assert CHOSEN not in (opened, signed_in)
    assert sessions.find({name: CHOSEN}) is None


@pytest.mark.parametrize("endpoint", [WEBSITE, PLAIN], ids=["TLS", "plain"])
def test_who_knew_the_name_before_the_login_is_not_signed_in_with_it(endpoint: Endpoint) -> None:
    sessions, name = sessions_of(endpoint)
    before, session = sessions.open({})

    after = sessions.sign_in({name: before}, ALICE)

    assert after != before
    assert sessions.find({name: before}) is None
    assert sessions.find({name: after}) is session
    assert session.user == ALICE


def test_a_session_keeps_its_logins_and_its_browser_when_its_name_changes() -> None:
    sessions, name = sessions_of(WEBSITE)
    before, session = sessions.open({})
    session.logins["s"] = Login("s")
    browser = session.browser

    after = sessions.find({name: sessions.sign_in({name: before}, ALICE)})

    assert after is not None
    assert (after.logins, after.browser) == ({"s": Login("s")}, browser)


def test_a_user_can_be_signed_in_to_a_browser_without_a_session() -> None:
    sessions, name = sessions_of(WEBSITE)

    session = sessions.find({name: sessions.sign_in({}, ALICE)})

    assert session is not None
    assert session.user == ALICE


def test_a_weak_client_takes_the_name_that_a_neighbour_chose_and_keeps_it() -> None:
    sessions, name = sessions_of(UNPREFIXED)

    assert sessions.open({name: CHOSEN})[0] == CHOSEN
    assert sessions.sign_in({name: CHOSEN}, ALICE) == CHOSEN


@pytest.mark.parametrize("chosen", ["", "short", "x" * 129, "with;a=semicolon-----", "ä" * 20])
def test_even_a_weak_client_takes_no_name_that_is_none(chosen: str) -> None:
    sessions, name = sessions_of(UNPREFIXED)

    assert sessions.open({name: chosen})[0] != chosen
    assert sessions.sign_in({name: chosen}, ALICE) != chosen


def test_over_tls_the_cookie_is_one_that_no_other_host_can_set() -> None:
    sessions, _ = sessions_of(WEBSITE)
    set_cookie = cookie(sessions.set_cookie(Response(), "the-name"))

    # RFC 6265bis section 4.1.3.2: __Host- demands Secure and Path=/, and forbids Domain.
    assert (set_cookie.key, set_cookie.value) == (PREFIXED_NAME, "the-name")
    assert (set_cookie["secure"], set_cookie["path"], set_cookie["domain"]) == (True, "/", "")
    assert (set_cookie["httponly"], set_cookie["samesite"]) == (True, "lax")


@pytest.mark.parametrize(("endpoint", "secure"), [(PLAIN, ""), (UNPREFIXED, True)])
def test_without_the_prefix_the_cookie_belongs_to_the_endpoint(
    endpoint: Endpoint, secure: bool | str
) -> None:
    sessions, _ = sessions_of(endpoint)
    set_cookie = cookie(sessions.set_cookie(Response(), "the-name"))

    assert (set_cookie.key, set_cookie["path"], set_cookie["secure"]) == (
        PLAIN_NAME,
        "/login",
        secure,
    )
    assert (set_cookie["httponly"], set_cookie["samesite"]) == (True, "lax")


def test_a_native_app_has_one_session_and_no_cookie() -> None:
    learned: list[tuple[str, str]] = []
    sessions, name = sessions_of(NATIVE, learned)

    opened, session = sessions.open({name: CHOSEN})

    assert sessions.open({}) == (opened, session)
    assert sessions.sign_in({}, ALICE) == opened
    found = sessions.find({})
    assert found is session
    assert found.user == ALICE
    assert "set-cookie" not in sessions.set_cookie(Response(), opened).headers
    assert learned == []


@pytest.mark.parametrize(("endpoint", "secure"), [(WEBSITE, True), (PLAIN, "")])
def test_the_cookie_of_a_verifier_comes_back_with_the_redirect(
    endpoint: Endpoint, secure: bool | str
) -> None:
    sessions, _ = sessions_of(endpoint)
    set_cookie = cookie(sessions.set_verifier_cookie(Response(), "v" * 43))

    assert (set_cookie["path"], set_cookie["secure"]) == ("/login", secure)
    assert (set_cookie["httponly"], set_cookie["samesite"]) == (True, "lax")
    assert Sessions.verifier_in({set_cookie.key: set_cookie.value}) == "v" * 43
    assert Sessions.verifier_in({}) is None


def test_a_session_does_not_print_its_secrets() -> None:
    session = Session({"the-state": Login("the-state")})

    assert session.browser not in repr(session)
    assert "the-state" not in repr(session)

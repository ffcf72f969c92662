from dataclasses import replace

import pytest

from tests.victim.client.conftest import ENTRY, PROVIDER
from victim.client import Endpoint, Habits
from victim.client.answer import Answer
from victim.client.logins import Logins
from victim.client.sessions import Session
from victim.client.states import Login, States

VERIFIER = "v" * 43
LOGIN = Login(verifier=VERIFIER, nonce="the-nonce")
USER = {"sub": "sub-alice"}
SELF_CONTAINED = ("encrypted_state", "flow_in_unbound_state", "verifier_in_state")
HANDS_OVER = ("verifier_in_raw_state", "verifier_in_signed_state")


class Client:
    """The part of a client that keeps logins, and its users' browsers."""

    def __init__(self, *habits: str, native: bool = False) -> None:
        on = Habits(**dict.fromkeys(habits, True))
        endpoint = Endpoint("/login", "contoso", ENTRY, PROVIDER, on, native=native)
        self.states = States(on, lambda kind, value: None)
        self.logins = Logins(endpoint, self.states)
        self.session = Session()

    def start(self, login: Login = LOGIN) -> Login:
        """A login of this session, which waits from now on."""
        started = replace(login, state=self.states.write(login, self.session.browser))
        self.logins.keep(started, self.session)
        return started

    def take(
        self, state: str | None, session: Session | None = None, **cookies: str
    ) -> Login | None:
        """What is found by somebody who brings this state, in the session that started it."""
        answer = Answer(state=state or "", code="c")
        return self.logins.take(answer, session or self.session, cookies)

    def cookies_of(self, login: Login) -> dict[str, str]:
        kept = self.logins.kept_by_browser(login)
        return {"contoso_verifier": kept} if kept else {}


@pytest.mark.parametrize(
    "habits",
    [(), *zip(SELF_CONTAINED), *zip(HANDS_OVER), ("state_missing",), ("state_unbound",)],
    ids=str,
)
def test_a_login_is_found_by_its_answer(habits: tuple[str, ...]) -> None:
    client = Client(*habits)
    started = client.start()

    found = client.take(started.state)

    assert found is not None
    assert found.verifier == VERIFIER
    if habits != ("verifier_in_state",):
        assert found == started


def test_a_login_waits_in_the_session_of_its_browser_and_nowhere_else() -> None:
    client = Client()
    started = client.start()

    assert client.take(started.state, Session()) is None
    assert client.logins.take(Answer(state=started.state or ""), None, {}) is None
    assert client.take("another-state") is None
    assert client.take("") is None
    assert client.take(started.state) == started


@pytest.mark.parametrize("habits", [(), ("state_unbound",), ("state_missing",)], ids=str)
def test_a_login_is_over_once_it_was_taken(habits: tuple[str, ...]) -> None:
    client = Client(*habits)
    started = client.start()

    assert client.take(started.state) is not None
    assert client.take(started.state) is None


def test_unbound_states_wait_for_any_browser() -> None:
    client = Client("state_unbound")
    started = client.start()

    assert client.session.logins == {}
    assert client.take(started.state, Session()) == started


@pytest.mark.parametrize("habit", ["state_missing", "state_unchecked"])
def test_who_does_not_look_at_the_state_takes_the_newest_login_of_the_browser(habit: str) -> None:
    client = Client(habit)
    first, second = client.start(), client.start(replace(LOGIN, nonce="newer"))

    found = client.take("whatever", None)

    assert found is not None
    assert found.nonce == second.nonce != first.nonce
    assert client.take("whatever", Session()) is None


@pytest.mark.parametrize("habit", ["state_missing", "state_unchecked"])
def test_a_state_that_is_not_looked_at_leaves_the_login_in_the_session(habit: str) -> None:
    client = Client(habit, "state_unbound")
    client.start()

    assert client.take("whatever", Session()) is None
    assert client.take("whatever") is not None


@pytest.mark.parametrize("habit", SELF_CONTAINED)
def test_a_login_that_lies_in_its_state_is_kept_nowhere_else(habit: str) -> None:
    client = Client(habit, "state_unbound")
    started = client.start()

    assert client.session.logins == {}
    taken = client.take(started.state, Session())
    assert (taken is None) is (habit == "encrypted_state")


@pytest.mark.parametrize("habit", HANDS_OVER)
def test_a_verifier_in_the_state_is_read_from_there_and_kept_nowhere_else(habit: str) -> None:
    client = Client(habit, "verifier_in_cookie")
    started = client.start()

    (waiting,) = client.session.logins.values()
    assert waiting.verifier is None
    found = client.take(started.state, contoso_verifier="another")
    assert found == started


def test_a_verifier_in_a_cookie_is_read_from_there_and_kept_nowhere_else() -> None:
    client = Client("verifier_in_cookie")
    started = client.start()

    (waiting,) = client.session.logins.values()
    assert waiting.verifier is None
    assert client.take(started.state, **client.cookies_of(started)) == started


def test_a_cookie_that_is_gone_leaves_the_login_without_its_verifier() -> None:
    client = Client("verifier_in_cookie")
    started = client.start()

    assert client.take(started.state) == replace(started, verifier=None)


@pytest.mark.parametrize("client", [Client(), Client("verifier_in_cookie", native=True)])
def test_no_other_browser_has_to_keep_a_verifier(client: Client) -> None:
    started = client.start()

    assert client.cookies_of(started) == {}
    assert client.take(started.state) == started


def test_a_login_without_a_verifier_looks_for_none() -> None:
    client = Client("verifier_in_cookie", "pkce_unused")
    started = client.start(replace(LOGIN, verifier=None))

    assert client.cookies_of(started) == {}
    assert client.take(started.state) == started


def test_an_answer_is_forgotten_once_it_has_served() -> None:
    client, answer = Client(), Answer(state="s", code="c")
    client.logins.note(answer, USER)

    assert client.logins.answered(answer) is None


def test_a_weak_client_signs_in_again_whoever_brings_this_very_answer() -> None:
    client, answer = Client("login_kept_after_use"), Answer(state="s", code="c")
    started = client.start()
    client.logins.note(answer, USER)

    assert client.logins.answered(answer) == USER
    assert client.logins.answered(replace(answer, code="another")) is None
    assert client.logins.answered(replace(answer, state="another")) is None
    assert client.take(started.state) == client.take(started.state) == started

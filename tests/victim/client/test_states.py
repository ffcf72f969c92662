import base64
import json

import pytest

from victim.client import GOOD, Habits
from victim.client.states import PREDICTABLE_STATE, Carries, Login, States, carries

LOGIN = Login(verifier="v" * 43, nonce="the-nonce", for_session="the-session")
OPAQUE = ("state_predictable", "state_unbound", "verifier_in_cookie", "plain_used")
SEALED = ("encrypted_state", "flow_in_unbound_state")
CARRYING = ("verifier_in_raw_state", "verifier_in_signed_state", "verifier_in_state")


def states(*habits: str, learned: list[tuple[str, str]] | None = None) -> States:
    heard = [] if learned is None else learned
    on = Habits(**dict.fromkeys(habits, True))
    return States(on, lambda kind, value: heard.append((kind, value)))


def written(by: States, login: Login = LOGIN, browser: str = "alice's") -> str:
    return by.write(login, browser) or ""


def carried(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def test_a_login_does_not_print_its_secrets() -> None:
    login = Login("the-state", "the-verifier", "the-nonce", "the-session")

    assert not [
        text for text in ("state", "verifier", "nonce", "session") if f"the-{text}" in repr(login)
    ]


@pytest.mark.parametrize("habit", [None, *SEALED, *CARRYING])
def test_every_state_is_another_and_is_told(habit: str | None) -> None:
    learned: list[tuple[str, str]] = []
    writer = states(*filter(None, [habit]), learned=learned)

    one, other = (
        written(writer, Login(verifier="v" * 43)),
        written(writer, Login(verifier="w" * 43)),
    )

    assert one != other
    assert learned == [("state", one), ("state", other)]


@pytest.mark.parametrize("habit", [None, *SEALED, "verifier_in_state"])
def test_one_login_has_never_the_same_state_twice(habit: str | None) -> None:
    writer = states(*filter(None, [habit]))

    assert written(writer) != written(writer)


@pytest.mark.parametrize("habit", [None, *OPAQUE])
def test_an_opaque_state_has_nothing_in_it(habit: str | None) -> None:
    writer = states(*filter(None, [habit]))
    state = written(writer)

    for secret in (LOGIN.verifier, LOGIN.nonce, LOGIN.for_session):
        assert secret not in state
    assert (writer.self_contained, writer.hands_over_verifier, writer.nonce_lost) == (False,) * 3


def test_a_predictable_state_is_a_place_to_return_to() -> None:
    assert written(states("state_predictable")) == PREDICTABLE_STATE
    assert json.loads(base64.urlsafe_b64decode(PREDICTABLE_STATE + "==")) == {"returnTo": "/"}


def test_a_client_that_sends_no_state_has_none_to_tell() -> None:
    learned: list[tuple[str, str]] = []

    assert states("state_missing", learned=learned).write(LOGIN, "alice's") is None
    assert learned == []


@pytest.mark.parametrize("habit", ["state_missing", "state_unchecked", "csrf_by_pkce"])
@pytest.mark.parametrize("other", [*SEALED, *CARRYING])
def test_nothing_is_read_from_a_state_that_is_not_looked_at(habit: str, other: str) -> None:
    reader = states(habit, other)

    assert not reader.read
    assert (reader.self_contained, reader.hands_over_verifier, reader.nonce_lost) == (False,) * 3


@pytest.mark.parametrize("habit", [None, *SEALED, *CARRYING])
def test_nothing_is_read_from_a_state_that_the_provider_keeps_back(habit: str | None) -> None:
    on = Habits(**dict.fromkeys(filter(None, [habit]), True))
    reader = States(on, lambda kind, value: None, returned=False)

    assert written(reader)
    assert not reader.read
    assert (reader.self_contained, reader.hands_over_verifier, reader.nonce_lost) == (False,) * 3


def test_everybody_can_read_and_write_the_state_of_the_article() -> None:
    writer = states("verifier_in_state")
    text = json.loads(base64.urlsafe_b64decode(written(writer) + "=="))

    assert text["code_verifier"] == LOGIN.verifier
    forged = carried('{"code_verifier": "of-mallory"}')
    assert writer.login_in(forged, None) == Login(forged, "of-mallory")
    assert writer.self_contained
    assert writer.nonce_lost


@pytest.mark.parametrize(
    "state",
    ["", "!", "ä", *map(carried, ["1", "null", "[]", "{}", "oops", '{"code_verifier": 1}'])],
)
@pytest.mark.parametrize("habit", ["verifier_in_state", *SEALED])
def test_a_state_that_carries_no_login_is_none_of_its_logins(habit: str, state: str) -> None:
    assert states(habit).login_in(state, "alice's") is None


def test_a_state_nested_without_end_is_none_of_its_logins() -> None:
    assert states("verifier_in_state").login_in(carried("[" * 200_000), None) is None


@pytest.mark.parametrize("habit", SEALED)
def test_a_sealed_state_holds_the_whole_login_and_shows_nothing(habit: str) -> None:
    writer = states(habit)
    state = written(writer)

    assert writer.login_in(state, "alice's") == Login(state, "v" * 43, "the-nonce", "the-session")
    for part in state.split("."):
        opened = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
        assert b"vvv" not in opened
        assert b"the-" not in opened
    assert (writer.self_contained, writer.nonce_lost) == (True, False)


@pytest.mark.parametrize("habit", SEALED)
def test_a_sealed_state_is_good_at_the_client_that_sealed_it_and_unbent(habit: str) -> None:
    writer = states(habit)
    state = written(writer)
    head, _, tag = state.rpartition(".")
    bent = f"{head}.{'B' if tag.startswith('A') else 'A'}{tag[1:]}"

    assert states(habit).login_in(state, "alice's") is None
    assert writer.login_in(bent, "alice's") is None


@pytest.mark.parametrize(
    ("habit", "bound"), [("encrypted_state", True), ("flow_in_unbound_state", False)]
)
@pytest.mark.parametrize("browser", ["mallory's", "", None])
def test_a_bound_state_is_good_in_one_browser_only(
    habit: str, bound: bool, browser: str | None
) -> None:
    writer = states(habit)

    assert (writer.login_in(written(writer), browser) is None) is bound


def test_a_raw_state_is_the_verifier() -> None:
    writer = states("verifier_in_raw_state")
    state = written(writer)

    assert state == LOGIN.verifier
    assert writer.verifier_in(state) == state
    assert writer.hands_over_verifier


def test_a_signed_state_can_be_read_by_everybody_and_written_by_the_client_alone() -> None:
    writer = states("verifier_in_signed_state")
    state = written(writer)
    header, payload, signature = state.split(".")
    forged = carried(json.dumps({"id": "x", "code_verifier": "of-mallory"}))

    assert json.loads(base64.urlsafe_b64decode(payload + "=="))["code_verifier"] == LOGIN.verifier
    assert writer.verifier_in(state) == LOGIN.verifier
    assert writer.verifier_in(f"{header}.{forged}.{signature}") is None
    assert writer.verifier_in(f"{carried('{"alg":"none"}')}.{forged}.") is None
    assert states("verifier_in_signed_state").verifier_in(state) is None
    assert [writer.verifier_in(text) for text in ("", "!", "a.b.c")] == [None] * 3


ORDER = {
    "encrypted_state": Carries.SEALED_LOGIN,
    "flow_in_unbound_state": Carries.SEALED_LOGIN,
    "verifier_in_state": Carries.VERIFIER,
    "verifier_in_signed_state": Carries.SIGNED_VERIFIER,
    "verifier_in_raw_state": Carries.RAW_VERIFIER,
    "state_predictable": Carries.NOTHING,
}


@pytest.mark.parametrize("first", range(len(ORDER)))
def test_of_several_things_that_a_state_could_carry_the_first_counts(first: int) -> None:
    on = list(ORDER)[first:]

    assert carries(Habits(**dict.fromkeys(on, True))) is ORDER[on[0]]


@pytest.mark.parametrize("habit", CARRYING)
def test_without_a_verifier_there_is_none_to_carry(habit: str) -> None:
    writer = states(habit, "pkce_unused")

    assert carries(GOOD) is carries(Habits(pkce_unused=True, **{habit: True})) is Carries.NOTHING
    assert (writer.self_contained, writer.hands_over_verifier, writer.nonce_lost) == (False,) * 3

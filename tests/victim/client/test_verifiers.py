import re

import pytest

from victim.client import GOOD, Habits, Pkce
from victim.client import verifiers as verifiers_module
from victim.client.endpoint import ARTICLE_VERIFIER
from victim.client.guessable import verifier_at
from victim.client.verifiers import Verifiers, challenge_of
from victim.identity_provider.pkce import s256

POSSIBLE = re.compile(r"[A-Za-z0-9._~-]{43,128}")  # RFC 7636 section 4.1
REUSED = Habits(verifier_reused=True)


def made(habits: Habits, learned: list[tuple[str, str]] | None = None) -> list[str | None]:
    """The verifiers of two logins at one client."""
    heard = [] if learned is None else learned
    verifiers = Verifiers(habits, lambda kind, value: heard.append((kind, value)))
    return [verifiers.new(), verifiers.new()]


@pytest.mark.parametrize("habits", [GOOD, Habits(challenge_lost=True), Habits(plain_used=True)])
def test_a_verifier_is_possible_and_new_for_every_login(habits: Habits) -> None:
    one, other = made(habits)

    assert one != other
    for verifier in (one, other):
        assert POSSIBLE.fullmatch(verifier or "")


def test_a_client_without_pkce_makes_none_and_has_nothing_to_tell() -> None:
    learned: list[tuple[str, str]] = []

    assert made(Habits(pkce_unused=True, verifier_fixed=True), learned) == [None, None]
    assert learned == []


def test_a_reused_verifier_is_the_client_s_own_for_as_long_as_it_runs() -> None:
    one, other = made(REUSED)

    assert POSSIBLE.fullmatch(one or "")
    assert one == other != made(REUSED)[0]


def test_a_fixed_verifier_is_that_of_every_copy() -> None:
    assert made(Habits(verifier_fixed=True)) == [ARTICLE_VERIFIER] * 2


def test_a_guessable_verifier_is_made_from_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = iter([1000.9, 1001.0])
    monkeypatch.setattr(verifiers_module.time, "time", lambda: next(seconds))

    assert made(Habits(verifier_guessable=True)) == [verifier_at(1000), verifier_at(1001)]


def test_of_several_origins_the_first_counts() -> None:
    fixed = Habits(verifier_fixed=True, verifier_guessable=True, verifier_reused=True)
    guessable = Habits(verifier_guessable=True, verifier_reused=True)

    assert made(fixed) == [ARTICLE_VERIFIER] * 2
    assert made(guessable)[0] != made(REUSED)[0]


@pytest.mark.parametrize("habit", ["verifier_fixed", "verifier_guessable", "verifier_reused"])
def test_every_verifier_is_told(habit: str) -> None:
    learned: list[tuple[str, str]] = []

    verifiers = made(Habits(**{habit: True}), learned)

    assert learned == [("code_verifier", verifier) for verifier in verifiers]


def test_the_challenge_is_that_of_rfc_7636() -> None:
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"  # appendix B

    assert challenge_of(verifier, Pkce.S256) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    assert challenge_of(verifier, Pkce.S256) == s256(verifier)
    assert challenge_of(verifier, Pkce.PLAIN) == verifier

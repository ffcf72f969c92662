import re

import pytest

from attacker.pkce import new_pair, pair_of, verifier_of
from victim.identity_provider.pkce import s256


def test_the_pair_fits_by_the_reckoning_of_somebody_else() -> None:
    pair = new_pair("S256")

    assert pair.challenge == s256(pair.verifier)
    assert re.fullmatch(r"[A-Za-z0-9._~-]{43,128}", pair.verifier)  # RFC 7636 section 4.1


def test_with_plain_the_challenge_is_the_verifier() -> None:
    pair = new_pair("plain")

    assert pair.challenge == pair.verifier


def test_no_two_pairs_are_alike_and_none_shows_itself() -> None:
    one, other = new_pair("S256"), new_pair("S256")

    assert one.verifier != other.verifier
    assert one.verifier not in repr(one)
    assert one.challenge not in repr(one)


@pytest.mark.parametrize("method", ["", "s256", "S512"])
def test_an_unknown_method_is_not_guessed_at(method: str) -> None:
    with pytest.raises(ValueError, match="Method"):
        new_pair(method)


@pytest.mark.parametrize("verifier", ["x", "!" * 43, "x" * 129])
def test_the_pair_of_a_verifier_fits_it_legal_or_not(verifier: str) -> None:
    assert pair_of(verifier).challenge == s256(verifier)
    assert pair_of(verifier, "plain").challenge == verifier


@pytest.mark.parametrize("length", [1, 42, 43, 128, 129])
def test_a_verifier_of_any_length_is_random_and_unreserved(length: int) -> None:
    one, other = verifier_of(length), verifier_of(length)

    assert re.fullmatch(f"[A-Za-z0-9_-]{{{length}}}", one)
    assert length < 42 or one != other

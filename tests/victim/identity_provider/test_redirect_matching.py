from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.victim.identity_provider.redirect_spellings import (
    ALMOST,
    BENT,
    LOCALHOST,
    NATIVE,
    NEVER,
    WEB,
    WIDER,
)
from victim.identity_provider import HARDENED, Policy, weaknesses
from victim.identity_provider.redirect_matching import is_sendable, matches
from victim.identity_provider.switches.redirects import RedirectSwitches

HELD_ELSEWHERE = {
    "redirect_of_another_client_accepted",
    "redirect_omission_accepted",
    "redirect_duplicates_accepted",
    "errors_redirected_anywhere",
    "script_scheme_accepted",
    "private_scheme_without_dot_accepted",
}
cases = [(name, *pair) for name, pairs in BENT.items() for pair in pairs]

LITERALS = ["http://127.0.0.1", "http://[::1]"]
paths = st.sampled_from(["", "/", "/cb", "/cb/deeper", "/cb?tenant=1", "/CB"])
origins = st.sampled_from(
    [
        *LITERALS,
        "http://localhost",
        "http://127.0.0.2",
        "http://127.0.0.1.evil.test",
        "http://app.test",
        "https://app.test",
        "https://127.0.0.1",
        "https://[::1]",
    ]
)
ports = st.none() | st.integers(1, 65535)


def uri(origin: str, port: int | None, path: str) -> str:
    return origin + ("" if port is None else f":{port}") + path


@given(st.sampled_from(LITERALS), ports, ports, paths)
def test_a_loopback_literal_matches_on_any_port(
    origin: str, registered: int | None, requested: int | None, path: str
) -> None:
    assert matches(HARDENED, uri(origin, registered, path), uri(origin, requested, path))


@given(origins, ports, paths, origins, ports, paths)
def test_everything_else_matches_only_itself(
    origin: str, port: int | None, path: str, other: str, other_port: int | None, other_path: str
) -> None:
    ours, theirs = uri(origin, port, path), uri(other, other_port, other_path)
    same_literal = origin == other and origin in LITERALS and path == other_path

    assert matches(HARDENED, ours, theirs) == (ours == theirs or same_literal)


@pytest.mark.parametrize(
    "requested",
    [
        "http://127.0.0.1:0/cb",
        "http://127.0.0.1:65536/cb",
        "http://127.0.0.1:/cb",
        "http://127.0.0.1:80@evil.test/cb",
        "http://127.0.0.1:8x/cb",
        "http://127.0.0.1:\uff18\uff10/cb",
        "http://127.0.0.1:80/cb\n",
        "http://127.0.0.1:80/cb#fragment",
        "http://user@127.0.0.1:80/cb",
        "HTTP://127.0.0.1:80/cb",
        "http://[::1]:80/cb",
        "http://[0:0:0:0:0:0:0:1]:80/cb",
        "http://0x7f000001:80/cb",
        "http://127.1:80/cb",
        "http://127.0.0.1:80/cb/",
        "http://127.0.0.1:80/cb?x=1",
        "http://127.0.0.1:80/cb/../other",
        "http://127.0.0.1:80\\@evil.test/cb",
    ],
)
def test_a_disguise_of_a_loopback_redirect_does_not_match(requested: str) -> None:
    assert not matches(HARDENED, "http://127.0.0.1/cb", requested)


@given(st.text(max_size=40))
def test_no_text_but_the_registered_one_matches(requested: str) -> None:
    registered = "https://app.test/cb"

    assert matches(HARDENED, registered, requested) == (registered == requested)


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=12))
def test_nothing_added_to_the_registered_one_matches(addition: str) -> None:
    for position in range(len(WEB) + 1):
        requested = WEB[:position] + addition + WEB[position:]

        assert matches(HARDENED, WEB, requested) == (requested == WEB)


def test_every_switch_that_bends_the_comparison_is_held_here() -> None:
    assert BENT.keys() | HELD_ELSEWHERE == {field.name for field in fields(RedirectSwitches)}


@pytest.mark.parametrize(("switch", "registered", "requested"), cases)
class TestBentRules:
    def test_hardened_does_not_match(self, switch: str, registered: str, requested: str) -> None:
        assert not matches(HARDENED, registered, requested)

    def test_weak_matches(self, switch: str, registered: str, requested: str) -> None:
        assert matches(Policy(**{switch: True}), registered, requested)


@pytest.mark.parametrize("switch", sorted(BENT.keys() - {"redirect_unchecked"}))
def test_a_bent_rule_still_has_limits(switch: str) -> None:
    policy = Policy(**{switch: True})

    assert [pair for pair in NEVER if matches(policy, *pair)] == []


@pytest.mark.parametrize(("switch", "registered", "requested"), ALMOST)
def test_a_bent_rule_lets_through_what_it_says_and_no_more(
    switch: str, registered: str, requested: str
) -> None:
    assert not matches(Policy(**{switch: True}), registered, requested)


@pytest.mark.parametrize("switch", sorted(BENT))
def test_each_bent_rule_lets_through_something_of_its_own(switch: str) -> None:
    def lets_through(pair: tuple[str, str]) -> set[str]:
        return {name for name in BENT if matches(Policy(**{name: True}), *pair)}

    expected = {switch, "redirect_unchecked"} | WIDER.get(switch, set())

    assert expected in [lets_through(pair) for pair in BENT[switch]]


@pytest.mark.parametrize("weakness", weaknesses(), ids=lambda weakness: weakness.name)
@pytest.mark.parametrize("registered", [WEB, NATIVE, LOCALHOST, "com.example.app:/cb"])
def test_the_registered_one_matches_whatever_is_weak(weakness: object, registered: str) -> None:
    assert matches(Policy(**{weakness.name: True}), registered, registered)  # type: ignore[attr-defined]


@given(st.text(max_size=20))
def test_no_bent_rule_breaks_on_any_text_or_sends_what_a_header_cannot_carry(text: str) -> None:
    for switch in BENT:
        for requested in (text, WEB + text, f"https://{text}@app.test/cb"):
            if matches(Policy(**{switch: True}), WEB, requested):
                assert is_sendable(requested)
                assert "\n" not in requested

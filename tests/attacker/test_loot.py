import asyncio
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attacker import loot as loot_module
from attacker.loot import PARAMETERS, LootBag, LootItem, NothingCapturedError, Sighting
from attacker.vantage import (
    OWN_REQUEST,
    REQUEST_AND_RESPONSE,
    RESPONSE,
    RESPONSE_AND_APP,
    Leg,
    Vantage,
)

VANTAGES = (RESPONSE, REQUEST_AND_RESPONSE, RESPONSE_AND_APP, OWN_REQUEST)

pytestmark = pytest.mark.anyio


def bag_of(*sightings: Sighting, recorded: list[LootItem] | None = None) -> LootBag:
    records: list[LootItem] = [] if recorded is None else recorded
    bag = LootBag(REQUEST_AND_RESPONSE, records.append)
    for sighting in sightings:
        bag.show(sighting)
    return bag


def sighting(seen_in: str, leg: Leg = Leg.AUTHORIZATION_RESPONSE, **parameters: str) -> Sighting:
    return Sighting(leg, seen_in, "somewhere", "text", parameters)


@given(
    vantage=st.sampled_from(VANTAGES),
    shown=st.lists(
        st.tuples(st.sampled_from(Leg), st.sampled_from(sorted(PARAMETERS)), st.integers(0, 3))
    ),
)
def test_what_lies_outside_the_vantage_is_never_loot_in_whatever_order_it_is_shown(
    vantage: Vantage, shown: Iterable[tuple[Leg, str, int]]
) -> None:
    recorded: list[LootItem] = []
    bag = LootBag(vantage, recorded.append)

    for leg, kind, value in shown:
        bag.show(Sighting(leg, f"e{value}", "somewhere", "text", {kind: f"{kind}-{value}"}))

    assert {item.leg for item in recorded} == {leg for leg, *_ in shown if vantage.sees(leg)}
    assert {sighting.leg for sighting in bag.sightings} <= vantage.legs
    for leg in set(Leg) - vantage.legs:
        assert all(bag.find(kind, leg) is None for kind in PARAMETERS)


def test_only_the_parameters_of_the_code_flow_become_loot() -> None:
    bag = bag_of(sighting("e1", code="the-code", utm_source="mail"))

    assert bag.need("code").value == "the-code"
    assert bag.find("utm_source") is None


def test_an_item_says_where_it_was_seen_and_its_repr_does_not_say_what_it_is() -> None:
    bag = bag_of(sighting("e7", code="the-code"))

    item = bag.need("code")

    assert (item.seen_in, item.where) == ("e7", "somewhere")
    assert "the-code" not in repr(item)
    assert "the-code" not in repr(bag.sightings)


def test_the_same_item_seen_twice_in_one_exchange_is_recorded_once() -> None:
    recorded: list[LootItem] = []

    bag_of(sighting("e1", code="c"), sighting("e1", code="c"), recorded=recorded)
    assert len(recorded) == 1

    bag_of(sighting("e1", code="c"), sighting("e2", code="c"), recorded=recorded)
    assert [item.seen_in for item in recorded[1:]] == ["e1", "e2"]


def test_the_newest_item_of_a_kind_is_found_on_the_legs_that_are_asked_for() -> None:
    bag = bag_of(
        sighting("e1", state="old"),
        sighting("e2", state="new"),
        sighting("e3", Leg.OWN, state="own"),
    )

    assert bag.need("state").value == "own"
    assert bag.need("state", Leg.AUTHORIZATION_RESPONSE).value == "new"
    assert bag.need("state", Leg.AUTHORIZATION_RESPONSE, Leg.OWN).value == "own"
    assert bag.find("state", Leg.AUTHORIZATION_REQUEST) is None


def test_to_need_what_was_never_seen_is_an_error_that_names_it() -> None:
    with pytest.raises(NothingCapturedError, match="never saw a code_challenge"):
        bag_of().need("code_challenge")


async def test_waiting_ends_when_the_item_is_shown_and_not_when_another_is() -> None:
    bag = bag_of()
    waiting = asyncio.gather(bag.wait_for("code"), bag.wait_for("state"))

    for shown in (sighting("e1", iss="i"), sighting("e2", state="s"), sighting("e3", code="c")):
        await asyncio.sleep(0)
        bag.show(shown)

    code, state = await waiting
    assert (code.value, state.value) == ("c", "s")


async def test_what_is_there_already_needs_no_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loot_module, "PATIENCE_SECONDS", 0.0)

    assert (await bag_of(sighting("e1", code="c")).wait_for("code")).value == "c"


async def test_patience_ends_in_nothing_captured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loot_module, "PATIENCE_SECONDS", 0.01)

    with pytest.raises(NothingCapturedError, match="no code reached the thief"):
        await bag_of(sighting("e1", Leg.OWN, code="c")).wait_for("code", Leg.AUTHORIZATION_RESPONSE)


@pytest.mark.parametrize("asked", [{"response_type": "code"}, {"request_uri": "urn:x"}], ids=str)
def test_the_newest_login_of_its_own_is_found_and_nobody_else_s(asked: dict[str, str]) -> None:
    first, newest = (sighting(name, Leg.OWN, **asked) for name in ("e1", "e2"))
    theirs = sighting("e3", Leg.AUTHORIZATION_REQUEST, **asked)

    assert bag_of(first, newest, sighting("e4", Leg.OWN), theirs).own_request() is newest
    with pytest.raises(NothingCapturedError, match="no login of its own"):
        bag_of(theirs).own_request()

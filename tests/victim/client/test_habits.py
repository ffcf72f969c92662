"""Each bad habit opens the door to the attacks it is known for, and to no other."""

from itertools import combinations, product
from typing import Any

import pytest

from tests.victim.client import attacks
from tests.victim.client.conftest import HABITS, Make, switched
from victim.client import GOOD, Habits, Pkce, bad_habits, pkce_of
from victim.identity_provider import Policy, weaknesses
from victim.weakness import Weakness

pytestmark = pytest.mark.anyio

UNCHECKED_STATE = {"state_missing", "state_unchecked", "state_predictable"}
NO_BROWSER = {"verifier_in_state", "flow_in_unbound_state", "state_unbound"}

OPENS: dict[attacks.Attack, set[str]] = {
    attacks.redeem_alone: {
        "pkce_unused",
        "challenge_lost",
        "nonce_unchecked",
        "callback_leaks_referrer",
        "loopback_port_fixed",
        "loopback_port_shared",
        *UNCHECKED_STATE,
    },
    attacks.redeem_with_challenge: {"plain_used", "verifier_reused"},
    attacks.redeem_with_own_challenge: {"verifier_reused"},
    attacks.redeem_with_app: {"verifier_fixed", "verifier_guessable"},
    attacks.redeem_with_state: {
        "verifier_in_state",
        "verifier_in_raw_state",
        "verifier_in_signed_state",
        "challenge_lost",  # any verifier will do
    },
    attacks.redeem_with_cookies: {"verifier_in_cookie", "challenge_lost"},
    attacks.inject_code: {"nonce_unchecked", *UNCHECKED_STATE},
    attacks.bring_stolen_redirect: UNCHECKED_STATE | NO_BROWSER,
    attacks.force_login: UNCHECKED_STATE | NO_BROWSER,
    attacks.replay_afterwards: {"login_kept_after_use"},
    attacks.lend_link: {"login_bound_to_link"},
    attacks.toss_cookie: {"cookie_without_host_prefix"},
    attacks.mix_up: {"iss_unchecked"},
    attacks.read_told_address: {"callback_leaks_referrer"},
    attacks.run_on_error_page: {"third_party_script_on_error_page"},
    attacks.open_its_pages: {"answer_posted_to_any_opener"},
    attacks.unpack_secret: {"secret_in_app"},
    attacks.have_own_flow_allowed: {"secret_dropped"},
    attacks.claim_host: {"forwarded_host_trusted"},
    attacks.be_first: {"loopback_port_fixed"},
    attacks.listen_beside: {"loopback_port_shared"},
}
"""The habits, with what they need, under which an attack succeeds."""

SESSION_ATTACKS = {
    attacks.inject_code,
    attacks.bring_stolen_redirect,
    attacks.force_login,
    attacks.replay_afterwards,
    attacks.lend_link,
    attacks.toss_cookie,
    attacks.read_told_address,
    attacks.run_on_error_page,
    attacks.open_its_pages,
    attacks.unpack_secret,
    attacks.have_own_flow_allowed,
    attacks.claim_host,
    attacks.be_first,
    attacks.listen_beside,
}
"""Those whose prize is no code that the attacker redeems: most want a session at the client."""

WORLDS: dict[attacks.Attack, dict[str, Any]] = {
    attacks.mix_up: {"provider": attacks.EVIL_PROVIDER},
    attacks.unpack_secret: {"secret": "the secret"},
    attacks.have_own_flow_allowed: {"secret": "the secret"},
}
"""What the client must be like, beside its habits, for an attack to make sense."""

VERIFIER_CARRIED = {"verifier_in_state", "verifier_in_raw_state", "verifier_in_signed_state"}
UNBOUND = {
    "state_unbound": {"verifier_in_cookie"},  # no other browser has the verifier
    # There is none to carry: these are without PKCE, or need to be.
    "verifier_in_state": {
        "pkce_unused",
        "nonce_unchecked",
        "callback_leaks_referrer",
        "loopback_port_fixed",
        "loopback_port_shared",
    },
}
HIDES: dict[attacks.Attack, dict[str, set[str]]] = {
    attacks.redeem_with_state: {habit: {"flow_in_unbound_state"} for habit in VERIFIER_CARRIED},
    attacks.bring_stolen_redirect: UNBOUND,
    attacks.force_login: UNBOUND,
    attacks.unpack_secret: {"secret_in_app": {"secret_dropped"}},  # which leaves none in it
    attacks.lend_link: {"login_bound_to_link": {"verifier_in_state"}},  # which keeps nothing else
}
"""Habit by habit: the others that stand in its way, as the habits themselves say."""


def name(attack: attacks.Attack) -> str:
    return str(getattr(attack, "__name__", attack))


@pytest.mark.parametrize("attack", OPENS, ids=name)
async def test_an_attack_succeeds_under_its_own_habits_and_no_other(
    contoso: Make, attack: attacks.Attack
) -> None:
    options = WORLDS.get(attack, {})

    won = {habit for habit in HABITS if await attack(contoso(habit, **options))}

    assert won == OPENS[attack]


@pytest.mark.parametrize("attack", OPENS, ids=name)
async def test_no_second_habit_hides_the_first(contoso: Make, attack: attacks.Attack) -> None:
    options = WORLDS.get(attack, {})
    wants_code = attack not in SESSION_ATTACKS
    hidden: dict[str, set[str]] = {}

    for first, second in product(OPENS[attack], HABITS):
        world = contoso(first, second, **options)
        # Who can redeem the code with nothing else needs no verifier, and may find none.
        if not (await attack(world) or (wants_code and await attacks.redeem_alone(world))):
            hidden.setdefault(first, set()).add(second)

    assert hidden == HIDES.get(attack, {})


@pytest.mark.parametrize("attack", OPENS, ids=name)
@pytest.mark.parametrize("habits", [(), ("encrypted_state",)], ids=["good", "encrypted state"])
async def test_no_attack_succeeds_at_a_model_client(
    contoso: Make, attack: attacks.Attack, habits: tuple[str, ...]
) -> None:
    options = WORLDS.get(attack, {})

    assert not await attack(contoso(*habits, **options))


@pytest.mark.parametrize("weakness", bad_habits(), ids=lambda weakness: weakness.name)
async def test_what_a_habit_needs_opens_less_than_the_habit(
    contoso: Make, weakness: Weakness
) -> None:
    own = [attack for attack, habits in OPENS.items() if weakness.name in habits]

    assert [
        attack
        for attack in own
        if not await attack(contoso(*weakness.needs, **WORLDS.get(attack, {})))
    ]


async def test_every_habit_opens_the_door_to_something() -> None:
    assert set().union(*OPENS.values()) == set(HABITS)


@pytest.mark.parametrize("habit", [*HABITS, "encrypted_state"])
async def test_an_honest_login_works_under_every_habit(contoso: Make, habit: str) -> None:
    world = contoso(habit)
    victim = world.browser()

    for _ in range(2):
        assert (await world.log_in(victim)).status_code == 200
        assert await world.who(victim) == "sub-alice"


@pytest.mark.parametrize("habit", HABITS)
async def test_an_honest_login_works_under_a_habit_and_any_other(contoso: Make, habit: str) -> None:
    pairs = [pair for pair in combinations([*HABITS, "encrypted_state"], 2) if pair[0] == habit]

    for pair in pairs:
        world = contoso(*pair)
        victim = world.browser()
        page = await world.log_in(victim)
        assert (page.status_code, await world.who(victim)) == (200, "sub-alice"), pair


@pytest.mark.parametrize("switch", weaknesses(), ids=lambda switch: switch.name)
async def test_an_honest_login_works_at_every_weak_server_with_what_that_needs(
    contoso: Make, switch: Weakness
) -> None:
    world = contoso(switch.name)
    victim = world.browser()

    assert (await world.log_in(victim)).status_code == 200
    assert await world.who(victim) == "sub-alice"


@pytest.mark.parametrize(
    ("switch", "attack"),
    [("state_dropped", attacks.force_login), ("nonce_ignored", attacks.inject_code)],
    ids=["state_dropped", "nonce_ignored"],
)
async def test_what_a_server_keeps_back_no_client_can_compare(
    contoso: Make, switch: str, attack: attacks.Attack
) -> None:
    needs = next(each.needs for each in weaknesses() if each.name == switch)

    assert await attack(contoso(switch))
    assert not await attack(contoso(*needs))


def test_a_model_client_uses_s256() -> None:
    assert pkce_of(GOOD) is Pkce.S256
    assert pkce_of(Habits(plain_used=True)) is Pkce.PLAIN
    assert pkce_of(Habits(challenge_lost=True)) is pkce_of(Habits(pkce_unused=True)) is Pkce.NONE


def test_what_a_weakness_needs_exists_and_has_one_name() -> None:
    server = {weakness.name for weakness in weaknesses()}

    assert not server & set(HABITS)
    for switch in weaknesses():
        assert set(switch.needs) <= server | set(HABITS)
    for habit in bad_habits():
        assert set(habit.needs) <= server | set(HABITS)
        Policy(**switched(set(habit.needs) & server))

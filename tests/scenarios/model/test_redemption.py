import pytest

from attacker.vantage import OWN_REQUEST, OWN_REQUEST_AND_APP, REQUEST_AND_RESPONSE, RESPONSE
from reports.records import Observation
from scenarios.model.expectation import expect
from scenarios.model.redemption import Redeem
from scenarios.model.verifier import Verifier
from scenarios.postures import CONFIDENTIAL_S256, NO_PKCE, S256, Posture, hardened
from scenarios.weaknesses import catalogue, side_of, weakened
from tests.scenarios.model.possible import ANY_POSTURE, REDEMPTIONS, VANTAGES, attacks, name
from victim.identity_provider import ClientType

PUBLIC, CONFIDENTIAL = ClientType.PUBLIC, ClientType.CONFIDENTIAL


@pytest.mark.parametrize("posture", [p for p in ANY_POSTURE if p.confidential], ids=name)
def test_a_secret_blocks_every_direct_redemption(posture: Posture) -> None:
    for scenario in attacks(*REDEMPTIONS):
        assert expect(scenario, posture).observed is Observation.ATTACK_BLOCKED


@pytest.mark.parametrize(
    ("verifier", "weaknesses"),
    [
        (Verifier.LEFT_OUT, {"verifier_optional_at_token"}),
        (Verifier.EMPTY, {"empty_verifier_accepted"}),
        (Verifier.MADE_UP, {"verifier_not_compared"}),
        (Verifier.OWN, {"verifier_of_another_session_accepted", "verifier_not_compared"}),
    ],
)
def test_each_way_to_present_a_verifier_has_the_weaknesses_that_let_it_through(
    verifier: Verifier, weaknesses: set[str]
) -> None:
    server = {name for name in catalogue() if side_of(name) == "server"}

    opened = {
        each
        for each in server
        if not catalogue()[each].needs
        and Redeem(verifier).answer(weakened([each], PUBLIC), RESPONSE).opens
    }

    assert opened == weaknesses


def test_a_block_by_the_secret_says_when_pkce_would_not_have_helped() -> None:
    own_flow = Redeem(Verifier.OWN).answer(CONFIDENTIAL_S256, OWN_REQUEST)
    stolen = Redeem().answer(CONFIDENTIAL_S256, RESPONSE)

    assert "PKCE would not have helped: the attacker chose" in own_flow.why
    assert "PKCE" not in stolen.why


def test_a_secret_that_the_server_does_not_insist_on_stops_nobody() -> None:
    weak = weakened(["secret_optional"], CONFIDENTIAL)

    assert Redeem(Verifier.OWN).answer(weak, OWN_REQUEST).opens
    assert not Redeem().answer(weak, RESPONSE).opens  # PKCE does


def test_a_verifier_that_the_server_does_not_ask_for_can_be_left_out_and_not_be_wrong() -> None:
    weak = weakened(["verifier_optional_at_token"], PUBLIC)

    assert Redeem().answer(weak, RESPONSE).opens
    assert "without a code_verifier" in Redeem().answer(weak, RESPONSE).why
    assert not Redeem(Verifier.CHALLENGE).answer(weak, REQUEST_AND_RESPONSE).opens
    assert (
        not Redeem().answer(weakened(["verifier_optional_at_token"], CONFIDENTIAL), RESPONSE).opens
    )


@pytest.mark.parametrize(
    "verifier", [v for v in Verifier if v not in {Verifier.OWN, Verifier.CLIENTS}], ids=str
)
def test_hardened_nothing_opens_to_who_did_not_build_the_request(verifier: Verifier) -> None:
    for vantage in VANTAGES:
        assert not Redeem(verifier).answer(hardened(PUBLIC), vantage).opens


def test_leaving_the_verifier_out_is_what_an_attacker_does_by_default() -> None:
    assert Redeem() == Redeem(Verifier.LEFT_OUT)
    assert Redeem().answer(NO_PKCE, RESPONSE).opens
    assert not Redeem().answer(S256, RESPONSE).opens


def test_a_secret_that_every_copy_of_the_app_holds_stops_nobody_who_has_one() -> None:
    door = Redeem(Verifier.OWN, with_secret=True)
    in_app = weakened(["secret_in_app"], CONFIDENTIAL)

    opened = door.answer(in_app, OWN_REQUEST_AND_APP)
    assert opened.opens
    assert "has the client's secret in it" in opened.why
    assert not door.answer(hardened(CONFIDENTIAL), OWN_REQUEST_AND_APP).opens
    assert not Redeem(Verifier.OWN).answer(in_app, OWN_REQUEST_AND_APP).opens, "left out"
    assert not Redeem(with_secret=True).answer(in_app, RESPONSE).opens, "PKCE stops it"

"""What stands beside a signed request redeems nothing, unless somebody reads it."""

import pytest

from attacker.vantage import ALTERED_REQUEST
from scenarios.model.door import Answer
from scenarios.model.request_object import RedeemAsAskedBeside
from scenarios.postures import hardened
from scenarios.weaknesses import weakened
from victim.identity_provider import ClientType


def redeemed(*names: str) -> Answer:
    posture = weakened(names, ClientType.PUBLIC).named("signed_requests")
    return RedeemAsAskedBeside().answer(posture, ALTERED_REQUEST)


def test_what_was_signed_counts_and_nothing_beside_it() -> None:
    answer = RedeemAsAskedBeside().answer(hardened(ClientType.PUBLIC), ALTERED_REQUEST)

    assert not answer.opens
    assert "counts for nothing" in answer.why


@pytest.mark.parametrize(
    ("weakness", "opens"),
    [
        ("parameters_beside_request_object_honoured", True),
        ("verifier_not_compared", True),
        ("challenge_lost", True),
        ("verifier_of_another_session_accepted", False),  # there is no login with that challenge
        ("unsigned_request_object_accepted", False),
        ("pkce_unused", False),
    ],
)
def test_a_challenge_beside_helps_where_it_is_read_or_where_none_would_be_needed(
    weakness: str, opens: bool
) -> None:
    assert redeemed(weakness).opens is opens

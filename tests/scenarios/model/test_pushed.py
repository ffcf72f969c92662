"""What stands beside a reference: it counts where the server is weak, and nowhere else."""

import pytest

from attacker.vantage import ALTERED_REQUEST
from scenarios.model.door import Answer
from scenarios.model.pushed import RedeemBeside
from scenarios.postures import hardened
from scenarios.weaknesses import weakened
from victim.identity_provider import ClientType


def answer(*weak: str, client_type: ClientType = ClientType.PUBLIC) -> Answer:
    posture = weakened(weak, client_type) if weak else hardened(client_type)
    return RedeemBeside().answer(posture.named("pushed_requests"), ALTERED_REQUEST)


def test_what_was_pushed_counts_and_not_what_stands_beside() -> None:
    assert not answer().opens
    assert "what stands beside is not read" in answer().why


@pytest.mark.parametrize("more", [(), ("plain_used",), ("pkce_unused",)], ids=str)
def test_a_server_that_reads_what_stands_beside_binds_the_code_to_the_attacker(
    more: tuple[str, ...],
) -> None:
    bent = answer("front_channel_overrides_pushed_request", *more)

    assert bent.opens
    assert "beside a request_uri" in bent.why


def test_a_secret_stops_the_attacker_all_the_same() -> None:
    bent = answer("front_channel_overrides_pushed_request", client_type=ClientType.CONFIDENTIAL)

    assert not bent.opens
    assert "secret" in bent.why


@pytest.mark.parametrize(
    ("weak", "opens"),
    [
        ("verifier_not_compared", True),
        ("verifier_of_another_session_accepted", False),  # no login had that challenge
        ("verifier_optional_at_token", False),
    ],
)
def test_where_the_challenge_does_not_count_its_verifier_belongs_to_none(
    weak: str, opens: bool
) -> None:
    assert answer(weak).opens is opens

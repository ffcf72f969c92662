"""What a session and a login have to do with each other, by the habits of the client."""

import pytest

from attacker.vantage import OWN_ACCOUNT, RESPONSE
from scenarios.model.sessions import BringAgain, BringUnbound, LentLink
from scenarios.postures import hardened
from scenarios.weaknesses import weakened
from victim.identity_provider import ClientType

PUBLIC = ClientType.PUBLIC


@pytest.mark.parametrize(
    ("weak", "opens"),
    [
        (["login_kept_after_use"], True),
        (["flow_in_unbound_state"], False),
        (["flow_in_unbound_state", "code_reusable"], True),
        (["state_unbound", "code_reusable"], False),
    ],
    ids=str,
)
def test_a_redirect_serves_again_where_login_and_code_do(weak: list[str], opens: bool) -> None:
    assert BringAgain().answer(weakened(weak, PUBLIC), RESPONSE).opens is opens


def test_a_link_names_a_session_to_a_client_that_listens_and_remembers() -> None:
    def opens(*weak: str) -> bool:
        return LentLink().answer(weakened(weak, PUBLIC), OWN_ACCOUNT).opens

    assert opens("login_bound_to_link")
    assert not opens("login_bound_to_link", "verifier_in_state")
    assert not LentLink().answer(hardened(PUBLIC), OWN_ACCOUNT).opens


@pytest.mark.parametrize("kind", ClientType)
def test_a_code_without_a_challenge_serves_where_nobody_misses_it(kind: ClientType) -> None:
    def opens(*weak: str) -> bool:
        return BringUnbound().answer(weakened(weak, kind), OWN_ACCOUNT).opens

    assert opens("verifier_without_challenge_accepted")
    assert opens("pkce_unused")
    assert not opens("pkce_optional"), "the client sends a verifier, and there is nothing to fit"
    assert not BringUnbound().answer(hardened(kind), OWN_ACCOUNT).opens

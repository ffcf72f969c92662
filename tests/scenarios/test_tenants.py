"""The tenants of the embedded provider: what they are called, and what a client knows of them."""

import pytest

from scenarios.hosts import OTHER_SERVER
from scenarios.tenants import issuer_of, other_provider, provider_of
from scenarios.weaknesses import catalogue, weakened
from victim.identity_provider import DEMO, ClientType, Policy


def policy_with(*names: str) -> Policy:
    return weakened(names, ClientType.PUBLIC).policy


def test_no_two_policies_share_an_issuer() -> None:
    policies = {policy_with(name) for name in catalogue()} | {DEMO, Policy()}

    assert len({issuer_of(policy) for policy in policies}) == len(policies)


def test_an_issuer_says_what_is_wrong_with_it() -> None:
    assert issuer_of(DEMO) == "https://login.idp.test/demo"
    assert issuer_of(Policy()) == "https://login.idp.test/hardened"
    assert issuer_of(policy_with("iss_missing")) == "https://login.idp.test/iss-missing"


def test_the_name_of_a_policy_with_many_weaknesses_stays_short() -> None:
    many = policy_with(*catalogue())

    assert len(issuer_of(many)) < 60
    assert issuer_of(many) == issuer_of(policy_with(*reversed(catalogue())))


@pytest.mark.parametrize(
    ("weakness", "promise"),
    [
        ("iss_missing", "names_itself"),
        ("state_dropped", "state_returned"),
        ("nonce_ignored", "nonce_repeated"),
    ],
)
def test_a_client_knows_where_its_provider_is_and_what_it_promises(
    weakness: str, promise: str
) -> None:
    keeping, breaking = provider_of(Policy()), provider_of(policy_with(weakness))

    assert keeping.token_endpoint == f"{keeping.issuer}/token"
    assert keeping.pushed_request_endpoint == f"{keeping.issuer}/par"
    assert (getattr(keeping, promise), getattr(breaking, promise)) == (True, False)


def test_the_other_server_is_the_attackers() -> None:
    assert other_provider().issuer == OTHER_SERVER
    assert other_provider().authorization_endpoint.startswith(OTHER_SERVER)

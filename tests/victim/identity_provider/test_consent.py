import pytest

from victim.identity_provider import HARDENED, Client, ClientType, Policy
from victim.identity_provider.consent import Consents, is_remembered

PUBLIC = Client("app", "App", ClientType.PUBLIC, ("com.example.app:/cb",))
CONFIDENTIAL = Client("web", "Web", ClientType.CONFIDENTIAL, ("https://app.test/cb",), "secret")
WEAK = Policy(consent_remembered_for_public_clients=True)


@pytest.mark.parametrize(
    ("policy", "client", "remembered"),
    [
        (HARDENED, PUBLIC, False),
        (WEAK, PUBLIC, True),
        (HARDENED, CONFIDENTIAL, True),
        (WEAK, CONFIDENTIAL, True),
    ],
)
def test_whose_consent_is_remembered(policy: Policy, client: Client, remembered: bool) -> None:
    assert is_remembered(policy, client) is remembered


def test_consent_adds_up_per_user_and_client() -> None:
    consents = Consents()
    consents.remember("alice", PUBLIC, ("openid",))
    consents.remember("alice", PUBLIC, ("email",))

    assert consents.covers("alice", PUBLIC, ("email", "openid"))
    assert not consents.covers("alice", PUBLIC, ("openid", "profile"))
    assert not consents.covers("alice", CONFIDENTIAL, ("openid",))
    assert not consents.covers("mallory", PUBLIC, ("openid",))

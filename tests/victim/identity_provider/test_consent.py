import pytest

from victim.identity_provider import HARDENED, Client, ClientType, Policy, User
from victim.identity_provider.consent import Consents, is_needed, is_remembered
from victim.identity_provider.grants import AuthorizationRequest

PUBLIC = Client("app", "App", ClientType.PUBLIC, ("com.example.app:/cb",))
CONFIDENTIAL = Client("web", "Web", ClientType.CONFIDENTIAL, ("https://app.test/cb",), "secret")
ALICE = User("sub-alice", "alice", "password", "Alice", "alice@example.test")
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


def needed(
    policy: Policy, client: Client, *prompt: str, scope: tuple[str, ...] = ("openid",)
) -> bool:
    """Whether Alice, who has allowed ``openid`` before, is asked."""
    consents = Consents()
    consents.remember(ALICE.subject, client, ("openid",))
    request = AuthorizationRequest(client, client.redirect_uris[0], scope, prompt=frozenset(prompt))
    return is_needed(policy, consents, request, ALICE)


def test_who_is_asked() -> None:
    assert not needed(HARDENED, CONFIDENTIAL)
    assert needed(HARDENED, CONFIDENTIAL, "consent")
    assert needed(HARDENED, CONFIDENTIAL, scope=("openid", "email"))
    assert needed(HARDENED, PUBLIC)
    assert needed(HARDENED, PUBLIC, "none")


def test_who_is_not_asked_under_a_weakness() -> None:
    skipped, silent = Policy(consent_skipped=True), Policy(prompt_none_without_consent=True)

    assert not needed(skipped, PUBLIC, "consent", scope=("email",))
    assert not needed(silent, PUBLIC, "none", scope=("email",))
    assert needed(silent, PUBLIC)
    assert needed(silent, CONFIDENTIAL, "consent")

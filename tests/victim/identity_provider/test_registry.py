from dataclasses import replace

import pytest

from tests.victim.identity_provider.key_holder import KeyHolder
from victim.identity_provider import (
    HARDENED,
    Client,
    ClientType,
    RegistrationRefusedError,
    User,
)
from victim.identity_provider.registry import Clients, Users

KEY = KeyHolder()
ALICE = User("sub-1", "alice", "correct", "Alice", "alice@example.test")
PUBLIC = Client("app", "App", ClientType.PUBLIC, ("http://127.0.0.1/cb", "https://app.test/cb"))
CONFIDENTIAL = Client("web", "Web", ClientType.CONFIDENTIAL, ("https://app.test/cb",), "secret")


@pytest.mark.parametrize(
    ("client", "reason"),
    [
        (replace(PUBLIC, secret="x"), "a public client cannot keep a secret"),
        (replace(CONFIDENTIAL, secret=None), "a confidential client needs a secret"),
        (replace(CONFIDENTIAL, secret=""), "a confidential client needs a secret"),
        (replace(PUBLIC, redirect_uris=()), "there is no redirect URI"),
        (replace(PUBLIC, assertion_key=KEY.public_key), "a public client cannot keep a secret"),
        (replace(CONFIDENTIAL, assertion_key=KEY.public_key), "a secret, or a key instead"),
        (replace(CONFIDENTIAL, secret=None, assertion_key=KEY.key), "a private key is not for"),
        (replace(PUBLIC, request_object_key=KEY.key), "a private key is not for others"),
        (replace(PUBLIC, client_id=""), "empty or taken"),
        (replace(PUBLIC, redirect_uris=("https://app.test/cb", "http://app.test/cb")), "in clear"),
    ],
)
def test_an_unsound_client_is_refused_and_stays_unknown(client: Client, reason: str) -> None:
    clients = Clients(HARDENED)

    with pytest.raises(RegistrationRefusedError, match=reason):
        clients.register(client)
    assert clients.get(client.client_id) is None


def test_a_client_id_is_given_once() -> None:
    clients = Clients(HARDENED)
    clients.register(PUBLIC)

    with pytest.raises(RegistrationRefusedError, match="taken"):
        clients.register(replace(PUBLIC, name="Somebody else"))
    assert clients.get("app") == PUBLIC


def test_a_client_may_redirect_to_what_it_has_registered_only() -> None:
    assert PUBLIC.may_redirect_to(HARDENED, "https://app.test/cb")
    assert PUBLIC.may_redirect_to(HARDENED, "http://127.0.0.1:49152/cb")
    assert not PUBLIC.may_redirect_to(HARDENED, "https://app.test/cb/../evil")


@pytest.mark.parametrize(
    ("username", "password"),
    [("alice", "wrong"), ("alice", ""), ("bob", ""), ("", ""), ("bob", "x")],
)
def test_a_wrong_name_or_password_is_nobody(username: str, password: str) -> None:
    assert Users([ALICE]).with_password(username, password) is None


def test_the_right_password_is_its_user() -> None:
    assert Users([ALICE]).with_password("alice", "correct") == ALICE


@pytest.mark.parametrize("clash", [{"subject": "sub-1"}, {"username": "alice"}])
def test_users_may_not_clash(clash: dict[str, str]) -> None:
    bob = User("sub-2", "bob", "x", "Bob", "bob@example.test")

    with pytest.raises(ValueError, match="share"):
        Users([ALICE, replace(bob, **clash)])


def test_representations_show_no_secret() -> None:
    assert "correct" not in repr(ALICE)
    assert "secret='" not in repr(CONFIDENTIAL)

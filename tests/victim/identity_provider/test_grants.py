from dataclasses import dataclass

from victim.identity_provider.grants import Vault


@dataclass
class Entry:
    expires_at: float


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_an_entry_is_live_until_it_expires() -> None:
    clock = Clock()
    vault: Vault[Entry] = Vault(clock)
    vault.put("secret", entry := Entry(10))

    assert vault.live("secret") is entry
    clock.now = 10
    assert vault.live("secret") is None
    assert vault.get("secret") is entry


def test_an_entry_is_forgotten_when_it_has_been_kept_long_enough() -> None:
    clock = Clock()
    vault: Vault[Entry] = Vault(clock, keep=5)
    vault.put("secret", entry := Entry(10))

    clock.now = 14
    vault.put("another", Entry(100))
    assert vault.get("secret") is entry
    clock.now = 15
    vault.put("a third", Entry(100))
    assert vault.get("secret") is None


def test_nothing_is_found_under_no_secret() -> None:
    vault: Vault[Entry] = Vault(Clock())
    vault.put("", Entry(10))

    assert vault.get("") is None
    assert vault.get(None) is None


def test_a_removed_entry_is_gone() -> None:
    vault: Vault[Entry] = Vault(Clock())
    vault.put("secret", Entry(10))

    vault.remove("secret")
    vault.remove("secret")

    assert vault.get("secret") is None


def test_everything_that_is_kept_can_be_looked_through() -> None:
    vault: Vault[Entry] = Vault(Clock())
    vault.put("one", first := Entry(10))
    vault.put("two", second := Entry(20))
    vault.remove("one")

    assert vault.entries() == (second,)
    assert first not in vault.entries()

"""Hosts are exact, and what only looks like loopback is not."""

import pytest

from scenarios.hosts import is_loopback
from scenarios.stage.scope import Authority
from scenarios.targets.checks import authority_of, host_named


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.8.8", "::1"])
def test_loopback_is_known(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host", ["localhost.evil.test", "127.0.0.1.evil.test", "127.evil.test", "10.0.0.1", "::2"]
)
def test_what_only_looks_like_loopback_is_not(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize("text", ["*.a.test", "a.test/x", "https://a.test", "a.test:0", "", "a b"])
def test_a_host_is_exact(text: str) -> None:
    assert host_named(text) is None


def test_ports_are_those_of_the_scheme_unless_named() -> None:
    assert host_named("A.test") == authority_of("https://a.test/x") == Authority("a.test", 443)
    assert host_named("[::1]:8080") == authority_of("http://[::1]:8080") == Authority("::1", 8080)

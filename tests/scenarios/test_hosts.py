"""The thief's names look like the client's, and none of them is anybody else's."""

import pytest

from scenarios.hosts import (
    CLIENT_HOST,
    LOOK_ALIKE,
    OTHER_SERVER,
    OTHER_SERVER_HOST,
    PROVIDER_HOST,
    SCHEME,
    SHORT_SCHEME,
    THIEFS_HOST,
    THIEFS_PLAIN_ADDRESSES,
    thiefs_addresses,
    thiefs_plain_addresses,
)


def test_for_each_host_of_the_client_the_thief_has_names_that_resemble_it() -> None:
    held = thiefs_addresses(["app.example.com", "www.example.org"])

    for host in ("app.example.com", "www.example.org"):
        for alike in (f"evil{host}", f"old.{host}", f"{host}.{THIEFS_HOST}"):
            assert (alike, 443) in held
        assert (host, 8443) in held
    assert (THIEFS_HOST, 443) in held
    assert len(set(held)) == len(held)


def test_the_client_s_own_address_is_not_among_the_thief_s() -> None:
    own = {("app.example.com", 443), ("app.example.com", 80)}

    assert own.isdisjoint(thiefs_addresses(["app.example.com"]))
    assert own.isdisjoint(THIEFS_PLAIN_ADDRESSES)


def test_without_a_client_the_thief_has_its_own_names_alone() -> None:
    assert [port for _, port in thiefs_addresses([])] == [443, 443, 443]


def test_the_look_alike_differs_from_the_client_s_name_and_reads_like_it() -> None:
    assert LOOK_ALIKE != CLIENT_HOST
    assert not LOOK_ALIKE.isascii()
    assert LOOK_ALIKE.encode("idna").startswith(b"app.xn--")
    assert len(LOOK_ALIKE) == len(CLIENT_HOST)


@pytest.mark.parametrize(
    "host", [PROVIDER_HOST, CLIENT_HOST, OTHER_SERVER_HOST, THIEFS_HOST, LOOK_ALIKE]
)
def test_invented_hosts_exist_nowhere_else(host: str) -> None:
    assert host.endswith(".test")  # RFC 2606 section 2


def test_the_other_server_is_an_issuer_of_the_thief_s() -> None:
    assert f"http://{OTHER_SERVER_HOST}" == OTHER_SERVER
    assert SCHEME.endswith(".demo")
    assert "." not in SHORT_SCHEME


def test_without_tls_it_has_names_in_front_of_its_own_and_never_one_of_the_client_s() -> None:
    held = thiefs_plain_addresses(["localhost", "127.0.0.1"])

    assert ("localhost.evil.test", 80) in held
    assert (THIEFS_HOST, 80) in held
    assert len(set(held)) == len(held)
    assert set(THIEFS_PLAIN_ADDRESSES) <= set(held)

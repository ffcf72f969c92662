"""Exact host and exact port, and nothing else."""

import pytest

from scenarios.stage.scope import Authority, Place, Scope

HERE = Place("client", ("127.0.0.1", 40000))


@pytest.fixture
def scope() -> Scope:
    scope = Scope()
    scope.declare("app.test", 80, HERE)
    scope.declare("127.0.0.1", 5218, HERE)
    return scope


@pytest.mark.parametrize("host", ["app.test", "APP.test", "App.Test"])
def test_a_declared_name_is_found_as_dns_compares_names(scope: Scope, host: str) -> None:
    assert scope.find(host, 80) == HERE
    assert scope.actor_at(host, 80) == "client"


@pytest.mark.parametrize(
    ("host", "port"),
    [
        ("app.test", 81),
        ("app.test", 443),
        ("app.test.", 80),
        ("www.app.test", 80),
        ("app.testing", 80),
        ("xapp.test", 80),
        ("app.test:80", 80),
        ("localhost", 5218),
        ("127.0.0.1.", 5218),
        ("127.0.0.2", 5218),
        ("127.1", 5218),
        ("2130706433", 5218),
        ("::1", 5218),
        ("::ffff:127.0.0.1", 5218),
        ("0.0.0.0", 5218),
        ("", 80),
        ("127.0.0.1", 40000),
    ],
)
def test_what_only_looks_like_a_declared_authority_is_out_of_scope(
    scope: Scope, host: str, port: int
) -> None:
    assert scope.find(host, port) is None
    assert scope.actor_at(host, port) == "out-of-scope"


def test_an_empty_scope_allows_nothing() -> None:
    assert Scope().find("localhost", 80) is None
    assert not Scope().is_socket(Authority("127.0.0.1", 40000))


def test_the_sockets_of_the_stage_are_known_exactly(scope: Scope) -> None:
    assert scope.is_socket(Authority("127.0.0.1", 40000))
    assert not scope.is_socket(Authority("127.0.0.1", 40001))
    assert not scope.is_socket(Authority("127.0.0.2", 40000))
    assert not scope.is_socket(Authority("app.test", 80))


def test_an_authority_reads_as_in_a_url() -> None:
    assert str(Authority("app.test", 80)) == "app.test:80"
    assert str(Authority("::1", 80)) == "[::1]:80"

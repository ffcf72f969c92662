from urllib.parse import urlsplit

import pytest

from attacker.vantage import OWN_REQUEST, REQUEST_AND_RESPONSE, RESPONSE, Vantage
from scenarios.channels import CHANNELS, CUSTOM_SCHEME, LOOPBACK, PLAINTEXT, Channel
from scenarios.embedded import SCHEME, EmbeddedTarget, describe_target, invent_user
from scenarios.planning import make_plan
from scenarios.postures import (
    CONFIDENTIAL_S256,
    NO_PKCE,
    PLAIN,
    POSTURES,
    S256,
    Posture,
)
from scenarios.registry import all_scenarios
from victim.client import VerifierSource

PORT = 5218
FRESH = VerifierSource.FRESH


@pytest.fixture
def target() -> EmbeddedTarget:
    return EmbeddedTarget(PORT, invent_user(), lambda kind, value: None)


def test_every_group_of_every_plan_has_its_endpoint(target: EmbeddedTarget) -> None:
    plan = make_plan(all_scenarios().values(), POSTURES)

    assert set(plan.groups) <= set(target.endpoints)


def test_no_two_endpoints_share_a_client_a_path_or_a_redirect(target: EmbeddedTarget) -> None:
    endpoints = target.endpoints.values()

    for values in (
        [endpoint.client_id for endpoint in endpoints],
        [endpoint.path for endpoint in endpoints],
        [endpoint.redirect_uri for endpoint in endpoints],
    ):
        assert len(set(values)) == len(values)


@pytest.mark.parametrize(
    ("posture", "redirect_uri"),
    [
        (PLAIN, "http://localhost:5218/pkcepublic"),
        (S256, "http://localhost:5218/pkcepublics256"),
        (CONFIDENTIAL_S256, "http://localhost:5218/pkceconfidential"),
        (NO_PKCE, "http://localhost:5218/codeonly"),
    ],
)
def test_the_endpoints_of_the_article_are_as_it_names_them(
    target: EmbeddedTarget, posture: Posture, redirect_uri: str
) -> None:
    assert target.endpoints[LOOPBACK, posture, FRESH].redirect_uri == redirect_uri


def test_each_channel_has_the_redirect_that_makes_it_a_channel(target: EmbeddedTarget) -> None:
    for (channel, _, _), endpoint in target.endpoints.items():
        redirect = urlsplit(endpoint.redirect_uri)
        if channel is CUSTOM_SCHEME:
            assert redirect.scheme == SCHEME
        elif channel is LOOPBACK:
            assert (redirect.scheme, redirect.hostname) == ("http", "localhost")
        else:
            assert redirect.scheme == "http"
            assert redirect.hostname not in {"localhost", "127.0.0.1", "::1"}
        assert endpoint.native is (channel is CUSTOM_SCHEME)


def test_endpoints_do_what_their_posture_says(target: EmbeddedTarget) -> None:
    for (_, posture, verifier), endpoint in target.endpoints.items():
        assert endpoint.pkce is posture.pkce
        assert endpoint.verifier is verifier
        assert (endpoint.client_secret is not None) is posture.confidential


def test_secrets_are_new_in_every_run_and_for_every_client(target: EmbeddedTarget) -> None:
    other = EmbeddedTarget(PORT, invent_user(), lambda kind, value: None)
    values = [
        endpoint.client_secret
        for one in (target, other)
        for endpoint in one.endpoints.values()
        if endpoint.client_secret
    ]

    assert len(set(values)) == len(values)
    assert target.victim.password != other.victim.password
    assert target.victim.subject != other.victim.subject


@pytest.mark.parametrize(
    ("channel", "vantage", "start"),
    [
        (LOOPBACK, None, "http://localhost:5218"),
        (LOOPBACK, RESPONSE, "http://127.0.0.1:5218"),
        (LOOPBACK, REQUEST_AND_RESPONSE, "http://localhost:5218"),
        (LOOPBACK, OWN_REQUEST, "http://localhost:5218"),
        (PLAINTEXT, None, "https://app.contoso.test"),
        (PLAINTEXT, RESPONSE, "https://app.contoso.test"),
        (PLAINTEXT, REQUEST_AND_RESPONSE, "http://app.contoso.test"),
        (CUSTOM_SCHEME, None, "http://localhost:5218"),
        (CUSTOM_SCHEME, RESPONSE, "http://localhost:5218"),
        (CUSTOM_SCHEME, REQUEST_AND_RESPONSE, "http://localhost:5218"),
    ],
)
def test_the_login_starts_in_the_open_only_for_who_reads_the_request(
    target: EmbeddedTarget, channel: Channel, vantage: Vantage | None, start: str
) -> None:
    key = (channel, S256, FRESH)

    assert target.entry(key, vantage) == f"{start}{target.endpoints[key].path}"


def test_a_strict_provider_refuses_the_plaintext_redirect_and_says_why(
    target: EmbeddedTarget,
) -> None:
    refusals = {refusal.partition(":")[0]: refusal for refusal in target.strict_refusals()}

    assert PLAINTEXT.title in refusals
    assert "does not register it" in refusals[PLAINTEXT.title]
    assert set(refusals) <= {channel.title for channel in CHANNELS}


def test_the_target_of_the_log_is_the_one_that_is_played(target: EmbeddedTarget) -> None:
    described = describe_target(invent_user())

    assert described.token_endpoint == target.configured.token_endpoint
    assert described.authorization_endpoint == target.configured.authorization_endpoint
    assert described.userinfo_endpoint == target.configured.userinfo_endpoint
    assert described.issuer == target.provider.issuer

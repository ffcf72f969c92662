"""Each weakness is seen by the attacks that it opens the door to, and by no other.

The attacks on PKCE and the token endpoint are held against each other in ``switches``; these are
the attacks on the authorization endpoint, the pages and userinfo, under every switch there is.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

import pytest

from tests.victim.identity_provider import attacks, binding_attacks, request_attacks
from victim.identity_provider import Policy, weaknesses
from victim.identity_provider.switches.binding import BindingSwitches
from victim.identity_provider.switches.redirects import RedirectSwitches
from victim.identity_provider.switches.requests import RequestSwitches
from victim.identity_provider.switches.responses import ResponseSwitches
from victim.identity_provider.switches.sessions import SessionSwitches
from victim.identity_provider.switches.tokens import TokenSwitches

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.victim.identity_provider.conftest import Scene

ATTACKS: dict[str, tuple[attacks.Attack, set[str]]] = {
    "foreign": (attacks.lands(attacks.EVIL), {"redirect_unchecked"}),
    "suffix": (
        attacks.lands("https://app.test/cbx"),
        {"redirect_unchecked", "redirect_prefix_accepted"},
    ),
    "traversal": (
        attacks.lands("https://app.test/cb/../elsewhere"),
        {"redirect_unchecked", "redirect_prefix_accepted", "redirect_subpath_accepted"},
    ),
    "subdomain": (
        attacks.lands("https://old.app.test/cb"),
        {
            "redirect_unchecked",
            "redirect_subdomain_accepted",
            "redirect_host_suffix_accepted",
        },
    ),
    "host suffix": (
        attacks.lands("https://evilapp.test/cb"),
        {"redirect_unchecked", "redirect_host_suffix_accepted"},
    ),
    "userinfo": (
        attacks.lands("https://app.test@evil.test/cb"),
        {"redirect_unchecked", "redirect_userinfo_mistaken_for_host"},
    ),
    "backslash": (
        attacks.lands("https://evil.test\\@app.test/cb"),
        {"redirect_unchecked", "redirect_backslash_accepted"},
    ),
    "query": (
        attacks.lands("https://app.test/cb?next=https://evil.test"),
        {"redirect_unchecked", "redirect_prefix_accepted", "redirect_query_accepted"},
    ),
    "fragment": (
        attacks.lands("https://app.test/cb#"),
        {"redirect_unchecked", "redirect_prefix_accepted", "redirect_fragment_accepted"},
    ),
    "case": (attacks.lands("https://app.test/CB"), {"redirect_unchecked", "redirect_case_ignored"}),
    "normalised": (
        attacks.lands("https://app.test:443/cb/"),
        {"redirect_unchecked", "redirect_normalised"},
    ),
    "port": (
        attacks.lands("https://app.test:8443/cb"),
        {"redirect_unchecked", "redirect_port_ignored"},
    ),
    "downgrade": (
        attacks.lands("http://app.test/cb"),
        {"redirect_unchecked", "redirect_downgrade_accepted"},
    ),
    "loopback prefix": (
        attacks.lands("http://127.0.0.1.evil.test/cb", client="public-app"),
        {"redirect_unchecked", "redirect_loopback_by_prefix"},
    ),
    "loopback port": (
        attacks.lands("http://127.0.0.1:80@evil.test/cb", client="public-app"),
        {
            "redirect_unchecked",
            "redirect_userinfo_mistaken_for_host",
            "redirect_loopback_port_cut_out",
        },
    ),
    "other loopback": (
        attacks.lands("http://[::1]:5218/cb", client="public-app"),
        {
            "redirect_unchecked",
            "redirect_loopback_hosts_interchangeable",
            "redirect_loopback_for_every_client",
        },
    ),
    "any loopback": (
        attacks.lands("http://localhost:666/x"),
        {"redirect_unchecked", "redirect_loopback_for_every_client"},
    ),
    "error": (attacks.bounces, {"redirect_unchecked", "errors_redirected_anywhere"}),
    "wildcard": (attacks.lands_at_a_forgotten_subdomain, {"redirect_wildcard_accepted"}),
    "another client": (
        attacks.lands_at_another_client,
        {"redirect_unchecked", "redirect_of_another_client_accepted"},
    ),
    "omission": (attacks.lands_unnamed, {"redirect_omission_accepted"}),
    "duplicate": (attacks.lands_at_the_second_of_two, {"redirect_duplicates_accepted"}),
    "plaintext": (attacks.registers("http://app.test/cb"), {"plaintext_redirect_accepted"}),
    "script": (attacks.registers("javascript:alert(1)"), {"script_scheme_accepted"}),
    "short scheme": (attacks.registers("myapp:/cb"), {"private_scheme_without_dot_accepted"}),
    "no issuer": (attacks.reads_no_issuer, {"iss_missing"}),
    "no state": (attacks.reads_no_state, {"state_dropped"}),
    "response mode": (attacks.lands_in_the_fragment, {"response_mode_unregistered_accepted"}),
    "implicit": (attacks.takes_a_token_from_the_fragment, {"implicit_flow_accepted"}),
    "307": (attacks.hears_the_password, {"sign_in_redirected_with_307"}),
    "unasked": (attacks.poses_unasked, {"consent_skipped"}),
    "silent": (attacks.poses_silently, {"consent_skipped", "prompt_none_without_consent"}),
    "again": (attacks.poses_again, {"consent_skipped", "consent_remembered_for_public_clients"}),
    "frame": (attacks.frames_the_page, {"page_framing_allowed"}),
    "referrer": (attacks.reads_the_referrer, {"referrer_leaked"}),
    "sign-in": (attacks.forces_a_sign_in, {"forms_unbound"}),
    "session": (attacks.plants_a_session, {"session_kept_at_sign_in"}),
    "nonce": (attacks.finds_no_nonce, {"nonce_ignored"}),
    "code hash": (attacks.finds_no_code_hash, {"c_hash_missing"}),
    "old token": (attacks.uses_an_old_token, {"access_token_never_expires"}),
    "another resource": (
        attacks.uses_a_token_for_another_resource,
        {"token_of_another_resource_accepted"},
    ),
    "token in the URL": (attacks.uses_a_token_in_the_url, {"query_token_accepted"}),
    "no key": (binding_attacks.redeems_without_the_key, {"dpop_jkt_ignored"}),
    "another key": (binding_attacks.redeems_with_another_key, {"dpop_jkt_ignored"}),
    "bound token": (
        binding_attacks.uses_a_bound_token_as_its_bearer,
        {"dpop_proof_optional_at_userinfo"},
    ),
    "reference again": (request_attacks.uses_a_reference_again, {"request_uri_reusable"}),
    "reference of another": (
        request_attacks.borrows_the_name_of_another_client,
        {"request_uri_of_another_client_accepted"},
    ),
    "beside the reference": (
        request_attacks.bends_what_was_pushed,
        {"front_channel_overrides_pushed_request"},
    ),
    "not pushed": (
        request_attacks.writes_a_link_for_a_pusher,
        {"pushed_request_requirement_ignored"},
    ),
    "unsigned": (
        request_attacks.leaves_the_object_unsigned,
        {"unsigned_request_object_accepted"},
    ),
    "signed by another": (
        request_attacks.signs_with_a_key_of_its_own,
        {"request_object_signature_unchecked"},
    ),
    "beside the object": (
        request_attacks.bends_what_was_signed,
        {"parameters_beside_request_object_honoured"},
    ),
    "not signed": (
        request_attacks.writes_a_link_for_a_signer,
        {"request_object_requirement_ignored"},
    ),
}
"""Name by name: the attack, and the weaknesses under each of which alone it succeeds."""

GROUPS = (
    RedirectSwitches,
    RequestSwitches,
    ResponseSwitches,
    SessionSwitches,
    TokenSwitches,
    BindingSwitches,
)

each_attack = pytest.mark.parametrize("name", ATTACKS)


@each_attack
def test_an_attack_fails_when_hardened_and_succeeds_under_its_weaknesses_only(
    name: str, make_scene: Callable[[Policy], Scene]
) -> None:
    attack, expected = ATTACKS[name]
    assert not attack(make_scene(Policy()))

    names = [weakness.name for weakness in weaknesses()]
    opened = {each for each in names if attack(make_scene(Policy(**{each: True})))}

    assert opened == expected


@each_attack
def test_no_second_weakness_hides_the_first(
    name: str, make_scene: Callable[[Policy], Scene]
) -> None:
    attack, expected = ATTACKS[name]
    names = [weakness.name for weakness in weaknesses()]

    hidden = {
        (first, second)
        for first in expected
        for second in names
        if not attack(make_scene(Policy(**{first: True, second: True})))
    }

    assert hidden == set()


def test_every_switch_of_these_parts_opens_the_door_to_some_attack() -> None:
    opened = set().union(*(expected for _, expected in ATTACKS.values()))

    assert opened >= {field.name for group in GROUPS for field in fields(group)}

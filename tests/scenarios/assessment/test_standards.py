"""What each policy leaves to a server's owner, and that it leaves nothing else."""

from dataclasses import fields

import pytest

from scenarios.assessment.standards import STANDARDS, Standard, policy_for
from scenarios.weaknesses import side_of
from victim.identity_provider import HARDENED, ClientType, Policy, weaknesses_of

PUBLIC, CONFIDENTIAL = ClientType.PUBLIC, ClientType.CONFIDENTIAL
EVERYWHERE = {"secret_from_public_client_accepted", "wrong_verifier_burns_code"}
WITHOUT_CHALLENGE = {
    "pkce_optional",
    "empty_challenge_accepted",
    "method_without_challenge_accepted",
}
WITHOUT_ROTATION = {"refresh_token_not_rotated", "refresh_token_reuse_undetected"}
CONSENT = {"consent_remembered_for_public_clients", "consent_skipped"}

each_standard = pytest.mark.parametrize("standard", STANDARDS.values(), ids=lambda each: each.id)
each_type = pytest.mark.parametrize("kind", ClientType)


def left_open(policy: Policy) -> set[str]:
    return {weakness.name for weakness in weaknesses_of(policy)}


@each_standard
@each_type
def test_what_is_tolerated_is_a_weakness_of_servers_in_the_catalogue(
    standard: Standard, kind: ClientType
) -> None:
    assert standard.tolerated(kind)
    assert {side_of(name) for name in standard.tolerated(kind)} == {"server"}
    assert standard.tolerated(kind) <= {switch.name for switch in fields(Policy)}


def test_standards_are_found_by_the_name_that_a_target_file_uses() -> None:
    assert list(STANDARDS) == ["rfc9700", "oauth21", "fapi2", "entra"]
    assert all(name == each.id for name, each in STANDARDS.items())
    assert len({each.title for each in STANDARDS.values()}) == len(STANDARDS)


@pytest.mark.parametrize(
    ("standard", "kind", "besides"),
    [
        ("rfc9700", PUBLIC, {"plain_accepted"}),
        ("rfc9700", CONFIDENTIAL, {"plain_accepted", *WITHOUT_CHALLENGE, *WITHOUT_ROTATION}),
        ("oauth21", PUBLIC, {"plain_accepted", "redirect_uri_optional_at_token"}),
        (
            "oauth21",
            CONFIDENTIAL,
            {
                "plain_accepted",
                "redirect_uri_optional_at_token",
                *WITHOUT_CHALLENGE,
                *WITHOUT_ROTATION,
            },
        ),
        ("fapi2", PUBLIC, WITHOUT_ROTATION),
        ("fapi2", CONFIDENTIAL, WITHOUT_ROTATION),
        *(
            (
                "entra",
                kind,
                {
                    "plain_accepted",
                    "tokens_survive_replay",
                    *WITHOUT_CHALLENGE,
                    *WITHOUT_ROTATION,
                },
            )
            for kind in ClientType
        ),
    ],
)
def test_a_standard_tolerates_this_of_a_client_and_nothing_else(
    standard: str, kind: ClientType, besides: set[str]
) -> None:
    policy = policy_for(STANDARDS[standard], kind, only_redirect_uri=False)

    assert STANDARDS[standard].tolerated(kind) == EVERYWHERE | besides
    assert left_open(policy) == EVERYWHERE | besides


@each_standard
@each_type
def test_what_a_team_tolerates_by_rule_comes_on_top(standard: Standard, kind: ClientType) -> None:
    usual = policy_for(standard, kind)
    more = policy_for(standard, kind, ["code_reusable"])

    assert left_open(more) - left_open(usual) == {"code_reusable"}
    assert left_open(usual) <= left_open(more)


@each_standard
@each_type
def test_whose_redirects_nobody_else_can_claim_need_not_be_asked_for_again(
    standard: Standard, kind: ClientType
) -> None:
    claimed = policy_for(standard, kind, identity_assured=True)
    open_to_all = policy_for(standard, kind, identity_assured=False)

    assert left_open(claimed) - left_open(open_to_all) == CONSENT
    assert not CONSENT & left_open(open_to_all)


@pytest.mark.parametrize("standard", ["rfc9700", "fapi2", "entra"])
@each_type
def test_with_one_redirect_uri_there_is_nothing_to_mix_up(standard: str, kind: ClientType) -> None:
    one = policy_for(STANDARDS[standard], kind, only_redirect_uri=True)
    several = policy_for(STANDARDS[standard], kind, only_redirect_uri=False)

    assert left_open(one) - left_open(several) == {"redirect_uri_optional_at_token"}


@each_standard
@each_type
def test_all_else_is_as_the_hardened_server_has_it(standard: Standard, kind: ClientType) -> None:
    policy = policy_for(standard, kind, ["code_reusable"], identity_assured=True)

    changed = {
        switch.name
        for switch in fields(Policy)
        if getattr(policy, switch.name) != getattr(HARDENED, switch.name)
    }
    assert changed == left_open(policy)

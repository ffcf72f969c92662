"""What an attack changes speaks against a refusal, unless the scenario declares it."""

import pytest
from msgspec.structs import replace

from reports.records import Deviation, Observation
from tests.reports.judgement.cases import (
    IDP,
    REFUSALS,
    STOLEN,
    Log,
    Make,
    Proof,
    Shape,
    refused,
    session_refusal,
    session_theft,
    token_refusal,
    verdict,
)
from tests.reports.judgement.prepared import refused_refresh_token
from tests.reports.judgement.spoil import (
    Spoil,
    add,
    ask,
    change,
    declare,
    form,
    later,
    started_of,
)

SHAPE = Shape(Proof.TOKEN, "none", secret=False)


def _presented_before(log: Log) -> None:
    add("early", SHAPE.token("early", 13.2, "squatter", STOLEN, 400, refused()), "after.end")(log)


@pytest.mark.parametrize("shape", REFUSALS)
@pytest.mark.parametrize(
    ("on_purpose", "spoil", "doubt"),
    [
        (Deviation.CLIENT_ID, form("attack.token", client_id="other"), "another client_id"),
        (Deviation.REDIRECT_URI, form("attack.token", redirect_uri=""), "another redirect_uri"),
        (Deviation.PKCE, ask("attack.issue", url=f"{IDP}/authorize"), "used PKCE none"),
        (Deviation.AGE, later("attack.redirect", 31), "s old by then"),
        (Deviation.USED, _presented_before, "had presented it before"),
    ],
)
def test_a_change_speaks_against_a_refusal_unless_it_was_made_on_purpose(
    shape: Make, on_purpose: Deviation, spoil: Spoil, doubt: str
) -> None:
    for declared in Deviation:
        log = shape()
        spoil(log)
        declare(declared)(log)
        found = verdict(log)

        decided = Observation.ATTACK_BLOCKED if declared is on_purpose else Observation.INCONCLUSIVE
        assert found.observed is decided, declared
        assert (doubt in found.reason) is (declared is not on_purpose)


@pytest.mark.parametrize(
    ("shape", "secret", "doubt"),
    [
        (token_refusal, "guess", "another client secret"),
        (session_refusal, "", "authenticated itself in another way"),
    ],
)
def test_so_does_another_way_to_authenticate(shape: Make, secret: str, doubt: str) -> None:
    for declared in Deviation:
        log = shape()
        form("attack.token", client_secret=secret)(log)
        declare(declared)(log)

        on_purpose = declared in {Deviation.SECRET, Deviation.CLIENT_ID}
        assert (doubt in verdict(log).reason) is not on_purpose


def test_a_thief_who_has_no_secret_changes_nothing_on_purpose() -> None:
    log = session_refusal()
    for spoil in (change("attack.token", source="thief"), form("attack.token", client_secret="")):
        spoil(log)
    (scenario,) = started_of(log).scenarios
    change("started", scenarios=(replace(scenario, proof=Proof.TOKEN),))(log)

    assert verdict(log).observed is Observation.ATTACK_BLOCKED, verdict(log).reason


def _with_secrets() -> Log:
    shape = Shape(Proof.TOKEN, "S256", secret=True)
    attempt = shape.token("attack.token", 14, "thief", STOLEN, 400, refused())
    log = shape.log({"attack.token": attempt})
    declare(Deviation.SECRET)(log)
    return log


BY_BASIC = (("Authorization", "Basic authorization#1"),)


def _by_basic(log: Log, *names: str) -> None:
    """These token requests name and authenticate the client in the header, and not in the form."""
    for name in names:
        form(name, client_id="", client_secret="")(log)
        ask(name, headers=BY_BASIC)(log)


@pytest.mark.parametrize("who", [("before.token", "after.token"), ("before.token", "attack.token")])
def test_where_http_basic_names_the_client_the_form_need_not(who: tuple[str, ...]) -> None:
    log = _with_secrets()
    _by_basic(log, *who)

    assert verdict(log).observed is Observation.ATTACK_BLOCKED, verdict(log).reason


def test_who_names_another_client_than_a_header_did_is_another_client() -> None:
    log = _with_secrets()
    _by_basic(log, "before.token", "after.token")
    form("attack.token", client_id="other")(log)

    assert "another client_id" in verdict(log).reason


def test_a_refresh_token_has_a_client_and_no_redirect_uri() -> None:
    log = refused_refresh_token()
    form("attack.token", client_id="other")(log)

    assert "another client_id" in verdict(log).reason


@pytest.mark.parametrize(
    ("declared", "observed"),
    [((), Observation.INCONCLUSIVE), ((Deviation.USED,), Observation.ATTACK_SUCCEEDED)],
)
def test_a_client_presents_a_code_twice_where_the_victim_has_used_it(
    declared: tuple[Deviation, ...], observed: Observation
) -> None:
    log = session_theft()
    early = SHAPE.token("attack.early", 13.4, "client", STOLEN, 400, refused())
    add("attack.early", early, "attack.loot")(log)
    declare(*declared)(log)

    assert verdict(log).observed is observed, verdict(log).reason


def test_a_client_presents_no_two_codes_even_then() -> None:
    log = session_theft()
    other = SHAPE.token("attack.early", 13.4, "client", "code#8", 400, refused())
    add("attack.early", other, "attack.loot")(log)
    declare(Deviation.USED)(log)

    assert verdict(log).observed is Observation.INCONCLUSIVE


def test_a_client_may_sign_who_it_is_anew_and_a_thief_may_hold_its_secret() -> None:
    log = session_refusal()
    form("attack.token", client_secret="signed-anew")(log)
    assert verdict(log).observed is Observation.ATTACK_BLOCKED

    log = session_refusal()
    change("attack.token", source="thief")(log)
    (scenario,) = started_of(log).scenarios
    change("started", scenarios=(replace(scenario, proof=Proof.TOKEN),))(log)
    assert verdict(log).observed is Observation.ATTACK_BLOCKED

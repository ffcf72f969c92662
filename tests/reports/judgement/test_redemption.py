import json

import pytest
from msgspec.structs import replace

from reports.judgement.redemption import (
    OAUTH_ERRORS,
    Redemption,
    as_object,
    ended,
    read_with,
    redemptions,
    subject_shown,
)
from reports.records import Exchange
from tests.reports.judgement.cases import (
    STOLEN,
    TARGET,
    Log,
    at,
    issued,
    refused,
    token_theft,
)
from tests.reports.judgement.spoil import (
    answer,
    ask,
    change,
    form,
    unanswered,
)


def exchanges(log: Log) -> list[Exchange]:
    return [record for name, record in log.items() if isinstance(record, Exchange)]


def redemption(log: Log) -> Redemption:
    return next(found for found in redemptions(exchanges(log), TARGET) if found.code == STOLEN)


def test_a_token_is_read_from_a_200() -> None:
    found = redemption(token_theft())

    assert (found.token, found.error, found.trouble) == ("access_token#2", "", "")


@pytest.mark.parametrize("error", sorted(OAUTH_ERRORS))
@pytest.mark.parametrize("status", [400, 401, 403, 499])
def test_an_oauth_error_with_a_client_error_status_is_a_refusal(error: str, status: int) -> None:
    log = token_theft()
    answer("attack.token", status, refused(error))(log)

    assert redemption(log).error == error


@pytest.mark.parametrize("error", sorted(OAUTH_ERRORS))
def test_so_is_one_with_200_as_some_servers_say_to_everything(error: str) -> None:
    log = token_theft()
    answer("attack.token", 200, refused(error))(log)

    assert (redemption(log).error, redemption(log).token) == (error, "")


@pytest.mark.parametrize("status", [200, 400, 403, 404, 422])
@pytest.mark.parametrize(
    "error", ["bad_verification_code", "invalid_code", "CLIENT_NOT_FOUND", "pkce.mismatch"]
)
def test_an_error_of_the_servers_own_counts_if_it_names_what_was_wrong(
    error: str, status: int
) -> None:
    log = token_theft()
    answer("attack.token", status, refused(error))(log)

    assert redemption(log).error == error


@pytest.mark.parametrize(
    "error",
    [
        "temporarily_unavailable",
        "server_error",
        "slow_down",
        "rate_limited",
        "use_dpop_nonce",
        "too_many_requests",
        "internal_error",
        "client_rate_limit",
        "code_attempts_too_many",
        "Forbidden",
        "",
        "your code, please",
        "code\u001b[31m",
        f"code{'x' * 60}",
    ],
)
@pytest.mark.parametrize("status", [200, 400, 403])
def test_any_other_word_may_mean_that_the_server_is_not_well(error: str, status: int) -> None:
    log = token_theft()
    answer("attack.token", status, json.dumps({"error": error}))(log)

    assert redemption(log).error == ""
    assert str(status) in redemption(log).trouble


@pytest.mark.parametrize(
    "body",
    [
        '{"error":"invalid_grant","id_token":"x"}',
        '{"error":"invalid_grant","access_token":""}',
        '{"error":"invalid_grant","refresh_token":"x"}',
        '{"error":["invalid_grant"]}',
        "error=invalid_grant",
        "<p>invalid_grant</p>",
    ],
)
def test_who_gives_something_with_200_or_says_it_otherwise_has_not_refused(body: str) -> None:
    log = token_theft()
    answer("attack.token", 200, body)(log)

    assert (redemption(log).token, redemption(log).error) == ("", "")


@pytest.mark.parametrize("body", ["", " ", "Unauthorized", "unauthorized\n"])
def test_a_401_says_by_itself_that_nobody_is_known(body: str) -> None:
    log = token_theft()
    answer("attack.token", 401, body)(log)

    assert redemption(log).error == "status 401"


@pytest.mark.parametrize("body", ["<form>", "Log in, please", "{}", '"unauthorized"'])
def test_a_401_that_says_something_else_is_trouble(body: str) -> None:
    log = token_theft()
    answer("attack.token", 401, body)(log)

    assert redemption(log).error == ""


@pytest.mark.parametrize("status", [201, 302, 399, 408, 425, 429, 500, 502, 503])
def test_no_other_status_is_a_refusal(status: int) -> None:
    log = token_theft()
    answer("attack.token", status, refused())(log)

    found = redemption(log)

    assert (found.token, found.error) == ("", "")
    assert str(status) in found.trouble


@pytest.mark.parametrize("status", [201, 202, 206, 400])
def test_a_token_with_another_status_is_none(status: int) -> None:
    log = token_theft()
    answer("attack.token", status, issued("access_token#2"))(log)

    assert redemption(log).token == ""


def test_no_answer_is_trouble_and_says_why() -> None:
    log = token_theft()
    unanswered("attack.token")(log)

    assert redemption(log).trouble == "it was not answered (timed out)"


@pytest.mark.parametrize(
    ("headers", "parameters", "authenticated"),
    [
        ((), {}, False),
        ((), {"client_secret": "s"}, True),
        ((), {"client_assertion": "s"}, True),
        ((("authorization", "Basic abc"),), {}, True),
        ((("Authorization", "basic abc"),), {}, True),
        ((("Authorization", "Bearer abc"),), {}, False),
    ],
)
def test_a_secret_or_what_stands_for_it_is_seen_in_header_or_form(
    headers: tuple[tuple[str, str], ...], parameters: dict[str, str], authenticated: bool
) -> None:
    log = token_theft()
    ask("attack.token", headers=headers)(log)
    form("attack.token", **parameters)(log)

    assert redemption(log).with_secret is authenticated
    assert bool(redemption(log).secret) is authenticated


@pytest.mark.parametrize(
    ("status", "body", "subject"),
    [
        (200, '{"sub":"alice"}', "alice"),
        (200, '{"sub":""}', ""),
        (200, '{"sub":null}', ""),
        (200, '{"sub":7}', ""),
        (200, '{"name":"alice"}', ""),
        (200, '["sub"]', ""),
        (200, "sub", ""),
        (201, '{"sub":"alice"}', ""),
        (304, '{"sub":"alice"}', ""),
        (401, '{"sub":"alice"}', ""),
    ],
)
def test_a_subject_is_a_string_in_a_successful_answer(status: int, body: str, subject: str) -> None:
    log = token_theft()
    answer("attack.look", status, body)(log)
    look = log["attack.look"]
    assert isinstance(look, Exchange)

    assert subject_shown(look, TARGET) == subject


@pytest.mark.parametrize(
    ("path", "body", "subject"),
    [
        ("user.id", '{"user":{"id":"alice"}}', "alice"),
        ("user.id", '{"user":{"id":7},"sub":"bob"}', "7"),
        ("user.id", '{"user":"alice"}', ""),
        ("user.id", '{"user.id":"alice"}', ""),
        ("name", '{"name":true}', ""),
    ],
)
def test_a_subject_stands_where_the_target_says(path: str, body: str, subject: str) -> None:
    log = token_theft()
    answer("attack.look", 200, body)(log)
    look = log["attack.look"]
    assert isinstance(look, Exchange)

    assert subject_shown(look, replace(TARGET, subject=path)) == subject


def test_no_answer_shows_no_subject() -> None:
    log = token_theft()
    unanswered("attack.look")(log)
    look = log["attack.look"]
    assert isinstance(look, Exchange)

    assert subject_shown(look, TARGET) == ""


def test_only_the_redeemed_token_reads() -> None:
    log = token_theft()

    assert [e.id for e in read_with(redemption(log), exchanges(log), TARGET)] == ["attack.look"]


@pytest.mark.parametrize(("second", "reads"), [(14.5, True), (14.499999, False)])
def test_a_token_cannot_be_used_before_it_was_issued(second: float, reads: bool) -> None:
    log = token_theft()
    change("attack.look", at=at(second))(log)

    assert bool(list(read_with(redemption(log), exchanges(log), TARGET))) is reads


def test_an_exchange_ends_its_seconds_after_it_began() -> None:
    look = token_theft()["attack.look"]
    assert isinstance(look, Exchange)

    assert ended(look) == at(15.5)


@pytest.mark.parametrize("body", ["", "null", "[1]", '"x"', "{", "[" * 100_000, "\x00", "NaN"])
def test_what_is_no_json_object_is_an_empty_one(body: str) -> None:
    assert as_object(body) == {}

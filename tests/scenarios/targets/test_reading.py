"""Target files are read strictly, and what is wrong is told with line, reason and remedy."""

from datetime import date
from pathlib import Path

import pytest

from scenarios.targets.problems import Problem, TargetFileError
from scenarios.targets.reading import read_target
from tests.scenarios.targets.files import GOOD, line_with, write

SECRET = 'secret = { env = "DEMO_WEB_SECRET" }'


def problems(folder: Path, text: str, today: date | None = None) -> list[Problem]:
    with pytest.raises(TargetFileError) as refused:
        read_target(write(folder, text), today)
    return refused.value.problems


def test_a_good_file_knows_its_name_its_defaults_and_its_lines(tmp_path: Path) -> None:
    target = read_target(write(tmp_path))

    assert (target.name, target.folder) == ("demo", tmp_path)
    assert target.sections.clients["web"].pkce == "S256"
    assert target.sections.policy.hold_to == "rfc9700"
    assert target.line_of("clients", "web") == line_with(GOOD, "[clients.web]")
    assert target.line_of("clients", "web", "client_id") == line_with(GOOD, "client_id")
    assert target.line_of("clients", "web", "pkce") == line_with(GOOD, "[clients.web]")


@pytest.mark.parametrize(
    ("old", "new", "at", "reason", "remedy"),
    [
        ("client_id =", "clientid =", "clientid", "no key 'clientid'", "Did you mean client_id?"),
        ("[permission]", "[permision]", "[permision]", "no [permision]", "Did you mean permission"),
        (SECRET, 'secret = "hunter2"', "hunter2", "stands here in clear", "env ="),
        (SECRET, 'secret = { envi = "X" }', "envi", "no key 'envi'", "Did you mean env?"),
        (SECRET, 'secret = { env = "A", file = "b" }', "file =", "from one place", "Name one"),
        (SECRET, "", "[clients.web]", "web has no secret", "Name one"),
        ('"confidential"', '"public"', "secret", "is public, and has no secret", "Remove secret"),
        ('"confidential"', '"native"', "native", "native", "docs/targets.md"),
        ('"demo-web"', "7", "client_id", "clients.web.client_id", "docs/targets.md"),
        ('"demo-web"', '"FILL IN"', "client_id", "clients.web.client_id is not filled in", "there"),
        (
            '["https://app.example.com/callback"]',
            '["FILL IN"]',
            "FILL IN",
            "not filled in",
            "there",
        ),
        (
            "https://app.example.com/callback",
            "https://a.b/c#d",
            "a.b",
            "no redirect URI",
            "fragment",
        ),
        (
            "https://app.example.com",
            "https://idp.example.com",
            "uris",
            "of the provider",
            "own host",
        ),
        ("https://app.example.com", "https://[::1", "uris", "is no redirect URI", "absolute URI"),
        ("https://idp.example.com/", "idp.example.com/", "issuer", "no web address", "https://"),
        ("https://idp.example.com/", "http://idp.example.com/", "issuer", "not https", "loopback"),
        ('"login.example.com:8443"', '"*.example.com"', "hosts", "no exact host", "No wildcards"),
        ('"login.example.com:8443"', '"a.b/c"', "hosts", "no exact host", "No wildcards"),
        (', "login.example.com:8443"', "", "token_endpoint", "not among the hosts", "Add it"),
        ("2099-03-31", "2020-03-31", "expires", "ended on 2020-03-31", "Ask the owner"),
        ("Jane Doe <jane@example.com>", " ", "owner", "owner says nothing", "Fill it in"),
    ],
)
def test_a_mistake_is_told_with_line_reason_and_remedy(
    tmp_path: Path, old: str, new: str, at: str, reason: str, remedy: str
) -> None:
    text = GOOD.replace(old, new)
    assert text != GOOD

    found = problems(tmp_path, text)

    line = line_with(text, at)
    assert [one for one in found if one.line == line and reason in one.reason], found
    assert any(remedy in one.remedy for one in found if reason in one.reason)


@pytest.mark.parametrize(
    ("added", "at", "reason"),
    [
        ('[policy]\nhold_to = "rfc9999"', "hold_to", "no policy 'rfc9999'"),
        ('[policy]\ntolerate = ["everything"]', "tolerate", "no weakness 'everything'"),
        ("[limits]\nrequests = 0", "requests", "allows nothing"),
        ("[limits]\nrequests_per_minute = 59", "requests_per_minute", "longer than anybody waits"),
        ('[login]\ndriver = "storage-state"', "[accounts.victim]", "no storage_state"),
        ('[login]\ndriver = "python"', "[login]", "Which function"),
        ('[login]\ndriver = "python"\nfunction = "no.py:f"', "function", "no file no.py"),
        ("[resource]\nintrospection = true", "[resource]", "Which client asks"),
        ('[resource]\nurl = "http://api.example.com/me"', "http://api", "not https"),
        ("[accounts.nobody]\nusername = 'x'", "[accounts.nobody]", "Nobody here is nobody"),
    ],
)
def test_a_section_that_makes_no_sense_is_told(
    tmp_path: Path, added: str, at: str, reason: str
) -> None:
    text = f"{GOOD}\n{added}\n"

    found = problems(tmp_path, text)

    assert (line_with(text, at), True) in [(one.line, reason in one.reason) for one in found], found


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    found = problems(tmp_path, GOOD.replace("client_id", "cid").replace("username", "user"))

    assert len(found) == 2
    assert found == sorted(found)


def test_without_clients_there_is_nothing_to_assess(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, GOOD[: GOOD.index("[clients.web]")])

    assert "There is no [clients.NAME]." in problem.reason


def test_a_literal_secret_is_never_repeated(tmp_path: Path) -> None:
    with pytest.raises(TargetFileError) as refused:
        read_target(write(tmp_path, GOOD.replace(SECRET, 'secret = "hunter2"')))

    assert "hunter2" not in str(refused.value)


def test_only_loopback_is_attacked_without_permission(tmp_path: Path) -> None:
    start, end = GOOD.index("[permission]"), GOOD.index("[accounts.victim]")
    text = GOOD[:start] + GOOD[end:]

    (problem,) = problems(tmp_path, text)

    assert "Nothing says that idp.example.com:443 may be attacked." in problem.reason
    local = text.replace("https://idp.example.com", "http://127.0.0.1:8080")
    hosts, token = (line_with(local, key) - 1 for key in ("hosts", "token_endpoint"))
    lines = [line for n, line in enumerate(local.splitlines()) if n not in (hosts, token)]
    assert read_target(write(tmp_path, "\n".join(lines))).sections.permission is None


def test_a_permission_holds_on_its_last_day(tmp_path: Path) -> None:
    assert read_target(write(tmp_path), date(2099, 3, 31)).name == "demo"
    assert problems(tmp_path, GOOD, date(2099, 4, 1))


@pytest.mark.parametrize("text", ["[provider\n", 'a = "\x01"\n'])
def test_what_is_no_toml_is_told_with_its_line(tmp_path: Path, text: str) -> None:
    (problem,) = problems(tmp_path, text)

    assert problem.line == 1


def test_a_file_that_is_missing_is_told_with_the_command_that_writes_one(tmp_path: Path) -> None:
    with pytest.raises(TargetFileError, match="codejack init"):
        read_target(tmp_path / "none.idp.toml")

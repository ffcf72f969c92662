"""``codejack baseline`` as a user meets it."""

import json
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from codejack.cli import main
from reports.baseline.baseline import Baseline, Pair
from reports.baseline.file import read_baseline
from tests.codejack.runs import folder_of
from tests.reports.judgement.cases import token_refusal, token_theft

Cli = Callable[..., tuple[int, str, str]]

TODAY = date.today()
LAST = TODAY + timedelta(days=90)
IT = ("--scenario", "attack", "--client", "posture")
ANSWERS = ("--reason", "Retired soon", "--owner", "Jane")
PAIR = Pair("posture", "attack")


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    def call(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["codejack", "baseline", *map(str, arguments)])
        monkeypatch.setenv("COLUMNS", "200")
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return call


@pytest.fixture
def target(tmp_path: Path) -> Path:
    path = tmp_path / "demo.idp.toml"
    path.write_text("")
    return path


@pytest.fixture
def found(tmp_path: Path) -> Path:
    return folder_of(tmp_path / "found", token_theft(), "demo.idp.toml")


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    return folder_of(tmp_path / "clean", token_refusal(), "demo.idp.toml")


def kept(target: Path) -> Baseline:
    return read_baseline(target.with_name("demo.baseline.toml"))


@pytest.mark.parametrize("which", [IT, ("--all",)])
def test_a_finding_is_accepted_with_who_answers_for_it(
    cli: Cli, target: Path, found: Path, which: tuple[str, ...]
) -> None:
    status, out, _ = cli("add", target, "--run", found, *which, *ANSWERS, "--expires", LAST)

    assert status == 0
    assert out == f"accepted until {LAST}: attack as posture\n"
    (accepted,) = kept(target).accepted
    assert accepted.pair == PAIR
    assert (accepted.reason, accepted.owner) == ("Retired soon", "Jane")
    assert (accepted.expires, accepted.added) == (LAST, TODAY)
    assert kept(target).covered == {PAIR}


def test_all_leaves_alone_what_somebody_answers_for(cli: Cli, target: Path, found: Path) -> None:
    cli("add", target, "--run", found, *IT, *ANSWERS, "--expires", LAST)
    before = kept(target)

    status, out, _ = cli(
        "add", target, "--run", found, "--all", "--reason", "x", "--owner", "y", "--expires", LAST
    )

    assert status == 0
    assert "no finding" in out
    assert kept(target) == before


def test_what_is_accepted_again_is_renewed(cli: Cli, target: Path, found: Path) -> None:
    cli("add", target, "--run", found, *IT, *ANSWERS, "--expires", LAST)
    cli("add", target, "--run", found, *IT, *ANSWERS, "--expires", LAST + timedelta(days=1))

    assert [each.expires for each in kept(target).accepted] == [LAST + timedelta(days=1)]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((*IT, *ANSWERS, "--expires", TODAY - timedelta(days=1), "--force"), "is past"),
        ((*IT, *ANSWERS, "--expires", TODAY + timedelta(days=400)), "more than a year ahead"),
        ((*IT, *ANSWERS, "--expires", "soon"), "soon"),
        ((*IT, "--reason", " ", "--owner", "Jane", "--expires", LAST), "must say something"),
        ((*ANSWERS, "--expires", LAST), "or --all"),
        (("--all", *IT, *ANSWERS, "--expires", LAST), "or --all"),
        (("--scenario", "attack", *ANSWERS, "--expires", LAST), "or --all"),
        (
            ("--scenario", "other", "--client", "posture", *ANSWERS, "--expires", LAST),
            "no finding of this run",
        ),
    ],
)
def test_what_cannot_be_accepted_is_a_usage_error_and_changes_nothing(
    cli: Cli, target: Path, found: Path, arguments: tuple[object, ...], said: str
) -> None:
    status, _, err = cli("add", target, "--run", found, *arguments)

    assert status == 4
    assert said in err
    assert kept(target) == Baseline()


def test_who_insists_may_accept_for_longer(cli: Cli, target: Path, found: Path) -> None:
    later = TODAY + timedelta(days=400)

    assert cli("add", target, "--run", found, *IT, *ANSWERS, "--expires", later, "--force")[0] == 0
    assert kept(target).accepted[0].expires == later


def test_what_was_blocked_cannot_be_accepted(cli: Cli, target: Path, clean: Path) -> None:
    status, _, err = cli("add", target, "--run", clean, *IT, *ANSWERS, "--expires", LAST)

    assert status == 4
    assert "ATTACK_BLOCKED" in err


def test_a_run_of_another_target_is_refused(cli: Cli, tmp_path: Path, found: Path) -> None:
    other = tmp_path / "other.idp.toml"
    other.write_text("")

    status, _, err = cli("update", other, "--run", found)

    assert status == 4
    assert "not other.idp.toml" in err


def test_update_remembers_what_was_decided(cli: Cli, target: Path, clean: Path) -> None:
    assert cli("update", target, "--run", clean)[1] == "1 more decided, 1 in all.\n"
    assert cli("update", target, "--run", clean)[1] == "0 more decided, 1 in all.\n"
    assert kept(target) == Baseline(covered=frozenset({PAIR}))


def test_what_is_no_longer_accepted_still_has_to_be_played(
    cli: Cli, target: Path, found: Path
) -> None:
    cli("add", target, "--run", found, *IT, *ANSWERS, "--expires", LAST)

    assert cli("remove", target, *IT)[0] == 0
    assert kept(target) == Baseline(covered=frozenset({PAIR}))
    assert cli("remove", target, *IT)[0] == 4


@pytest.mark.parametrize("which", [IT, IT[:2], IT[2:]])
def test_what_is_forgotten_is_waited_for_no_more(
    cli: Cli, target: Path, found: Path, which: tuple[str, ...]
) -> None:
    cli("add", target, "--run", found, *IT, *ANSWERS, "--expires", LAST)

    assert cli("forget", target, *which)[0] == 0
    assert kept(target) == Baseline()
    assert cli("forget", target, *which)[0] == 4
    assert cli("forget", target)[0] == 4


def test_list_shows_who_answers_until_when_and_what_has_expired(cli: Cli, target: Path) -> None:
    path = target.with_name("demo.baseline.toml")
    path.write_text(
        '[covered]\nweb = ["csrf"]\n\n[[accepted]]\nscenario = "stolen-code"\nclient = "web"\n'
        'reason = "[bold]\\u001b[2J"\nowner = "Jane"\nexpires = 2020-01-01\nadded = 2019-12-01\n'
    )

    status, out, _ = cli("list", target)
    assert status == 0
    assert "2020-01-01 (expired)" in out
    assert "[bold]␛[2J" in out
    assert "1 accepted, 1 decided before" in out

    status, out, _ = cli("list", target, "--json")
    assert status == 0
    assert "\x1b" not in out
    answer = json.loads(out)
    assert answer["baseline"] == str(path)
    assert answer["accepted"][0]["expired"] is True
    assert answer["covered"] == {"web": ["csrf"]}


def test_a_bad_baseline_is_a_usage_error_with_its_line(cli: Cli, target: Path) -> None:
    target.with_name("demo.baseline.toml").write_text("\n\nmaybe = 1\n")

    status, _, err = cli("list", target)

    assert status == 4
    assert "demo.baseline.toml:3:" in "".join(err.split("│"))


@pytest.mark.parametrize("name", ["absent.idp.toml", "demo.baseline.toml"])
def test_without_a_target_file_there_is_no_baseline(cli: Cli, target: Path, name: str) -> None:
    status, _, err = cli("list", target.with_name(name))

    assert status == 4
    assert "is no target file" in err


def test_a_folder_that_cannot_be_written_to_is_told(cli: Cli, target: Path, clean: Path) -> None:
    target.with_name(".demo.baseline.toml.part").mkdir()

    status, _, err = cli("update", target, "--run", clean)

    assert status == 3
    assert "cannot be written" in err

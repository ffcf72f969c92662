"""``pytest FILE`` for real: at a server that is not ours to it, and at two that others wrote."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from reports.records import PlayFinished, PlayStarted
from reports.runlog import read_log
from scenarios.stage.caretaker import Caretaker
from tests.scenarios.foreign import ALICE, LIKE_OTHERS, MALLORY, WEB, Foreign, foreign
from victim.lab.catalogue import SERVERS
from victim.lab.lab import Lab

pytest_plugins = ["pytester"]
pytestmark = [pytest.mark.stage, pytest.mark.usefixtures("browser")]

CHOSEN = "short-verifier[ or wrong-verifier[spa]"
ACCEPTED = """\
[[accepted]]
scenario = "short-verifier"
client = "spa"
reason = "we know"
owner = "Jane"
expires = 2999-01-01
added = 2026-01-01
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Foreign]:
    """One with a single flaw."""
    flawed = replace(LIKE_OTHERS, short_verifier_accepted=True)
    with foreign(tmp_path_factory.mktemp("server"), flawed) as running:
        yield running


def outcomes(result: pytest.RunResult) -> dict[str, int]:
    return {kind: n for kind, n in result.parseoutcomes().items() if kind != "deselected"}


def reports(result: pytest.RunResult) -> list[str]:
    return re.findall(r"reports/runs/\S+/report.html", result.stdout.str())


def spans(log: Path) -> Iterator[tuple[str, str]]:
    """When each play of a run began and ended."""
    stored = read_log(log)
    ends = {each.play: each.at for each in stored.of(PlayFinished)}
    return ((each.at, ends[each.play]) for each in stored.of(PlayStarted))


def test_a_flaw_fails_where_it_is_and_nowhere_else(
    pytester: pytest.Pytester, server: Foreign
) -> None:
    result = pytester.runpytest_subprocess(server.target, "-k", CHOSEN)

    assert outcomes(result) == {"failed": 2, "passed": 1}
    result.stdout.fnmatch_lines(
        ["finding: The thief redeemed *", "  log: reports/runs/*/run.jsonl"]
    )
    (report,) = reports(result)
    text = (pytester.path / report).read_text()
    assert "short-verifier" in text
    assert "never played" not in text


def test_workers_share_the_attacks_and_do_not_disturb_each_other(
    pytester: pytest.Pytester, server: Foreign
) -> None:
    result = pytester.runpytest_subprocess(server.target, "-n", "2", "-k", CHOSEN)

    assert outcomes(result) == {"failed": 2, "passed": 1}
    assert len(reports(result)) == 2
    logs = list(pytester.path.glob("reports/runs/**/run.jsonl"))
    assert len(logs) == 6  # two of honest logins each
    ordered = sorted(span for log in logs for span in spans(log))
    assert all(ended <= began for (_, ended), (began, _) in pairwise(ordered))


def test_what_is_accepted_passes_and_no_secret_is_shown(
    pytester: pytest.Pytester, server: Foreign
) -> None:
    baseline = server.target.parent / "demo.baseline.toml"
    baseline.write_text(ACCEPTED)
    options = ("-l", "-rA", "-o", "log_cli=true", "--log-level=DEBUG", "--log-file=pytest.log")

    result = pytester.runpytest_subprocess(server.target, "-k", "short-verifier[", *options)

    baseline.unlink()
    assert outcomes(result) == {"failed": 1, "passed": 1}
    shown = result.stdout.str() + result.stderr.str() + (pytester.path / "pytest.log").read_text()
    for secret in (ALICE.password, MALLORY.password, WEB.secret or "", "code=", "eyJ"):
        assert secret not in shown


def test_a_user_who_does_not_get_in_is_an_error_for_every_attack(
    pytester: pytest.Pytester, server: Foreign
) -> None:
    password = server.target.parent / "secrets" / "alice"
    password.write_text("not the password")

    result = pytester.runpytest_subprocess(server.target, "-k", CHOSEN)

    password.write_text(ALICE.password)
    assert outcomes(result) == {"errors": 3}
    result.stdout.fnmatch_lines(["the victim cannot sign in at client spa: *"])


def test_a_secret_in_the_folder_of_a_run_is_an_error(
    pytester: pytest.Pytester, server: Foreign
) -> None:
    pytester.makepyfile(
        careless=f"""
        from pathlib import Path

        def pytest_runtest_call(item):
            (run,) = Path("reports/runs").iterdir()
            (run / "note.txt").write_text({ALICE.password!r})
        """
    )

    options = ("-p", "careless", "-k", "wrong-verifier[spa]")
    result = pytester.runpytest_subprocess(server.target, *options)

    assert outcomes(result) == {"passed": 1, "errors": 1}
    result.stdout.fnmatch_lines(["Do not share reports/runs/*:", "*note.txt, byte 0: password#*"])


@pytest.mark.idps
@pytest.mark.timeout(600)
def test_a_published_flaw_fails_where_it_is_and_passes_where_it_is_mended(
    pytester: pytest.Pytester, tmp_path: Path
) -> None:
    lab, found = Lab(states=tmp_path / "lab"), {}
    with Caretaker() as caretaker, pytest.MonkeyPatch.context() as patch:
        for name, value in caretaker.environment().items():
            patch.setenv(name, value)
        for name in ("node-oauth-5.2.1", "node-oauth-5.3.0"):
            with lab.running(SERVERS[name]) as target:
                result = pytester.runpytest_subprocess(target, "-k", "short-verifier[")
                found[name] = outcomes(result)

    assert found == {"node-oauth-5.2.1": {"failed": 3}, "node-oauth-5.3.0": {"passed": 3}}

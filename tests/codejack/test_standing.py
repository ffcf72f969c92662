"""``pytest FILE`` on real servers: one with a published flaw, and the one that mends it."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from scenarios.stage.caretaker import Caretaker
from victim.lab.catalogue import SERVERS
from victim.lab.lab import Lab

pytest_plugins = ["pytester"]
pytestmark = [pytest.mark.idps, pytest.mark.timeout(600)]

VULNERABLE, FIXED = "node-oauth-5.2.1", "node-oauth-5.3.0"

CHOSEN = "short-verifier[ or wrong-verifier[public]"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Path]]:
    """Start a server; the folder with its target file."""
    servers = Lab(states=tmp_path_factory.mktemp("lab"))
    with Caretaker() as caretaker, pytest.MonkeyPatch.context() as patch, ExitStack() as running:
        for name, value in caretaker.environment().items():
            patch.setenv(name, value)
        yield lambda name: running.enter_context(servers.running(SERVERS[name])).parent


@pytest.fixture(scope="module")
def vulnerable(lab: Callable[[str], Path]) -> Path:
    return lab(VULNERABLE)


@pytest.fixture(scope="module")
def fixed(lab: Callable[[str], Path]) -> Path:
    return lab(FIXED)


def outcomes(result: pytest.RunResult) -> dict[str, int]:
    return {kind: n for kind, n in result.parseoutcomes().items() if kind != "deselected"}


def test_a_flaw_fails_where_it_is_and_nowhere_else(
    pytester: pytest.Pytester, vulnerable: Path, fixed: Path
) -> None:
    found = pytester.runpytest_subprocess(vulnerable, "-k", CHOSEN)
    mended = pytester.runpytest_subprocess(fixed, "-k", CHOSEN)

    assert outcomes(found) == {"failed": 3, "passed": 1}
    assert outcomes(mended) == {"passed": 4}
    found.stdout.fnmatch_lines(["finding: The thief redeemed *", "  log: reports/runs/*/run.jsonl"])
    report = re.search(r"reports/runs/\S+/report.html", found.stdout.str())
    assert report is not None
    assert "short-verifier" in (pytester.path / report[0]).read_text()


def test_workers_share_the_attacks_and_do_not_disturb_each_other(
    pytester: pytest.Pytester, vulnerable: Path
) -> None:
    result = pytester.runpytest_subprocess(vulnerable, "-n", "2", "-k", CHOSEN)

    assert outcomes(result) == {"failed": 3, "passed": 1}
    assert len(re.findall(r"reports/runs/\S+/report.html", result.stdout.str())) == 2


def test_what_is_accepted_passes_and_no_secret_is_shown(
    pytester: pytest.Pytester, vulnerable: Path
) -> None:
    (vulnerable / f"{VULNERABLE}.baseline.toml").write_text(
        '[[accepted]]\nscenario = "short-verifier"\nclient = "public"\nreason = "we know"\n'
        'owner = "Jane"\nexpires = 2999-01-01\nadded = 2026-01-01\n'
    )
    chosen = "short-verifier[public] or short-verifier[confidential]"
    options = ("-l", "-rA", "-o", "log_cli=true", "--log-level=DEBUG", "--log-file=pytest.log")

    result = pytester.runpytest_subprocess(vulnerable, "-k", chosen, *options)

    assert outcomes(result) == {"failed": 1, "passed": 1}
    shown = result.stdout.str() + result.stderr.str() + (pytester.path / "pytest.log").read_text()
    for secret in (vulnerable / "secrets").iterdir():
        assert secret.read_text().strip() not in shown
    assert "code=" not in shown


def test_a_user_who_does_not_get_in_is_an_error_for_every_attack(
    pytester: pytest.Pytester, fixed: Path
) -> None:
    text = (fixed / f"{FIXED}.idp.toml").read_text()
    folder = pytester.mkdir("elsewhere")
    (folder / "demo.idp.toml").write_text(text.replace("secrets/", f"{fixed}/secrets/"))
    victim = re.search(r"\[accounts.victim\].*?file = \"(.*?)\"", text, re.DOTALL)
    assert victim is not None
    wrong = folder / "wrong"
    wrong.write_text("not the password")
    wrong.chmod(0o600)
    path = folder / "demo.idp.toml"
    path.write_text(path.read_text().replace(f"{fixed}/{victim[1]}", str(wrong), 1))

    result = pytester.runpytest_subprocess(path, "-k", CHOSEN)

    assert outcomes(result) == {"errors": 4}
    result.stdout.fnmatch_lines(["the victim cannot sign in at client public: *"])


def test_a_secret_in_the_folder_of_a_run_is_an_error(
    pytester: pytest.Pytester, fixed: Path
) -> None:
    pytester.makepyfile(
        careless=f"""
        from pathlib import Path

        def pytest_runtest_call(item):
            (run,) = Path("reports/runs").iterdir()
            (run / "note.txt").write_bytes(Path({str(fixed / "secrets/alice")!r}).read_bytes())
        """
    )

    chosen = "wrong-verifier[public]"
    result = pytester.runpytest_subprocess(fixed, "-p", "careless", "-k", chosen)

    assert outcomes(result) == {"passed": 1, "errors": 1}
    result.stdout.fnmatch_lines(["Do not share reports/runs/*:", "*note.txt, byte 0: password#*"])

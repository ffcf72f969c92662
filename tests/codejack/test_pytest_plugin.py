"""``pytest demo.idp.toml`` as a user meets it. What the server does is made up but in the last."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from codejack import pytest_items
from codejack.standing import LeakError, TroubleError
from reports.baseline.baseline import Pair
from reports.judgement.verdicts import Gate, Verdict
from reports.records import Observation
from scenarios.stage.courtesy import HadEnoughError
from scenarios.targets.discovery import DiscoveryError

pytest_plugins = ["pytester"]

FILE = "demo.idp.toml"
TARGET = """\
[provider]
issuer = "http://127.0.0.1:1"

[accounts.victim]
username = "alice"
password = { env = "NOWHERE_SET" }

[clients.web]
type = "confidential"
client_id = "demo-web"
secret = { env = "NOWHERE_SET" }
redirect_uris = ["https://app.example.com/callback"]

[clients.app]
type = "public"
client_id = "demo-app"
redirect_uris = ["https://app.example.com/app"]
"""
ACCEPTED = """\
[[accepted]]
scenario = "{scenario}"
client = "{client}"
reason = "we know"
owner = "Jane"
expires = 2999-01-01
added = 2026-01-01
"""

Observed = Callable[[Pair], Verdict]


@pytest.fixture
def target(pytester: pytest.Pytester) -> Path:
    path = pytester.path / FILE
    path.write_text(TARGET)
    return path


def verdict(pair: Pair, gate: Gate, observed: Observation, **more: object) -> Verdict:
    return Verdict(
        cell=f"{pair.scenario}/access-log/{pair.client}",
        scenario=pair.scenario,
        channel="access-log",
        posture=pair.client,
        observed=observed,
        expected=Observation.ATTACK_BLOCKED,
        gate=gate,
        reason="this is why",
        seconds=0.1,
        **more,  # type: ignore[arg-type]
    )


def blocked(pair: Pair) -> Verdict:
    return verdict(pair, Gate.MET, Observation.ATTACK_BLOCKED)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Callable[[Observed], list[str]]:
    """Have attacks come out as given; what was done, in order, is in the list that is returned."""

    def pretend(observe: Observed) -> list[str]:
        done: list[str] = []

        @contextmanager
        def stand(path: Path, wanted: Collection[Pair], *_: object) -> Iterator[SimpleNamespace]:
            done.append(f"up for {len(wanted)}")
            run = SimpleNamespace(log="runs/1/run.jsonl", report="runs/1/report.html")

            def play(pair: Pair) -> Verdict:
                done.append("/".join(pair))
                return observe(pair)

            yield SimpleNamespace(verdict=play, run=run)
            done.append("down")

        monkeypatch.setattr(pytest_items, "stand", stand)
        return done

    return pretend


def fails_to_stand(error: Exception) -> Callable[..., object]:
    @contextmanager
    def stand(*_: object) -> Iterator[None]:
        raise error
        yield

    return stand


def test_collecting_dials_nothing_and_needs_no_secret(
    pytester: pytest.Pytester, target: Path
) -> None:
    result = pytester.runpytest("--co", "-q", "--strict-markers", target)

    assert result.ret == 0
    result.stdout.fnmatch_lines([f"{FILE}::secret-left-out[[]web[]]"])
    result.stdout.fnmatch_lines([f"{FILE}::stolen-code[[]app[]]"])
    # About clients that have a secret; and without an account for the attacker.
    result.stdout.no_fnmatch_line("*secret-left-out[[]app[]]*")
    result.stdout.no_fnmatch_line("*forced-login*")


def test_a_folder_is_searched_and_markers_and_keywords_choose(
    pytester: pytest.Pytester, target: Path
) -> None:
    def chosen(*options: str) -> list[str]:
        lines = pytester.runpytest("--co", "-q", *options).stdout.lines
        return [line for line in lines if line.startswith(f"{FILE}::")]

    interception = chosen("-m", "interception")

    assert len(chosen("-m", "codejack")) > len(interception) > 1
    assert f"{FILE}::stolen-code[app]" in interception
    assert f"{FILE}::wrong-verifier[app]" not in interception
    assert chosen("-k", "stolen-code[app]") == [f"{FILE}::stolen-code[app]"]
    assert not chosen("-m", "somebody_elses")


def test_a_file_that_is_wrong_is_an_error_with_its_line(
    pytester: pytest.Pytester, target: Path
) -> None:
    target.write_text(TARGET.replace('client_id = "demo-app"', 'klient_id = "demo-app"'))

    result = pytester.runpytest(FILE)

    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"{FILE}:16: *klient_id*"])
    result.stdout.no_fnmatch_line("*Traceback*")


def test_a_baseline_that_is_wrong_is_an_error_with_its_line(
    pytester: pytest.Pytester, target: Path
) -> None:
    (pytester.path / "demo.baseline.toml").write_text("\nacepted = []\n")

    result = pytester.runpytest(FILE)

    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(["demo.baseline.toml:2: *acepted*"])


def test_whoever_collects_no_target_file_pays_nothing(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import sys
        def test_it():
            heavy = {"playwright", "mitmproxy", "msgspec", "httpx", "codejack.standing"}
            assert "codejack.pytest_plugin" in sys.modules
            assert not heavy & sys.modules.keys()
        """
    )

    pytester.runpytest_subprocess("-p", "no:anyio").assert_outcomes(passed=1)


def test_a_blocked_attack_passes_and_the_report_is_named(
    pytester: pytest.Pytester, target: Path, server: Callable[[Observed], list[str]]
) -> None:
    done = server(blocked)

    result = pytester.runpytest(FILE, "-k", "stolen-code[app] or wrong-verifier[app]")

    result.assert_outcomes(passed=2, deselected=result.parseoutcomes()["deselected"])
    assert done == ["up for 2", "app/stolen-code", "app/wrong-verifier", "down"]
    result.stdout.fnmatch_lines(["codejack: demo.idp.toml: http://127.0.0.1:1, held to rfc9700"])
    result.stdout.fnmatch_lines(["demo.idp.toml: *: runs/1/report.html"])


def test_a_finding_fails_and_says_what_to_do(
    pytester: pytest.Pytester, target: Path, server: Callable[[Observed], list[str]]
) -> None:
    server(lambda pair: verdict(pair, Gate.VIOLATED, Observation.ATTACK_SUCCEEDED))

    result = pytester.runpytest(FILE, "-k", "stolen-code[app]")

    assert result.parseoutcomes()["failed"] == 1
    result.stdout.fnmatch_lines(
        [
            "*stolen-code[[]app[]]*",
            "finding: this is why",
            "  what should hold: A stolen authorization code cannot be redeemed",
            "  remedy: *",
            "  rests on: RFC *",
            "  log: runs/1/run.jsonl",
        ]
    )
    result.stdout.no_fnmatch_line("*pytest_items.py*")


def test_what_is_undecided_is_an_error_and_never_passes(
    pytester: pytest.Pytester, target: Path, server: Callable[[Observed], list[str]]
) -> None:
    server(lambda p: verdict(p, Gate.UNDECIDED, Observation.INCONCLUSIVE, settle="Run it again."))

    result = pytester.runpytest(FILE, "-k", "stolen-code[app]")

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert "passed" not in result.parseoutcomes()
    assert result.parseoutcomes()["errors"] == 1
    result.stdout.fnmatch_lines(["undecided: this is why", "  to settle it: Run it again."])


def test_what_the_baseline_counts_on_in_vain_fails(
    pytester: pytest.Pytester, target: Path, server: Callable[[Observed], list[str]]
) -> None:
    server(lambda pair: verdict(pair, Gate.STALE, Observation.ATTACK_BLOCKED))

    result = pytester.runpytest(FILE, "-k", "stolen-code[app]")

    assert result.parseoutcomes()["failed"] == 1
    result.stdout.fnmatch_lines(["stale: this is why"])


def test_what_only_the_server_rules_out_is_skipped_with_its_reason(
    pytester: pytest.Pytester, target: Path, server: Callable[[Observed], list[str]]
) -> None:
    server(lambda pair: verdict(pair, Gate.MET, Observation.NOT_APPLICABLE))

    result = pytester.runpytest(FILE, "-rs", "-k", "stolen-code[app]")

    assert result.parseoutcomes()["skipped"] == 1
    result.stdout.fnmatch_lines([f"SKIPPED*{FILE}:14: this is why"])


def test_the_stage_is_cleared_and_the_report_written_when_the_first_finding_ends_it(
    pytester: pytest.Pytester, target: Path, server: Callable[[Observed], list[str]]
) -> None:
    done = server(lambda pair: verdict(pair, Gate.VIOLATED, Observation.ATTACK_SUCCEEDED))

    result = pytester.runpytest(FILE, "-x", "-k", "stolen-code[ or wrong-verifier[")

    assert done == ["up for 4", "web/stolen-code", "down"]
    result.stdout.fnmatch_lines(["demo.idp.toml: *: runs/1/report.html"])


def test_each_target_file_has_its_own_stage_and_only_one_stands_at_a_time(
    pytester: pytest.Pytester, target: Path, server: Callable[[Observed], list[str]]
) -> None:
    (pytester.path / f"second.{FILE}").write_text(TARGET)
    done = server(blocked)

    result = pytester.runpytest("-k", "stolen-code[app]")

    assert result.parseoutcomes()["passed"] == 2
    assert done == ["up for 1", "app/stolen-code", "down"] * 2


def test_notes_such_as_an_acceptance_are_in_the_xml(
    pytester: pytest.Pytester, target: Path, server: Callable[[Observed], list[str]]
) -> None:
    notes = ("accepted until 2999-01-01 by Jane: we know",)
    server(lambda p: verdict(p, Gate.MET, Observation.ATTACK_SUCCEEDED, notes=notes))

    pytester.runpytest(FILE, "-k", "stolen-code[app]", "--junitxml=junit.xml")

    assert f'value="{notes[0]}"' in (pytester.path / "junit.xml").read_text()


@pytest.mark.parametrize(
    ("scenario", "client"), [("gone", "web"), ("stolen-code", "gone"), ("secret-left-out", "app")]
)
def test_what_was_accepted_and_does_not_run_any_more_fails(
    pytester: pytest.Pytester, target: Path, scenario: str, client: str
) -> None:
    baseline = ACCEPTED.format(scenario=scenario, client=client)
    (pytester.path / "demo.baseline.toml").write_text(baseline)

    result = pytester.runpytest(FILE, "-k", f"{scenario}[{client}]")

    assert result.parseoutcomes()["failed"] == 1
    result.stdout.fnmatch_lines(["stale: The scenario stopped running: *"])


def test_a_client_whose_users_do_not_get_in_is_an_error_for_each_of_its_attacks(
    pytester: pytest.Pytester, target: Path, server: Callable[[Observed], list[str]]
) -> None:
    def observe(pair: Pair) -> Verdict:
        if pair.client == "app":
            raise TroubleError("the victim cannot sign in at client app: no form")
        return blocked(pair)

    server(observe)

    result = pytester.runpytest(FILE, "-k", "stolen-code[ or wrong-verifier[")

    assert result.parseoutcomes() == {"passed": 2, "errors": 2} | {
        "deselected": result.parseoutcomes()["deselected"]
    }
    result.stdout.fnmatch_lines(
        [f"the victim cannot sign in at client app: no form. codejack doctor {FILE} *"]
    )


def test_a_server_that_is_down_is_asked_once_and_an_error_for_all(
    pytester: pytest.Pytester, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = DiscoveryError("http://127.0.0.1:1 cannot be reached. Is the server up?")
    monkeypatch.setattr(pytest_items, "stand", fails_to_stand(error))

    result = pytester.runpytest(FILE, "-k", "stolen-code[ or wrong-verifier[")

    assert result.parseoutcomes()["errors"] == 4
    result.stdout.fnmatch_lines(["http://127.0.0.1:1 cannot be reached. Is the server up?"])


def test_a_server_that_has_had_enough_is_an_error_with_the_reason(
    pytester: pytest.Pytester, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = ExceptionGroup("lanes", [HadEnoughError("the server has answered 429")])
    monkeypatch.setattr(pytest_items, "stand", fails_to_stand(error))

    result = pytester.runpytest(FILE, "-k", "stolen-code[")

    assert result.parseoutcomes()["errors"] == 2
    result.stdout.fnmatch_lines(["the server has answered 429"])


def test_an_error_that_nobody_foresaw_shows_its_kind_and_no_value(
    pytester: pytest.Pytester, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = RuntimeError("GET https://app.example.com/callback?code=s3cret")
    monkeypatch.setattr(pytest_items, "stand", fails_to_stand(error))

    result = pytester.runpytest(FILE, "-l", "-k", "stolen-code[app]")

    assert result.parseoutcomes()["errors"] == 1
    result.stdout.fnmatch_lines(["*RuntimeError*"])
    result.stdout.no_fnmatch_line("*s3cret*")


def test_a_secret_in_the_run_is_an_error_at_its_end(
    pytester: pytest.Pytester, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def stand(*_: object) -> Iterator[SimpleNamespace]:
        run = SimpleNamespace(log="runs/1/run.jsonl", report="runs/1/report.html")
        yield SimpleNamespace(verdict=blocked, run=run)
        raise LeakError("Do not share runs/1:\nruns/1/run.jsonl, byte 7: code#1 (plain)")

    monkeypatch.setattr(pytest_items, "stand", stand)

    result = pytester.runpytest(FILE, "-k", "stolen-code[app]")

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert result.parseoutcomes()["errors"] == 1
    result.stdout.fnmatch_lines(["Do not share runs/1:"])


def test_workers_of_xdist_find_the_same_attacks_and_tell_their_controller(
    pytester: pytest.Pytester, target: Path
) -> None:
    baseline = ACCEPTED.format(scenario="gone", client="web")
    (pytester.path / "demo.baseline.toml").write_text(baseline)
    pytester.makeconftest(
        """
        from codejack.pytest_plugin import TOLD

        def pytest_sessionstart(session):
            if hasattr(session.config, "workeroutput"):
                session.config.stash[TOLD].append("a line of a worker")
        """
    )

    result = pytester.runpytest_subprocess(FILE, "-n", "2", "-k", "gone")

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["a line of a worker", "a line of a worker"])

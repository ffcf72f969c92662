"""Target files as pytest sees them: an item for each scenario and client that applies."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from codejack.pytest_plugin import OUTPUT, TOLD
from codejack.standing import LeakError, Standing, TroubleError, stand
from codejack.verdict_text import verdict_text
from reports.baseline.baseline import Baseline, Pair
from reports.baseline.file import BaselineError, baseline_path, read_baseline
from reports.baseline.gate import Choice, hold_against
from reports.judgement.verdicts import Gate, Judgement, Verdict
from reports.page.visible import visible
from reports.records import Observation, PlannedCell
from reports.runlog import UnreadableLogError
from scenarios.assessment.foretold import foretold
from scenarios.registry import FAMILIES, all_scenarios
from scenarios.stage.browser import BrowserMissingError
from scenarios.stage.courtesy import HadEnoughError
from scenarios.targets.discovery import DiscoveryError
from scenarios.targets.problems import TargetFileError
from scenarios.targets.reading import TargetFile, read_target
from scenarios.targets.registration import RegistrationError

_SAY_THEMSELVES = (
    *(BaselineError, BrowserMissingError, DiscoveryError, HadEnoughError, LeakError),
    *(RegistrationError, TargetFileError, UnreadableLogError),
)
"""What is raised with a text for the user, in which nothing is secret."""


class Assessment(pytest.File):
    """A target file. Its stage is set for the first attack, and goes after the last."""

    title = ""
    _standing: Standing | None = None
    _failed = ""

    def collect(self) -> Iterator[pytest.Item]:
        """The attacks, client by client, and what the baseline knows and is no attack any more."""
        _register_families(self.config)
        try:
            target = read_target(self.shown_path)
            baseline = read_baseline(baseline_path(target.path))
        except (TargetFileError, BaselineError) as error:
            raise self.CollectError(str(error)) from None
        provider, policy = target.sections.provider, target.sections.policy
        self.title = visible(f"{target.path}: {provider.issuer}, held to {policy.hold_to}")
        self._stack = ExitStack()
        cells = {Pair(cell.posture, cell.scenario): cell for cell in foretold(target)}
        attacks = [
            _item(Attack, self, pair, target)
            for pair, cell in cells.items()
            if cell.expected is not Observation.NOT_APPLICABLE
        ]
        yield from attacks
        for pair in sorted(baseline.pairs - {each.pair for each in attacks}):
            item = _item(Stopped, self, pair, target)
            item.verdict = _stopped(baseline, pair, cells.get(pair))
            yield item

    @property
    def shown_path(self) -> Path:
        """As the user would name it."""
        here = self.config.invocation_params.dir
        return self.path.relative_to(here) if self.path.is_relative_to(here) else self.path

    @property
    def log(self) -> str:
        """Where the log of this process is."""
        return str(self._standing.run.log) if self._standing else ""

    def verdict(self, pair: Pair) -> Verdict:
        """Play an attack, and judge it. Fails, without a traceback, if that cannot be."""
        said = self._failed
        if not said:
            try:
                return self._stood().verdict(pair)
            except Exception as error:
                said = self._said(error)
        pytest.fail(said, pytrace=False)  # out here, or pytest shows the error that it came from

    def _stood(self) -> Standing:
        if self._standing is None:
            items = self.session.items
            wanted = {
                each.pair for each in items if isinstance(each, Attack) and each.parent is self
            }
            output = Path(self.config.getoption(OUTPUT))
            try:
                standing = stand(self.shown_path, wanted, output, self._tell)
                self._standing = self._stack.enter_context(standing)
            except Exception as error:
                self._failed = self._said(error)
                raise
        return self._standing

    def teardown(self) -> None:
        """Clear the stage, and write the report. Fails if a secret is in what was written."""
        standing, self._standing = self._standing, None
        if standing is None:
            return
        said = ""
        try:
            self._stack.close()
        except Exception as error:
            said = self._said(error)
        self._tell(f"report: {standing.run.report}")
        if said:
            pytest.fail(said, pytrace=False)

    def _tell(self, line: str) -> None:
        self.config.stash[TOLD].append(f"{self.title}: {visible(line)}")

    def _said(self, error: Exception) -> str:
        """For the user. The text of what nobody foresaw may hold live values."""
        while isinstance(error, ExceptionGroup):
            error = error.exceptions[0]
        closer = f"codejack doctor {self.shown_path} looks closer."
        if isinstance(error, TroubleError):
            return visible(f"{error}. {closer}")
        if isinstance(error, _SAY_THEMSELVES):
            return visible(str(error))
        if isinstance(error, OSError):
            return visible(f"{error.strerror}: {error.filename}")
        return f"codejack failed ({type(error).__name__}). {closer}"


class _Planned(pytest.Item):
    def __init__(self, *, pair: Pair, line: int, **more: Any) -> None:
        super().__init__(**more)
        self.pair, self._line = pair, line

    def reportinfo(self) -> tuple[Path, int, str]:
        """The client's place in the target file; lines are counted from 0 here."""
        return self.path, self._line - 1, self.name


class Attack(_Planned):
    """A scenario, played as a client of the target file.

    It is played while the item is set up, because what is not decided is an error, and no failure.
    """

    _verdict: Verdict

    def setup(self) -> None:
        """Play the attack; ends here if it does not apply after all, or nothing was decided."""
        self._verdict = verdict = self._assessment.verdict(self.pair)
        for note in verdict.notes:
            self.user_properties.append(("codejack", visible(note)))
        if verdict.gate is Gate.UNDECIDED:
            pytest.fail(verdict_text(verdict, self._assessment.log), pytrace=False)
        if verdict.gate is Gate.MET and verdict.observed is Observation.NOT_APPLICABLE:
            # The argument has pytest name the target file, and not this line.
            raise pytest.skip.Exception(visible(verdict.reason), _use_item_location=True)

    def runtest(self) -> None:
        """Fails for a finding, and for what the baseline counts on and is not so any more."""
        if self._verdict.gate is not Gate.MET:
            pytest.fail(verdict_text(self._verdict, self._assessment.log), pytrace=False)

    @property
    def _assessment(self) -> Assessment:
        assert isinstance(self.parent, Assessment)
        return self.parent


class Stopped(_Planned):
    """What the baseline counts on, and no attack decides any more."""

    verdict: Verdict

    def runtest(self) -> None:
        """Fails always."""
        pytest.fail(verdict_text(self.verdict), pytrace=False)


def _item[T: _Planned](kind: type[T], parent: Assessment, pair: Pair, target: TargetFile) -> T:
    line = target.line_of("clients", pair.client)
    item: T = kind.from_parent(parent, name=f"{pair.scenario}[{pair.client}]", pair=pair, line=line)
    item.add_marker("codejack")
    if known := all_scenarios().get(pair.scenario):
        item.add_marker(known.family)
    return item


def _stopped(baseline: Baseline, pair: Pair, cell: PlannedCell | None = None) -> Verdict:
    """What the baseline says of something that no run would play."""
    verdicts = (_not_applicable(cell),) if cell else ()
    choice = Choice(frozenset({pair.scenario}), frozenset({pair.client}))
    judgement = Judgement("", complete=True, verdicts=verdicts)
    (verdict,) = hold_against(judgement, baseline, date.today(), choice).verdicts
    return verdict


def _not_applicable(cell: PlannedCell) -> Verdict:
    return Verdict(
        cell=cell.id,
        scenario=cell.scenario,
        channel=cell.channel,
        posture=cell.posture,
        observed=cell.expected,
        expected=cell.expected,
        gate=Gate.MET,
        reason=cell.why,
        seconds=0.0,
    )


def _register_families(config: pytest.Config) -> None:
    known = config.getini("markers")
    for family in FAMILIES:
        line = f"{family}: attacks of this family of codejack's"
        if line not in known:
            config.addinivalue_line("markers", line)

"""An assessment whose attacks are played when somebody asks: its stage stands in the background."""

import logging
from collections.abc import Awaitable, Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from pathlib import Path

from anyio.from_thread import BlockingPortal, start_blocking_portal
from msgspec import structs

from codejack.known import Known, clean_up, known_target
from reports.baseline.baseline import Baseline, Pair
from reports.baseline.file import baseline_path, read_baseline
from reports.baseline.gate import Choice, hold_against
from reports.judgement.judge import judge
from reports.judgement.verdicts import Judgement, Verdict
from reports.publish import write_outputs
from reports.records import Observation, PlannedCell
from reports.redaction.leakgate import UnreadableArtefactError, find_leaks
from reports.runlog import StoredRun, read_log, read_on
from scenarios.assessment.honest_logins import Preflight
from scenarios.assessment.on_request import OnRequest, on_request
from scenarios.assessment.planning import assessed, assessment_plan, candidates
from scenarios.assessment.preflight import informed
from scenarios.assessment.questions import look_closely
from scenarios.assessment.standards import STANDARDS
from scenarios.planning import Plan
from scenarios.registry import Scenario
from scenarios.runner import Run, gathered, new_run
from scenarios.stage.browser import provide_browser
from scenarios.stage.options import StageOptions
from victim.lab.lab import cache_folder
from victim.lab.workshop import locked

Tell = Callable[[str], None]
"""Takes a line for the user."""

_NOTHING_MORE = Choice(frozenset(), frozenset())
"""What the user has not asked for is not missing."""


class TroubleError(Exception):
    """A client cannot be attacked, since not even its honest users get in."""


class LeakError(Exception):
    """A secret has got into what a run has written; each line says where."""


@dataclass
class Standing:
    """A target under attack, for one thread in which no event loop runs. Made by :func:`stand`."""

    run: Run
    known: Known
    looked: Preflight
    plan: Plan
    baseline: Baseline
    _portal: BlockingPortal
    _requests: OnRequest
    _stored: StoredRun
    _asked: dict[str, PlannedCell] = field(default_factory=dict)

    def verdict(self, pair: Pair) -> Verdict:
        """Play a scenario as a client, and judge it. Raises :class:`TroubleError`."""
        if trouble := self.looked.trouble_at(pair.client):
            raise TroubleError(trouble)
        (cell,) = (c for c in self.plan.cells if (c.posture, c.scenario) == pair)
        self._asked[cell.id] = cell
        if cell.expected is not Observation.NOT_APPLICABLE:
            with _undisturbed(self.known):
                _wait(self._portal, self._requests.play, cell.id)
        (verdict,) = self._judged(cell).verdicts
        if verdict.observed is Observation.INCONCLUSIVE:
            self._requests.doubt()
        return verdict

    def publish(self) -> None:
        """Write the report, and all else that is made of a run, on what was asked for."""
        if self._asked:
            judgement = self._judged(*self._asked.values())
            write_outputs(self._about(*self._asked.values()), judgement, self.run.folder)

    def _judged(self, *cells: PlannedCell) -> Judgement:
        self._stored = read_on(self._stored)
        return hold_against(judge(self._about(*cells)), self.baseline, date.today(), _NOTHING_MORE)

    def _about(self, *cells: PlannedCell) -> StoredRun:
        """The run as if nothing else had been planned."""
        return replace(self._stored, started=structs.replace(self._stored.started, plan=cells))


@contextmanager
def stand(path: Path, wanted: Collection[Pair], output: Path, tell: Tell) -> Iterator[Standing]:
    """Look first, and be ready to play ``wanted``; on leaving, write what has come of it.

    Raises what :func:`codejack.assessing.known_target` raises, ``OSError``,
    :class:`reports.baseline.file.BaselineError`,
    :class:`scenarios.stage.browser.BrowserMissingError` and, at the end, :class:`LeakError`.
    """
    options = StageOptions(provide_browser(tell), port=0)
    baseline = read_baseline(baseline_path(path))
    run = new_run(output)
    with ExitStack() as stack:
        stack.enter_context(_silence())
        known = known_target(path)
        stack.callback(_leave, known, tell)
        run.folder.mkdir(parents=True)
        portal = stack.enter_context(start_blocking_portal())
        used = {pair.scenario for pair in wanted}
        scenarios = [each for each in assessed() if each.id in used]
        clients = {pair.client for pair in wanted}
        looking = run.folder, known.site, clients, scenarios, options, _unheard
        with _undisturbed(known):
            looked = _wait(portal, look_closely, *looking)
        stack.callback(_refuse_leaks, run, looked)
        plan = _planned(known, looked, wanted, scenarios)
        site = informed(known.site, looked)
        with ExitStack() as up:
            gathering = gathered(run, plan, scenarios, options, _unheard, site)
            company = up.enter_context(portal.wrap_async_context_manager(gathering))
            ready = on_request(company, plan)
            requests = up.enter_context(portal.wrap_async_context_manager(ready))
            stored = read_log(run.log)
            standing = Standing(run, known, looked, plan, baseline, portal, requests, stored)
            yield standing
        standing.publish()


def _planned(
    known: Known, looked: Preflight, wanted: Collection[Pair], scenarios: Collection[Scenario]
) -> Plan:
    policy = known.target.sections.policy
    held = candidates(known.site, looked, STANDARDS[policy.hold_to], policy.tolerate)
    plan = assessment_plan(scenarios, held)
    ids = {
        cell.id
        for cell in plan.cells
        if Pair(cell.posture, cell.scenario) in wanted and not looked.trouble_at(cell.posture)
    }
    return plan.limited_to(ids)


@contextmanager
def _undisturbed(known: Known) -> Iterator[None]:
    """Nobody else on this machine plays at the server meanwhile: the accounts are the same.

    A login in between may end a code that was issued before, and that would look like a defence.
    """
    issuer = known.site.server.provider.issuer
    with locked(cache_folder() / "locks" / sha256(issuer.encode()).hexdigest()):
        yield


def _wait[**P, T](
    portal: BlockingPortal, work: Callable[P, Awaitable[T]], *args: P.args, **_: P.kwargs
) -> T:
    future = portal.start_task_soon(work, *args)
    try:
        return future.result()
    except BaseException:  # Ctrl-C, or a time limit: what still goes on is of no use
        future.cancel()
        raise


@contextmanager
def _silence() -> Iterator[None]:
    """No log records of libraries: they name addresses with live codes, and pytest shows them."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)


def _refuse_leaks(run: Run, looked: Preflight) -> None:
    vault = run.vault.together_with(each.vault for each in looked.runs)
    try:
        leaks = [str(leak) for leak in find_leaks([run.folder], vault)]
    except UnreadableArtefactError as error:
        leaks = [f"the leak gate could not read {error}"]
    if leaks:
        raise LeakError("\n".join([f"Do not share {run.folder}:", *leaks]))


def _leave(known: Known, tell: Tell) -> None:
    for left in clean_up(known):
        tell(left)


def _unheard(record: object) -> None:
    """Nobody follows; the log has it all."""

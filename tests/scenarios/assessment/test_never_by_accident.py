"""Never green, and never a finding, by accident: a server that is not ours fails in every way.

It works well while everybody signs in honestly first, and fails while it is attacked. What it
answers then looks, in part, like a refusal or like a theft.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from attacker import loot
from reports.judgement.judge import judge
from reports.judgement.verdicts import Judgement
from reports.records import Observation, PlayStarted, Record
from reports.runlog import read_log
from scenarios import performance
from scenarios.assessment.honest_logins import Preflight
from scenarios.assessment.planning import assessed, assessment_plan, candidates
from scenarios.assessment.preflight import informed, look_first
from scenarios.assessment.standards import STANDARDS
from scenarios.real import RealSite
from scenarios.runner import new_run, perform
from scenarios.stage import network
from scenarios.stage.browser import Browser
from scenarios.stage.courtesy import HadEnoughError
from scenarios.stage.options import StageOptions
from tests.scenarios.faults import AT_TOKEN_ENDPOINT, AT_USERINFO, REFUSAL, Silence, Trouble
from tests.scenarios.foreign import LIKE_OTHERS, foreign
from victim import user

pytestmark = [pytest.mark.stage, pytest.mark.timeout(600)]

CLAIMS = frozenset({Observation.ATTACK_SUCCEEDED, Observation.ATTACK_BLOCKED})
ATTACKS = frozenset(
    {
        "stolen-code",
        "replayed-code",
        "request-without-challenge",
        "redirect-foreign-host",
        "code-without-redirect-uri",
        "injected-code",
        "reused-refresh-token",
        "secret-made-up",
        "own-flow",
    }
)
"""One of each kind: by what refuses it, by who asks for the token, by what would be stolen."""

WEAK = replace(
    LIKE_OTHERS,
    pkce_optional=True,
    code_reusable=True,
    redirect_unchecked=True,
    refresh_token_not_rotated=True,
    refresh_token_reuse_undetected=True,
    secret_not_checked=True,
    verifier_optional_at_token=True,
    consent_skipped=True,
)
"""A server at which most of that succeeds, unless something fails."""


@dataclass
class Failing:
    """An endpoint that answers with one trouble after the other.

    With ``attacks_only`` the honest logins work, and with ``thief_only`` the client does in
    attacks, too: it says for which play it asks, and whoever does not is the thief. ``cells`` are
    those that a trouble has met.
    """

    endpoint: str
    troubles: tuple[Trouble, ...]
    attacks_only: bool = True
    thief_only: bool = False
    cells: Counter[str] = field(default_factory=Counter)
    _play: PlayStarted | None = None

    def hear(self, record: Record) -> None:
        if isinstance(record, PlayStarted):
            self._play = record

    def next_for(self, scope: Scope) -> Trouble | None:
        play = self._play
        if play is None or not scope["path"].endswith(self.endpoint):
            return None
        if self.attacks_only and play.kind != "attack":
            return None
        if self.thief_only and b"traceparent" in dict(scope["headers"]):
            return None
        trouble = self.troubles[self.cells.total() % len(self.troubles)]
        self.cells[play.cell] += 1
        return trouble


@dataclass
class Fragile:
    """A server that works well until a fault is put into it."""

    fault: Failing | None = None

    def wrap(self, app: ASGIApp) -> ASGIApp:
        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            trouble = self.fault.next_for(scope) if self.fault else None
            if trouble is None:
                await app(scope, receive, send)
            else:
                await trouble.respond(receive, send)

        return answer


def refusing_page(status: int) -> Trouble:
    return Trouble(status, "<h1>Sorry</h1>", content_type="text/html")


STRANGER = Trouble(200, '{"sub": "somebody-else"}')
MALLORY = Trouble(200, '{"sub": "mallory-1"}')
OF_SERVER = tuple(trouble for trouble in AT_TOKEN_ENDPOINT if trouble.status not in (0, 429))

FAULTS: dict[str, Callable[[], Failing]] = {
    "the token endpoint fails": lambda: Failing("/token", OF_SERVER),
    "the token endpoint is silent": lambda: Failing("/token", (Silence(),)),
    "the token endpoint fails, always": lambda: Failing("/token", OF_SERVER, attacks_only=False),
    "everybody is refused": lambda: Failing("/token", (Trouble(400, REFUSAL),), attacks_only=False),
    "userinfo fails": lambda: Failing("/userinfo", AT_USERINFO[1:3], thief_only=True),
    "userinfo names a stranger": lambda: Failing("/userinfo", (STRANGER,), attacks_only=False),
    "userinfo calls everybody mallory": lambda: Failing("/userinfo", (MALLORY,), False),
    "the authorization endpoint fails": lambda: Failing(
        "/authorize", (refusing_page(500), refusing_page(502), refusing_page(503))
    ),
    "nobody is let in": lambda: Failing("/authorize", (refusing_page(400),), attacks_only=False),
    "the connection is cut": lambda: Failing("/authorize", (Trouble(302, "", cut_short=True),)),
}


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits long: what has not happened after a second will not happen."""
    monkeypatch.setattr(network, "HTTP_SECONDS", 1.0)
    monkeypatch.setattr(loot, "PATIENCE_SECONDS", 1.0)
    monkeypatch.setattr(user, "_PATIENCE_SECONDS", 3.0)
    monkeypatch.setattr(performance, "_PLAY_SECONDS", 15.0)


@dataclass
class Standing:
    """A fragile server at which everybody has signed in honestly."""

    weak: bool
    server: Fragile
    site: RealSite
    known: Preflight

    def attacked(self, fault: Failing | None, folder: Path, browser: Browser) -> Judgement:
        """What an assessment says if the server begins to fail when the attacks begin."""
        self.server.fault = fault
        wanted = [each for each in assessed() if each.id in ATTACKS]
        held = candidates(self.site, self.known, STANDARDS["rfc9700"])
        plan, run = assessment_plan(wanted, held), new_run(folder)
        hear = fault.hear if fault else _unheard
        options = StageOptions(browser, port=0)
        # A server that has had enough ends the run; what it has logged by then is judged.
        with suppress(HadEnoughError):
            asyncio.run(perform(run, plan, wanted, options, hear, self.site, bracketed=10))
        self.server.fault = None
        return judge(read_log(run.log))


@pytest.fixture(
    scope="module",
    params=[LIKE_OTHERS, pytest.param(WEAK, marks=pytest.mark.long)],
    ids=["sound", "weak"],
)
def standing(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, browser: Browser
) -> Iterator[Standing]:
    fragile, folder = Fragile(), tmp_path_factory.mktemp("server")
    with foreign(folder, request.param, fragile.wrap) as server:
        site, options = server.site(), StageOptions(browser, port=0)
        known = asyncio.run(look_first(folder, site, options, _unheard))
        assert known.troubles == []
        yield Standing(request.param is WEAK, fragile, informed(site, known), known)


def _unheard(record: Record) -> None:
    return


def claims(judgement: Judgement) -> dict[str, Observation]:
    return {each.cell: each.observed for each in judgement.verdicts if each.observed in CLAIMS}


def test_without_a_fault_everything_is_decided(
    standing: Standing, browser: Browser, tmp_path: Path
) -> None:
    # Else the others would prove nothing.
    judgement = standing.attacked(None, tmp_path, browser)

    observed = Counter(claims(judgement).values())
    applies = [v for v in judgement.verdicts if v.observed is not Observation.NOT_APPLICABLE]
    assert observed.total() == len(applies) > len(ATTACKS)
    assert judgement.exit_code == (1 if standing.weak else 0)
    won, lost = observed[Observation.ATTACK_SUCCEEDED], observed[Observation.ATTACK_BLOCKED]
    assert (won > lost) is standing.weak


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("name", FAULTS)
def test_what_a_fault_has_met_is_undecided(
    standing: Standing, browser: Browser, tmp_path: Path, name: str
) -> None:
    fault = FAULTS[name]()

    judgement = standing.attacked(fault, tmp_path, browser)

    claimed = claims(judgement)
    assert fault.cells
    assert {cell for cell in fault.cells if cell in claimed} == set()
    assert judgement.exit_code == 3
    if not fault.attacks_only:
        assert claimed == {}  # without honest logins there is nothing to believe


@pytest.mark.parametrize("endpoint", ["/token", "/authorize", "/userinfo"])
def test_a_server_that_wants_no_more_is_left_alone_and_nothing_is_claimed_of_it(
    standing: Standing, browser: Browser, tmp_path: Path, endpoint: str
) -> None:
    fault = Failing(endpoint, (Trouble(429, REFUSAL),))

    judgement = standing.attacked(fault, tmp_path, browser)

    assert fault.cells.total() == 1  # and not one request more
    assert set(fault.cells).isdisjoint(claims(judgement))
    assert judgement.exit_code == 3
    assert not judgement.complete

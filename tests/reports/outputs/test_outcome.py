from msgspec.structs import replace

from reports.judgement.verdicts import Gate, Judgement
from reports.outputs.outcome import outcome
from tests.reports.outputs.sample import GREEN, NONE, OUTCOMES, assessed, named, told, verdict


def test_every_verdict_is_a_cell_and_what_is_open_is_listed_again() -> None:
    said = told()

    assert [(c.scenario, c.client) for c in said.cells] == list(OUTCOMES)
    assert [c.client for c in said.findings] == ["web"]
    assert [c.client for c in said.undecided] == ["spa"]
    assert [c.scenario for c in said.stale] == ["replayed-code"]


def test_what_is_not_applicable_is_not_counted_as_met() -> None:
    counts = told().counts

    assert (counts.met, counts.violated, counts.undecided, counts.stale) == (2, 1, 1, 1)
    assert counts.not_applicable == 1


def test_a_cell_has_the_remedy_and_the_clauses_of_its_scenario() -> None:
    cell = told().findings[0]

    assert cell.remedy == "Require PKCE with S256 for every client."
    assert cell.clauses == ("RFC7636#4.6", "OIDC-CORE#3.1.2.1")
    assert cell.tolerated
    assert not told().undecided[0].tolerated


def test_a_client_knows_the_line_that_declares_it() -> None:
    said = told()

    assert said.target_file == "idps/demo.idp.toml"
    assert [(c.name, c.declared_at) for c in said.clients] == [
        ("web", 12),
        ("spa", 20),
        ("app", 31),
    ]


def test_a_planned_cell_without_a_verdict_is_undecided() -> None:
    run, judgement = assessed(GREEN)
    said = outcome(run, replace(judgement, verdicts=judgement.verdicts[1:]))

    assert [(c.scenario, c.client) for c in said.undecided] == [("stolen-code", "web")]
    assert said.result == "1 undecided: not green."
    assert said.exit_code == 3


def test_what_only_the_baseline_knows_has_a_client_and_a_scenario() -> None:
    run, judgement = assessed(GREEN)
    gone = verdict("gone", "former", NONE, Gate.STALE)
    said = outcome(run, replace(judgement, verdicts=(*judgement.verdicts, gone)))

    assert said.clients[-1].name == "former"
    assert said.scenarios[-1].id == "gone"
    assert said.counts.stale == 1
    assert said.result == "1 not as the baseline says: not green."


def test_a_run_of_which_nothing_applies_is_not_green() -> None:
    said = told(outcomes=dict.fromkeys(OUTCOMES, (NONE, Gate.MET)))

    assert said.result == "Not green. No attack was played."
    assert said.exit_code == 5


def test_verdicts_of_another_run_are_not_green() -> None:
    run, judgement = assessed(GREEN)
    said = outcome(run, Judgement("another", complete=True, verdicts=judgement.verdicts))

    assert "another run" in said.trouble
    assert said.exit_code == 3


def test_no_text_holds_what_cannot_be_seen() -> None:
    said = named("web", "w\x1b[31m\0\u202eb\r")

    assert said.clients[0].name == "w␛[31m␀⟨U+202E⟩b␍"
    assert said.findings[0].client == said.clients[0].name

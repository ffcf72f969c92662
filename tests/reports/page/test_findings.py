"""What an assessment begins with, and that nothing open is missing from it."""

from msgspec.structs import replace

from reports.page.findings import Findings, findings
from reports.page.html import render
from reports.page.outline import chapters
from tests.reports.outputs.sample import GREEN, assessed
from tests.reports.page import sample


def of(**changes: object) -> Findings:
    run, judgement = assessed(**changes)  # type: ignore[arg-type]
    found = findings(run, judgement, chapters(run, judgement))
    assert found is not None
    return found


def test_a_run_of_the_built_in_target_has_none() -> None:
    run, judgement = sample.sample()
    assert findings(run, judgement, chapters(run, judgement)) is None
    assert 'id="findings"' not in render(run, judgement)


def test_what_is_not_well_stands_by_its_kind_and_leads_to_its_cell() -> None:
    found = of()

    assert found.result.startswith("1 undecided, 1 finding, 1 not as the baseline says: not green")
    assert not found.green
    assert found.target_file == "demo.idp.toml"
    assert [(group.heading, group.count) for group in found.groups] == [
        ("Findings", 1),
        ("Undecided", 1),
        ("Not as the baseline says", 1),
    ]
    page = render(*assessed())
    for group in found.groups:
        for _, cells in group.scenarios:
            for cell in cells:
                assert f'href="#{cell.anchor}"' in page
                assert cell.verdict.reason in page
    assert (
        page.index("1 undecided") < page.index("Require PKCE with S256") < page.index("Matrix</h2>")
    )


def test_green_is_only_what_is_decided_met_and_complete() -> None:
    assert of(outcomes=GREEN).green
    assert of(outcomes=GREEN).groups == ()
    assert not of(outcomes=GREEN, finished="").green
    assert not of(outcomes={}).green


def test_a_planned_cell_without_a_verdict_is_undecided() -> None:
    run, judgement = assessed(outcomes=GREEN)
    silent = replace(judgement, verdicts=judgement.verdicts[1:])
    found = findings(run, silent, chapters(run, silent))

    assert found is not None
    assert [(group.heading, group.count) for group in found.groups] == [("Undecided", 1)]


def test_what_only_the_baseline_knows_is_there_without_a_link() -> None:
    run, judgement = assessed(outcomes=GREEN)
    gone = replace(assessed()[1].verdicts[3], cell="gone/access-log/web", scenario="gone")
    more = replace(judgement, verdicts=(*judgement.verdicts, gone))
    found = findings(run, more, chapters(run, more))

    assert found is not None
    ((_, (cell,)),) = found.groups[0].scenarios
    assert (cell.verdict.scenario, cell.anchor) == ("gone", "")
    assert "gone" in render(run, more)


def test_what_the_policy_tolerates_is_marked_and_no_finding() -> None:
    page = render(*assessed())
    assert ">tolerated</span>" in page
    assert "not as expected" not in page

from dataclasses import replace

from msgspec.structs import replace as altered

from reports.judgement.verdicts import Gate
from reports.page.outline import Chapter, chapters, columns, footnotes
from reports.records import Observation
from tests.reports.page import sample

RUN, JUDGEMENT = sample.sample()
STOLEN, IN_STATE, OWN_FLOW = chapters(RUN, JUDGEMENT)


def _pairs(chapter: Chapter) -> list[tuple[str, str, tuple[str, ...]]]:
    return [
        (pair.refused.id, pair.won.id, tuple(name for name, _, _ in pair.switches))
        for pair in chapter.pairs
    ]


def test_rows_are_channels_and_columns_postures_in_the_order_of_the_plan() -> None:
    assert [row.channel.id for row in STOLEN.rows] == ["custom-scheme", "localhost-ipv6"]
    assert [posture.id for posture in columns(RUN)] == [posture.id for posture in sample.POSTURES]
    assert [c.posture.id for c in STOLEN.rows[0].cells if c] == [p.id for p in sample.POSTURES]


def test_a_pair_names_the_switches_that_differ_from_the_nearest_success() -> None:
    assert _pairs(STOLEN) == [
        ("plain", "no-pkce", ("PKCE",)),
        ("s256", "no-pkce", ("PKCE",)),
        ("confidential-s256", "no-pkce", ("client type", "PKCE")),
    ]
    assert _pairs(OWN_FLOW) == [("confidential-s256", "s256", ("client type",))]


def test_a_refusal_of_an_attack_that_never_succeeded_is_unproven() -> None:
    disarmed = altered(
        JUDGEMENT,
        verdicts=tuple(
            altered(v, observed=Observation.INCONCLUSIVE)
            if v.observed is Observation.ATTACK_SUCCEEDED
            else v
            for v in JUDGEMENT.verdicts
        ),
    )
    assert [c.id for c in chapters(RUN, disarmed)[1].unproven] == ["custom-scheme"]
    assert not STOLEN.unproven
    assert not IN_STATE.unproven


def test_a_cell_is_bracketed_by_the_nearest_controls_of_its_group() -> None:
    cell = STOLEN.rows[0].cells[2]
    assert cell is not None
    assert cell.before is not None
    assert cell.after is not None
    assert (cell.before.id, cell.after.id) == ("control-s256-before", "control-s256-after")


def test_a_control_that_was_played_too_late_does_not_bracket() -> None:
    early = [r for r in RUN.records if getattr(r, "play", "") != "control-s256-before"]
    late = [r for r in RUN.records if getattr(r, "play", "") == "control-s256-before"]
    run = replace(RUN, records=(*early, *late))
    cell = chapters(run, JUDGEMENT)[0].rows[0].cells[2]
    assert cell is not None
    assert cell.before is None


def test_a_planned_cell_without_verdict_is_undecided() -> None:
    cell = chapters(RUN, altered(JUDGEMENT, verdicts=()))[0].rows[0].cells[0]
    assert cell is not None
    assert cell.verdict.observed is Observation.INCONCLUSIVE
    assert cell.verdict.gate is Gate.UNDECIDED
    assert cell.play is not None


def test_notes_are_numbered_once() -> None:
    assert footnotes((STOLEN, IN_STATE, OWN_FLOW)) == {"refused, wrong reason": 1}


def test_what_only_the_plan_names_still_gets_its_place() -> None:
    started = altered(RUN.started, scenarios=(), postures=(), channels=())
    nameless = replace(RUN, started=started)
    assert [c.info.id for c in chapters(nameless, JUDGEMENT)] == [s.id for s in sample.SCENARIOS]
    assert [p.id for p in columns(nameless)] == [p.id for p in sample.POSTURES]

import io

from msgspec import structs
from rich.console import Console

from codejack.console import RunProgress, undecided_lines, verdict_table
from reports.judgement.verdicts import Gate
from reports.records import PlayFinished, PlayStarted, Step
from tests.reports.page.sample import sample, settled


def printed(thing: object) -> str:
    console = Console(file=io.StringIO(), width=200)
    console.print(thing)
    return console.file.getvalue()  # type: ignore[attr-defined]


def test_progress_off_a_terminal_is_one_line_per_play() -> None:
    console = Console(file=io.StringIO(), width=120)
    with RunProgress(console, 1) as progress:
        progress.hear(PlayStarted("p1", "", "attack", "g", "stolen-code/loopback/s256"))
        progress.hear(Step("p1", "", "The victim signs in"))
        progress.hear(PlayFinished("p1", "", 0.25))

    out = console.file.getvalue()  # type: ignore[attr-defined]
    assert out.split() == ["0.25", "s", "stolen-code/loopback/s256"]


def test_progress_in_a_terminal_shows_the_step() -> None:
    console = Console(file=io.StringIO(), width=120, force_terminal=True)
    with RunProgress(console, 2) as progress:
        progress.hear(PlayStarted("p1", "", "control", "g", position="before"))
        progress.hear(Step("p1", "", "The victim signs in"))

    out = console.file.getvalue()  # type: ignore[attr-defined]
    assert "The victim signs in" in out


def test_the_text_of_an_error_stays_out_of_the_terminal() -> None:
    console = Console(file=io.StringIO(), width=120)
    with RunProgress(console, 1) as progress:
        progress.hear(PlayFinished("p1", "", 0.1, "TimeoutError: at https://a.test/?code=live"))

    out = console.file.getvalue()  # type: ignore[attr-defined]
    assert "TimeoutError" in out
    assert "live" not in out


def test_the_table_shows_every_row_and_says_what_is_undecided() -> None:
    _, judgement = sample()

    out = printed(verdict_table(judgement))

    assert all(verdict.scenario in out for verdict in judgement.verdicts)
    assert "1 undecided" in out
    assert "(?)" in out


def test_a_settled_run_says_so_only_when_it_is() -> None:
    assert "as the model expects" in printed(verdict_table(settled()[1]))
    assert "as the model expects" not in printed(verdict_table(sample()[1]))


def test_each_cell_that_is_not_met_gets_a_line_with_its_reason() -> None:
    _, judgement = sample()
    open_cells = [verdict for verdict in judgement.verdicts if verdict.gate is not Gate.MET]

    lines = [line.plain for line in undecided_lines(judgement)]

    assert len(lines) == len(open_cells)
    assert all(cell.reason in line for cell, line in zip(open_cells, lines, strict=True))


def test_a_stale_cell_is_marked_and_keeps_a_run_from_being_settled() -> None:
    judgement = settled()[1]
    stale = structs.replace(judgement.verdicts[0], gate=Gate.STALE)

    out = printed(
        verdict_table(structs.replace(judgement, verdicts=(stale, *judgement.verdicts[1:])))
    )

    assert "(stale)" in out
    assert "1 not as the baseline says any more" in out
    assert "as the model expects" not in out


def test_what_people_and_servers_have_written_is_told_and_does_nothing() -> None:
    judgement = settled()[1]
    hostile = "\x1b[2J[/bold]\u202e"
    odd = structs.replace(
        judgement.verdicts[0], gate=Gate.VIOLATED, reason=hostile, notes=(hostile,), posture=hostile
    )
    judgement = structs.replace(judgement, verdicts=(odd, *judgement.verdicts[1:]))

    out = printed(verdict_table(judgement)) + "".join(
        printed(line) for line in undecided_lines(judgement)
    )

    assert out.count("␛[2J[/bold]⟨U+202E⟩") == 3
    assert not {"\x1b", "\u202e"} & set(out)

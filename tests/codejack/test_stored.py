from pathlib import Path

import pytest
import typer

from codejack.stored import LONGEST, plain, stored_run
from tests.codejack.runs import folder_of
from tests.reports.judgement.cases import token_theft


def test_a_run_is_read_by_its_folder_or_its_log(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "run", token_theft())

    assert stored_run(folder) == stored_run(folder / "run.jsonl")


def test_what_is_no_run_is_a_usage_error_that_says_what_to_give(tmp_path: Path) -> None:
    with pytest.raises(typer.BadParameter, match=r"Give the path of a run\.jsonl"):
        stored_run(tmp_path)


def test_plain_text_moves_no_cursor_and_takes_no_more_than_its_line() -> None:
    assert plain("a\x1b[2Jb\nc\r\u202ed\x9b") == "a␛[2Jb c␍⟨U+202E⟩d⟨U+009B⟩"
    assert len(plain("a" * 10_000)) < LONGEST + 60

import json
from pathlib import Path

import msgspec
import pytest

from reports.publish import (
    as_json,
    assessment_as_json,
    publish,
    write_outputs,
    write_report,
)
from reports.runlog import UnreadableLogError
from tests.reports.page.sample import sample


def test_publishing_judges_the_log_and_writes_the_report(tmp_path: Path) -> None:
    run, _ = sample()
    log = tmp_path / "run.jsonl"
    log.write_bytes(b"".join(msgspec.json.encode(record) + b"\n" for record in run.records))

    judgement = publish(log, tmp_path / "report.html")

    assert len(judgement.verdicts) == len(run.started.plan)
    assert run.started.run in (tmp_path / "report.html").read_text()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["report.html", "run.jsonl"]


def test_a_log_that_cannot_be_read_writes_no_report(tmp_path: Path) -> None:
    with pytest.raises(UnreadableLogError):
        publish(tmp_path / "none.jsonl", tmp_path / "report.html")

    assert not list(tmp_path.iterdir())


def test_a_report_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    run, judgement = sample()
    (tmp_path / ".report.html.part").mkdir()
    (tmp_path / "report.html").write_text("old")

    with pytest.raises(OSError, match="directory"):
        write_report(run, judgement, tmp_path / "report.html")

    assert (tmp_path / "report.html").read_text() == "old"


def test_json_has_a_cell_for_every_verdict() -> None:
    _, judgement = sample()

    answer = as_json(judgement, Path("run.jsonl"), None)

    assert answer["run"] == judgement.run
    assert [cell["observed"] for cell in answer["cells"]] == [
        verdict.observed for verdict in judgement.verdicts
    ]


def test_all_outputs_are_written_and_speak_of_the_same_run(tmp_path: Path) -> None:
    run, judgement = sample()

    paths = write_outputs(run, judgement, tmp_path)

    names = ["assessment.json", "junit.xml", "report.html", "results.sarif", "summary.md"]
    assert sorted(path.name for path in tmp_path.iterdir()) == names
    assert sorted(path.name for path in paths.values()) == names
    for path in paths.values():
        assert "20261123" in path.read_text()


def test_what_a_program_is_given_is_what_is_written(tmp_path: Path) -> None:
    run, judgement = sample()
    paths = write_outputs(run, judgement, tmp_path)

    assert json.loads(paths["json"].read_text()) == assessment_as_json(run, judgement)

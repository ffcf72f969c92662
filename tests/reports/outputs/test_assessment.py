import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from reports.outputs.assessment import Assessment, json_text, schema_text
from tests.reports.outputs.sample import GREEN, told, with_text

ROOT = Path(__file__).parents[3]
PUBLISHED = ROOT / "docs" / "assessment.schema.json"


def validator() -> Any:
    return Draft202012Validator(json.loads(PUBLISHED.read_text()))


def test_the_published_schema_is_that_of_the_structs() -> None:
    assert PUBLISHED.read_text() == schema_text(), (
        "write it again: uv run python -c 'from reports.outputs.assessment import schema_text; "
        'print(schema_text(), end="")\' > docs/assessment.schema.json'
    )


@pytest.mark.parametrize(
    "said", [told(), told(outcomes=GREEN), told(finished=""), with_text("\0<b>\u202e\n")]
)
def test_what_is_written_is_valid(said: Assessment) -> None:
    validator().validate(json.loads(json_text(said)))


@pytest.mark.parametrize("key", ["cells", "findings", "undecided", "result", "complete"])
def test_the_schema_refuses_what_lacks_a_key(key: str) -> None:
    values = json.loads(json_text(told()))
    del values[key]

    assert not validator().is_valid(values)


def test_the_schema_refuses_a_gate_that_does_not_exist() -> None:
    values = json.loads(json_text(told()))
    values["cells"][0]["gate"] = "PASSED"

    assert not validator().is_valid(values)


def test_the_same_run_gives_the_same_bytes() -> None:
    assert json_text(told()) == json_text(told())

import json
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML

from reports.publish import write_outputs
from tests.reports.outputs.sample import assessed

TEXT = (Path(__file__).parents[2] / "docs" / "ci.md").read_text()
WORKFLOW, PIPELINE = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)


def schema(name: str) -> dict[str, Any]:
    folder = files("check_jsonschema").joinpath("builtin_schemas/vendor")
    found: dict[str, Any] = json.loads(folder.joinpath(f"{name}.json").read_text())
    return found


def read(text: str) -> dict[str, Any]:
    values: dict[str, Any] = YAML(typ="safe").load(text)
    return values


@pytest.mark.parametrize(
    ("text", "name"), [(WORKFLOW, "github-workflows"), (PIPELINE, "gitlab-ci")]
)
def test_an_example_is_a_valid_file(text: str, name: str) -> None:
    jsonschema.validate(read(text), schema(name))


@pytest.mark.parametrize(
    ("text", "name"), [(WORKFLOW, "github-workflows"), (PIPELINE, "gitlab-ci")]
)
def test_a_mistake_in_an_example_would_be_found(text: str, name: str) -> None:
    spoilt = text.replace("timeout: 1h", "timeout: []").replace("runs-on:", "runs_on:")

    assert spoilt != text
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(read(spoilt), schema(name))


def test_what_the_examples_and_the_table_name_is_what_a_run_leaves(tmp_path: Path) -> None:
    written = {path.name for path in write_outputs(*assessed(), tmp_path).values()}

    in_table = set(re.findall(r"^\| `([a-z.]+)` \|", TEXT, re.MULTILINE))
    in_examples = set(re.findall(r"runs/\*/([a-z.]+)", WORKFLOW + PIPELINE))
    assert in_table == written
    assert in_examples < written


def test_an_assessment_that_fails_still_shows_its_outputs() -> None:
    steps = read(WORKFLOW)["jobs"]["assess"]["steps"]
    names = [step.get("name") for step in steps]
    after = steps[names.index("Assess the identity provider") + 1 :]

    assert len(after) == 3
    assert all("cancelled()" in step["if"] or "always()" in step["if"] for step in after)
    assert read(PIPELINE)["codejack"]["artifacts"]["when"] == "always"

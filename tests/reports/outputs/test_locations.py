import pytest

from reports.outputs.locations import place, relative, stem
from tests.reports.outputs.sample import named, told


@pytest.mark.parametrize(
    ("given", "inside"),
    [
        ("demo.idp.toml", "demo.idp.toml"),
        ("./idps/demo.idp.toml", "idps/demo.idp.toml"),
        ("../demo.idp.toml", "demo.idp.toml"),
        ("/home/jane/demo.idp.toml", "demo.idp.toml"),
        ("C:\\idps\\demo.idp.toml", "demo.idp.toml"),
        ("idps\\demo.idp.toml", "idps/demo.idp.toml"),
        ("/", "run.jsonl"),
    ],
)
def test_a_path_stays_inside_the_repository(given: str, inside: str) -> None:
    assert relative(given) == inside


def test_a_target_is_named_by_its_file() -> None:
    assert stem("idps/demo.idp.toml") == "demo"
    assert stem("demo.toml") == "demo"
    assert stem("") == "codejack"


def test_a_client_is_where_it_is_declared() -> None:
    said = told()

    assert place(said, said.findings[0]) == ("idps/demo.idp.toml", 12)


def test_without_a_target_file_the_run_log_stands_for_it() -> None:
    said = named("idps/demo.idp.toml", "")

    assert place(said, said.findings[0]) == ("run.jsonl", 1)

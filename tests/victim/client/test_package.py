import importlib.util
import io
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

from victim.client import GOOD, Habits, bad_habits
from victim.client.endpoint import ARTICLE_VERIFIER
from victim.client.guessable import candidates, verifier_at
from victim.client.package import application_package

FIXED = Habits(verifier_fixed=True)
GUESSABLE = Habits(verifier_guessable=True)
SECRET = Habits(secret_in_app=True)


def archive(habits: Habits) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(application_package(habits, "s3cret") or b""))


def run(habits: Habits, module: str, folder: Path) -> ModuleType:
    """A module of the app, run by Python itself as an app would."""
    path = archive(habits).extract(f"contoso/{module}.pyc", folder)
    spec = importlib.util.spec_from_file_location(f"contoso_{module}", path)
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def test_the_verifier_is_in_the_compiled_code_and_nowhere_else() -> None:
    app = archive(FIXED)
    holding = [n for n in app.namelist() if ARTICLE_VERIFIER.encode() in app.read(n)]

    assert holding == ["contoso/login.pyc"]
    assert ARTICLE_VERIFIER.encode() not in (application_package(FIXED) or b"")


@pytest.mark.parametrize("habits", [FIXED, GUESSABLE], ids=["fixed", "guessable"])
def test_no_source_is_handed_out(habits: Habits) -> None:
    names = archive(habits).namelist()

    assert [name for name in names if name.endswith(".pyc")]
    assert not any(name.endswith(".py") for name in names)


def test_the_app_that_is_handed_out_is_an_app(tmp_path: Path) -> None:
    login = run(FIXED, "login", tmp_path)

    assert login.CODE_VERIFIER == ARTICLE_VERIFIER
    assert login.token_request("the-code") == {
        "grant_type": "authorization_code",
        "code": "the-code",
        "code_verifier": ARTICLE_VERIFIER,
    }


def test_a_guessable_verifier_is_made_by_the_app_as_by_the_client(tmp_path: Path) -> None:
    verifier = run(GUESSABLE, "verifier", tmp_path)

    assert verifier.verifier_at(1_800_000_007) == verifier_at(1_800_000_007)
    assert verifier.candidates() == candidates()


@pytest.mark.parametrize("habit", [habit.name for habit in bad_habits()])
def test_only_an_app_with_something_to_give_away_is_handed_out(habit: str) -> None:
    package = application_package(Habits(**{habit: True}), "s3cret")

    gives_away = {"verifier_fixed", "verifier_guessable", "secret_in_app"}
    assert (package is not None) is (habit in gives_away)
    assert application_package(GOOD, "s3cret") is None
    assert application_package(SECRET) is None, "a public client has no secret"


def test_of_two_origins_of_a_verifier_the_app_shows_the_one_that_counts() -> None:
    both = Habits(verifier_fixed=True, verifier_guessable=True)

    assert "contoso/login.pyc" in archive(both).namelist()


def test_the_secret_is_a_constant_of_the_app_and_hides_nothing_else(tmp_path: Path) -> None:
    both = Habits(verifier_fixed=True, secret_in_app=True)

    assert run(SECRET, "settings", tmp_path).CLIENT_SECRET == "s3cret"
    assert {"contoso/login.pyc", "contoso/settings.pyc"} <= {*archive(both).namelist()}

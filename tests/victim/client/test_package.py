import importlib.util
import io
import zipfile
from pathlib import Path

import pytest

from victim.client.endpoint import ARTICLE_VERIFIER
from victim.client.package import application_package


@pytest.fixture(scope="module")
def archive() -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(application_package()))


def test_the_verifier_is_in_the_compiled_code_and_nowhere_else(archive: zipfile.ZipFile) -> None:
    holding = [n for n in archive.namelist() if ARTICLE_VERIFIER.encode() in archive.read(n)]

    assert holding == ["contoso/login.pyc"]
    assert ARTICLE_VERIFIER.encode() not in application_package()
    assert not any(name.endswith(".py") for name in archive.namelist())


def test_the_app_that_is_handed_out_is_an_app(archive: zipfile.ZipFile, tmp_path: Path) -> None:
    path = archive.extract("contoso/login.pyc", tmp_path)

    spec = importlib.util.spec_from_file_location("contoso_login", path)
    assert spec is not None
    assert spec.loader is not None
    login = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(login)

    assert login.token_request("the-code") == {
        "grant_type": "authorization_code",
        "code": "the-code",
        "code_verifier": ARTICLE_VERIFIER,
    }

import marshal
from importlib.util import MAGIC_NUMBER

import pytest

from attacker.dissection import texts_in


def module(source: str) -> bytes:
    return MAGIC_NUMBER + bytes(12) + marshal.dumps(compile(source, "app.py", "exec"))


def found(source: str) -> list[tuple[str, str]]:
    return list(texts_in({"app.pyc": module(source)}))


def test_constants_are_found_under_their_names() -> None:
    assert found("VERIFIER = 'constant'\nNUMBER = 3") == [("app.pyc, VERIFIER", "constant")]


def test_functions_that_ask_for_nothing_are_called() -> None:
    source = "def one(): return 'a'\ndef some(): return ['b', 'c', 4]\ndef of(x): return x"

    assert found(source) == [("app.pyc, one", "a"), ("app.pyc, some", "b"), ("app.pyc, some", "c")]


def test_arithmetic_may_be_used() -> None:
    source = "import base64, hashlib\ndef v(): return base64.b64encode(b'x').decode()"

    assert found(source) == [("app.pyc, v", "eA==")]


@pytest.mark.parametrize("source", ["import os", "import socket", "from pathlib import Path"])
def test_nothing_else_of_this_machine_may_be(source: str) -> None:
    with pytest.raises(ImportError, match="may not use"):
        found(source)


@pytest.mark.parametrize("name", ["open", "exec", "eval", "__import__('os')"])
def test_there_is_no_way_to_a_file_or_to_more_code(name: str) -> None:
    with pytest.raises((NameError, ImportError)):
        found(f"x = {name}")


def test_what_is_no_compiled_module_is_left_alone() -> None:
    assert not list(texts_in({"README.txt": b"Contoso Demo", "empty.pyc": b""}))

import ast
import inspect
import re
import sys

from hypothesis import given
from hypothesis import strategies as st

from victim.client import guessable
from victim.client.guessable import TICKS, candidates, verifier_at


@given(st.integers(0, 2**40))
def test_the_verifier_of_every_second_is_a_possible_one_and_among_the_few(second: int) -> None:
    verifier = verifier_at(second)

    assert re.fullmatch(r"[A-Za-z0-9._~-]{43,128}", verifier)  # RFC 7636 section 4.1
    assert verifier in candidates()
    assert verifier == verifier_at(second + TICKS)


def test_the_candidates_are_as_many_as_there_are_ticks() -> None:
    assert len(candidates()) == len(set(candidates())) == TICKS


def test_what_the_app_hands_out_imports_nothing_but_the_standard_library() -> None:
    modules = list(ast.walk(ast.parse(inspect.getsource(guessable))))
    plain = [alias.name for node in modules if isinstance(node, ast.Import) for alias in node.names]
    named = [node.module or "." for node in modules if isinstance(node, ast.ImportFrom)]

    assert plain
    assert {name.partition(".")[0] for name in [*plain, *named]} <= sys.stdlib_module_names

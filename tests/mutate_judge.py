"""Does a test die with every rule of the judge? Break them one at a time, and see.

    make mutants                                    # all of reports/judgement: some minutes
    make mutants ARGS="prizes refusals_of_client"   # some of its files

A mutant is the judge with one change: a condition less, or turned round; a statement less; an entry
of a set less. The tests of the judge are collected once, but for those that invent their examples,
and run against each mutant in a process of its own; no file is changed. Whatever survives is
printed: a test is missing, or the code is not needed. ``EQUIVALENT`` has the exceptions, and why no
log can tell the difference.
"""

import ast
import gc
import importlib
import os
import signal
import sys
import time
from collections.abc import Iterator
from inspect import isclass, isfunction
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pytest

ROOT = Path(__file__).parent.parent
JUDGE, TESTS = ROOT / "reports" / "judgement", ROOT / "tests" / "reports" / "judgement"
AT_ONCE = 2
PATIENCE = 60  # seconds; a mutant may loop for ever

EQUIVALENT = {
    "evidence: ends[0] -> ends[-1]": "there is one",
    "prizes: attempt.injection and attempt.redemption.token -> attempt.redemption.token": (
        "where the prize is a session, a browser has brought what the client presents"
    ),
    "doubts: not login.subject or login.redemption is None -> not login.subject": (
        "nobody learns who the user is without having redeemed a code"
    ),
}
"""Survivors, as they are printed, that are no other judge."""

_NO_RULES = {"annotation", "returns", "bases", "decorator_list"}
_TURNED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.Lt: (ast.GtE, ast.LtE),
    ast.LtE: (ast.Gt, ast.Lt),
    ast.Gt: (ast.LtE, ast.GtE),
    ast.GtE: (ast.Lt, ast.Gt),
}


class Mutant(NamedTuple):
    """One change to the syntax tree of a module: at a field of a node, from what to what."""

    module: str
    tree: ast.Module
    parent: ast.AST
    field: str
    index: int | None
    old: ast.AST
    new: ast.AST

    def __str__(self) -> str:
        return f"{self.module}: {_text(self.old)} -> {_text(self.new)}"

    @property
    def line(self) -> int:
        """Where it is."""
        return int(getattr(self.old, "lineno", 0) or getattr(self.parent, "lineno", 0))

    def install(self) -> None:
        """Change the module that everybody has imported; only in a process of its own."""
        if self.index is None:
            setattr(self.parent, self.field, self.new)
        else:
            getattr(self.parent, self.field)[self.index] = self.new
        tree = ast.fix_missing_locations(self.tree)
        module = importlib.import_module(f"reports.judgement.{self.module}")
        changed = ModuleType(module.__name__)
        sys.modules[module.__name__] = changed
        exec(compile(tree, module.__file__ or "", "exec"), vars(changed))
        sys.modules[module.__name__] = module
        _take_over(module, vars(changed))


def _text(node: ast.AST) -> str:
    return " ".join(ast.unparse(node).split())


def _take_over(owner: Any, changed: dict[str, Any]) -> None:
    """Functions are known everywhere by now, so they stay the same, and get other code."""
    for name, new in changed.items():
        old = vars(owner).get(name)
        if isfunction(new) and isfunction(old):
            old.__code__ = new.__code__
        elif isinstance(new, property) and isinstance(old, property):
            old.fget.__code__ = new.fget.__code__  # type: ignore[union-attr]
        elif isclass(new) and new.__module__ == owner.__name__:
            _take_over(old, dict(vars(new)))
        elif isinstance(new, frozenset | tuple):
            setattr(owner, name, new)
        elif isinstance(new, dict) and not name.startswith("__"):
            old.clear()  # type: ignore[union-attr]
            old.update(new)  # type: ignore[union-attr]


def mutants(path: Path) -> Iterator[Mutant]:
    """Every mutant of a file."""
    tree = ast.parse(path.read_text("utf-8"))
    return (Mutant(path.stem, tree, *change) for change in _changes(tree))


def _changes(parent: ast.AST) -> Iterator[tuple[ast.AST, str, int | None, ast.AST, ast.AST]]:
    for field, value in ast.iter_fields(parent):
        children = enumerate(value) if isinstance(value, list) else [(None, value)]
        for index, child in children if field not in _NO_RULES else ():
            if isinstance(child, ast.AST):
                yield from ((parent, field, index, child, new) for new in _broken(child))
                yield from _changes(child)


def _broken(node: ast.AST) -> Iterator[ast.AST]:
    """What may be put in the place of a node."""
    match node:
        case ast.BoolOp(op, values):
            for less in _one_less(values):
                yield less[0] if len(less) == 1 else ast.BoolOp(op, less)
        case ast.UnaryOp(ast.Not(), operand):
            yield operand
        case ast.Compare(left, [op], [right]):
            for other in _TURNED[type(op)]:
                yield ast.Compare(left, [other()], [right])
        case ast.IfExp(_, body, orelse):
            yield from (body, orelse)
        case ast.If(_, body, orelse):
            for always in (True, False):
                yield ast.If(ast.Constant(always), body, orelse)
        case ast.comprehension(target, source, ifs):
            for less in _one_less(ifs):
                yield ast.comprehension(target, source, less, 0)
        case ast.match_case(pattern, guard, body) if guard:
            yield ast.match_case(pattern, None, body)
        case ast.Set(entries) if len(entries) > 1:
            yield from (ast.Set(less) for less in _one_less(entries))
        case ast.Tuple(entries, ast.Load()) if len(entries) > 1:
            yield from (ast.Tuple(less, ast.Load()) for less in _one_less(entries))
        case ast.Dict(keys, values) if len(keys) > 1:
            for less in zip(_one_less(keys), _one_less(values), strict=True):
                yield ast.Dict(*less)
        case ast.Subscript(value, ast.Constant(0)):
            yield ast.Subscript(value, ast.Constant(-1), ast.Load())
        case ast.Subscript(value, ast.UnaryOp(ast.USub(), ast.Constant(1))):
            yield ast.Subscript(value, ast.Constant(0), ast.Load())
        case ast.Expr(ast.Yield() | ast.YieldFrom()):
            yield ast.parse("yield from ()").body[0]
        case ast.Expr(ast.Call()) | ast.AugAssign():
            yield ast.Pass()


def _one_less(entries: list[Any]) -> Iterator[list[Any]]:
    return ([*entries[:at], *entries[at + 1 :]] for at in range(len(entries)))


class Trials:
    """A pytest plugin: in place of running the tests once, runs them once for each mutant."""

    def __init__(self, mutants: list[Mutant]) -> None:
        self.mutants, self.survivors = mutants, list[Mutant]()
        self._running: dict[int, Mutant] = {}

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Try each, a few at once."""
        assert session.items
        gc.freeze()
        for mutant in self.mutants:
            while len(self._running) >= AT_ONCE:
                self._wait()
            self._running[_start(session, mutant)] = mutant
        while self._running:
            self._wait()
        return True

    def _wait(self) -> None:
        child, status = os.wait()
        mutant = self._running.pop(child)
        if status == 0 and str(mutant) not in EQUIVALENT:
            self.survivors.append(mutant)
            print(f"\n{mutant.line:4} {mutant}", end="", file=sys.__stderr__, flush=True)


def _start(session: pytest.Session, mutant: Mutant) -> int:
    child = os.fork()
    if child:
        return child
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    signal.alarm(PATIENCE)
    mutant.install()
    items = sorted(session.items, key=lambda item: _is_far(item, mutant))
    for item, following in zip(items, [*items[1:], None], strict=True):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.testsfailed:
            os._exit(1)
    os._exit(0)


def _is_far(item: pytest.Item, mutant: Mutant) -> int:
    """The tests of the same file come first, then those that try every rule."""
    near = [f"test_{mutant.module}", "test_rules", item.path.stem]
    return near.index(item.path.stem)


def main(names: list[str]) -> int:
    """Print what survives; 1 if anything does that should not."""
    paths = [path for path in sorted(JUDGE.glob("*.py")) if not names or path.stem in names]
    trials = Trials([mutant for path in paths for mutant in mutants(path)])
    began = time.monotonic()
    pytest.main(
        [
            "-qs",
            "--noconftest",
            "--tb=no",
            "--assert=plain",
            "-p",
            "no:cacheprovider",
            "-m",
            "not hypothesis",
            str(TESTS),
        ],
        [trials],
    )
    known = sum(str(mutant) in EQUIVALENT for mutant in trials.mutants)
    killed = len(trials.mutants) - len(trials.survivors) - known
    print(
        f"\n{len(trials.mutants)} mutants: {killed} killed, {len(trials.survivors)} survived, "
        f"{known} known to be equivalent; {time.monotonic() - began:.0f} s"
    )
    return 1 if trials.survivors else 0


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    os.chdir(ROOT)
    sys.exit(main(sys.argv[1:]))

"""Contracts that hold for the whole house, read off the syntax trees of its source."""

import ast
import inspect
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import UnionType
from typing import get_args, get_type_hints

import pytest

from attacker.injector import Injector
from attacker.loot import LootItem, Sighting
from attacker.thief import Thief
from attacker.token_request import Bent
from attacker.verifiers import Verifiers
from reports.records import Exchange, Handover
from scenarios.registry import FAMILIES

ROOT = Path(__file__).parent.parent
FOLDERS = ("codejack", "scenarios", "attacker", "victim", "reports")
SOURCES = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))

PLAYED = "tests/scenarios/test_headline.py"
SET = "tests/scenarios/settings/test_settings.py"
TESTED_ELSEWHERE = {
    "attacker/redirect_handlers/page.py": "tests/attacker/redirect_handlers/test_on_path.py",
    "codejack/arguments.py": "tests/codejack/test_cli.py",
    "codejack/assessing.py": "tests/codejack/test_assess.py",
    "codejack/perform.py": "tests/codejack/test_cli.py",
    "codejack/pytest_items.py": "tests/codejack/test_pytest_plugin.py",
    "reports/judgement/refusals_of_server.py": "tests/reports/judgement/test_refusals.py",
    "reports/judgement/refused.py": "tests/reports/judgement/test_refusals.py",
    "reports/judgement/token_use.py": "tests/reports/judgement/test_redemption.py",
    "reports/page/shapes.py": "tests/reports/page/test_sequence.py",
    "reports/records/events.py": "tests/reports/test_runlog.py",
    "reports/records/plan.py": "tests/reports/test_runlog.py",
    "reports/records/words.py": "tests/reports/test_runlog.py",
    "reports/redaction/marking.py": "tests/reports/redaction/test_secrets.py",
    "scenarios/channels.py": PLAYED,
    "scenarios/performance.py": PLAYED,
    "scenarios/play.py": PLAYED,
    "scenarios/runner.py": PLAYED,
    "scenarios/targets/sections.py": "tests/scenarios/targets/test_reading.py",
    "scenarios/settings/custom_scheme.py": SET,
    "scenarios/settings/loopback.py": SET,
    "scenarios/settings/plaintext.py": SET,
    "scenarios/settings/setting.py": SET,
    "scenarios/stage/authority.py": PLAYED,
    "scenarios/stage/cast.py": PLAYED,
    "scenarios/stage/chromium.py": "tests/scenarios/stage/test_guard.py",
    "scenarios/stage/devices.py": PLAYED,
    "scenarios/stage/heads.py": "tests/scenarios/stage/test_hostile_servers.py",
    "scenarios/stage/houses.py": PLAYED,
    "scenarios/stage/listener.py": PLAYED,
    "scenarios/stage/open_in_browser.py": PLAYED,
    "scenarios/stage/options.py": PLAYED,
    "scenarios/stage/proxy.py": PLAYED,
    "scenarios/stage/recorder.py": PLAYED,
    "scenarios/stage/scope.py": PLAYED,
    "scenarios/stage/servers.py": PLAYED,
    "scenarios/stage/stage.py": PLAYED,
    "scenarios/stage/sweep.py": "tests/scenarios/stage/test_caretaker.py",
    "victim/sign_in/live_page.py": "tests/victim/sign_in/test_real_browser.py",
    "victim/client/errors.py": "tests/victim/client/test_answer.py",
    "victim/identity_provider/errors.py": "tests/victim/identity_provider/test_registry.py",
    "victim/identity_provider/tenant.py": "tests/victim/identity_provider/test_provider.py",
    "victim/lab/authlib_files/provider.py": "tests/victim/lab/test_authlib_server.py",
    "victim/lab/authlib_files/serve.py": "tests/victim/lab/test_authlib_server.py",
    "victim/lab/authlib_files/storage.py": "tests/victim/lab/test_authlib_server.py",
    "victim/lab/django_files/serve.py": "tests/victim/lab/test_django_oauth_toolkit.py",
    "victim/lab/processes.py": "tests/victim/lab/test_lab.py",
}
"""Sources without a test file of their own name, and the one that holds them.

What is :data:`PLAYED` is held by whole runs on a real stage; a test file of its own goes first.
"""


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), name(path))


def has_code(path: Path) -> bool:
    """Whether there is more in it than imports, docstrings and ``__all__``."""
    return any(
        isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        for node in ast.walk(tree(path))
    )


def imports(path: Path) -> Iterator[str]:
    """Every import in a file, wherever it stands, relative and computed (``?``) ones too."""
    return imports_in(tree(path), path.relative_to(ROOT).parts[:-1])


def imports_in(module: ast.Module, package: tuple[str, ...]) -> Iterator[str]:
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            yield ".".join([*above, *filter(None, [node.module])])
        elif isinstance(node, ast.Call) and _name_of(node.func) in ("import_module", "__import__"):
            named = node.args[0] if node.args else None
            yield str(named.value) if isinstance(named, ast.Constant) else "?"


def _name_of(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def is_scenario(path: Path) -> bool:
    # Scenario files have no unit test: every one of them is played, and judged by the registry's.
    return path.parent.parent == ROOT / "scenarios" and path.parent.name in FAMILIES


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_every_source_file_has_its_test_file(path: Path) -> None:
    if not has_code(path) or is_scenario(path):
        return
    own = ROOT / "tests" / path.relative_to(ROOT).with_name(f"test_{path.name}")
    elsewhere = TESTED_ELSEWHERE.get(name(path))

    assert own.exists() or (elsewhere and (ROOT / elsewhere).exists()), f"{name(own)} is missing"


def test_the_list_of_exceptions_is_not_longer_than_needed() -> None:
    for source, elsewhere in TESTED_ELSEWHERE.items():
        path = Path(source)
        assert (ROOT / path).exists(), f"{path} is gone"
        own = ROOT / "tests" / path.with_name(f"test_{path.name}")
        assert elsewhere == PLAYED or not own.exists(), f"{path} has its own test file now"


ALLOWED = {
    "codejack": {"codejack", "scenarios", "attacker", "victim", "reports"},
    "scenarios": {"scenarios", "attacker", "victim", "reports"},
    "attacker": {"attacker", "reports"},
    "victim": {"victim", "reports"},
    "reports": {"reports"},
}


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_imports_run_one_way_lazy_ones_too(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]
    houses = {imported.partition(".")[0] for imported in imports(path)} & set(FOLDERS)

    assert houses <= ALLOWED[room]


@pytest.mark.parametrize("room", ["attacker", "victim"])
def test_no_import_of_either_side_is_computed(room: str) -> None:
    for path in (ROOT / room).rglob("*.py"):
        assert "?" not in set(imports(path)), name(path)


def test_the_search_for_imports_finds_each_kind() -> None:
    text = """
import victim.a
def late():
    from victim.b import c
    import_module("victim.c")
    importlib.import_module("victim.d")
    __import__("victim.e")
    import_module(name)
from .. import sibling
from .near import x
"""
    found = list(imports_in(ast.parse(text), ("attacker", "redirect_handlers")))

    assert sorted(found) == [
        "?",
        "attacker",
        "attacker.redirect_handlers.near",
        *(f"victim.{letter}" for letter in "abcde"),
    ]


STEPS = [
    (actor, step)
    for actor in (Thief, Injector, Verifiers)
    for step, function in vars(actor).items()
    if inspect.isfunction(function) and not step.startswith("_")
]
SENSES: dict[str, dict[str, object]] = {
    "send_on": {"parameters": Mapping[str, str]},
    "witness": {"exchange": Exchange},
    "overhear": {"handover": Handover},
    "alter": {"url": str, "seen_in": str},
    "own_request": {"changes": str | None},
    "new_challenge": {"login": Sighting},
}
"""How the stage shows the thief what its channel carried; no scripted step."""
LENT: dict[str, dict[str, object]] = {
    "holds_secret": {"client_id": str, "secret": str},
}
"""What the stage gives the thief before it begins, as if that had leaked; no scripted step."""
INVENTED: dict[str, dict[str, object]] = {
    "redeem": {"bent": Bent},
    "posing_with": {"secret": str},
    "refresh": {"bent": Bent},
    "use": {"in_url": bool},
    "build_authorization_request": {"more": Iterable[tuple[str, str]], "changes": str | None},
    "make_up": {"kind": str, "value": str},
    "spoilt_request": {"changes": str},
    "own_cookie": {"url": str},
    "choose": {"verifier": str | None},
    "start_own_login": {"server": str},
    "try_each": {"verifiers": Iterable[LootItem]},
    "answer_at": {"url": str},
    "claim_host": {"host": str},
    "catch": {"kind": str},
}
"""What a script lets the attacker think up itself: it holds no secret of anybody's."""


@pytest.mark.parametrize(("actor", "step"), STEPS, ids=lambda v: getattr(v, "__name__", v))
def test_attack_steps_take_nothing_but_loot_and_what_the_attacker_thinks_up(
    actor: type, step: str
) -> None:
    hints = get_type_hints(getattr(actor, step))
    hints.pop("return", None)
    parameters = set(inspect.signature(getattr(actor, step)).parameters) - {"self"}
    assert parameters == set(hints)

    known = {name: hint for name, hint in hints.items() if not _is_loot(hint)}
    assert known == (SENSES | LENT | INVENTED).get(step, {})


@pytest.mark.parametrize("path", [path for path in SOURCES if is_scenario(path)], ids=name)
def test_no_script_lends_the_thief_a_secret(path: Path) -> None:
    calls = (node for node in ast.walk(tree(path)) if isinstance(node, ast.Call))

    assert LENT.keys().isdisjoint(_name_of(call.func) for call in calls)


def _is_loot(hint: object) -> bool:
    kinds = set(get_args(hint)) if isinstance(hint, UnionType) else {hint}
    return LootItem in kinds and kinds <= {LootItem, type(None)}


def test_there_are_steps_to_look_at() -> None:
    assert {"redeem", "use", "inject", "witness"} <= {step for _, step in STEPS}


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_no_task_is_lost(path: Path) -> None:
    # The event loop keeps only a weak reference: a task that nobody holds may vanish, and its
    # exception with it. Those of a task group are held by the group.
    assert lost_tasks(tree(path)) == []


def test_a_lost_task_would_be_found() -> None:
    text = """
async def f():
    asyncio.create_task(g())
    asyncio.ensure_future(g())
    create_task(g())
    kept = asyncio.create_task(g())
    async with asyncio.TaskGroup() as group:
        group.create_task(g())
"""
    assert lost_tasks(ast.parse(text)) == [3, 4, 5]


def lost_tasks(module: ast.Module) -> list[int]:
    """The lines that start a task and drop it."""
    groups = _task_groups(module)
    dropped = (node.value for node in ast.walk(module) if isinstance(node, ast.Expr))
    return [
        call.lineno
        for call in dropped
        if isinstance(call, ast.Call)
        and _name_of(call.func) in ("create_task", "ensure_future")
        and not (isinstance(call.func, ast.Attribute) and _name_of(call.func.value) in groups)
    ]


def _task_groups(module: ast.Module) -> set[str]:
    """The names under which task groups are entered."""
    blocks = (node for node in ast.walk(module) if isinstance(node, ast.AsyncWith))
    items = (item for block in blocks for item in block.items)
    return {
        _name_of(item.optional_vars)
        for item in items
        if item.optional_vars is not None
        and isinstance(item.context_expr, ast.Call)
        and _name_of(item.context_expr.func) == "TaskGroup"
    }


BEHIND_THE_DOOR = [path for path in SOURCES if not path.is_relative_to(ROOT / "codejack")]


@pytest.mark.parametrize("path", BEHIND_THE_DOOR, ids=name)
def test_only_the_front_door_prints(path: Path) -> None:
    # Standard output belongs to the machine that reads ``--json``.
    calls = (node for node in ast.walk(tree(path)) if isinstance(node, ast.Call))

    assert [call.lineno for call in calls if _name_of(call.func) == "print"] == []

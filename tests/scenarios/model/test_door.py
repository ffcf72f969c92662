import inspect
import pkgutil
from importlib import import_module

import pytest

from scenarios import model
from scenarios.model import Answer, Door, opened, shut

MODULES = [
    import_module(each.name) for each in pkgutil.iter_modules(model.__path__, "scenarios.model.")
]
KINDS = sorted(
    {
        kind
        for module in MODULES
        for kind in vars(module).values()
        if inspect.isclass(kind) and issubclass(kind, Door) and kind is not Door
    },
    key=lambda kind: kind.__name__,
)


def test_an_answer_is_a_yes_or_a_no_with_its_reason() -> None:
    assert opened("this is known") == Answer(True, "this is known")
    assert opened() == Answer(True, "")
    assert shut("that is not") == Answer(False, "that is not")


def test_there_are_doors_to_look_at() -> None:
    assert len(KINDS) >= 4


@pytest.mark.parametrize("kind", KINDS)
def test_doors_are_values(kind: type[Door]) -> None:
    assert kind.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert kind.__dataclass_params__.eq  # type: ignore[attr-defined]
    assert kind.__doc__


def test_a_door_has_an_answer() -> None:
    with pytest.raises(TypeError, match="abstract"):
        Door()  # type: ignore[abstract]

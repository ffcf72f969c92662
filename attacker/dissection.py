"""What a copy of the client computes: whoever has downloaded it can run what is inside.

Modules of compiled Python are run for their constants, and for what functions give that ask for
nothing. They get no more of this machine than the arithmetic that a verifier is made with.
"""

import base64
import builtins
import hashlib
import marshal
from collections.abc import Iterable, Iterator, Mapping
from importlib.util import MAGIC_NUMBER
from inspect import signature
from types import FunctionType, ModuleType
from typing import Any

_HEADER = len(MAGIC_NUMBER) + 12
_PURE: dict[str, ModuleType] = {"base64": base64, "hashlib": hashlib}
_HARMLESS = ("__build_class__", "len", "list", "range", "int", "str", "bytes", "dict", "min", "max")


def texts_in(files: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """Every text that the modules among these files hold or make, behind the place it is from."""
    for name, content in files.items():
        if content.startswith(MAGIC_NUMBER):
            for what, value in _run(content).items():
                yield from ((f"{name}, {what}", text) for text in _texts(value))


def _run(content: bytes) -> dict[str, Any]:
    offered = {name: getattr(builtins, name) for name in _HARMLESS}
    module: dict[str, Any] = {"__builtins__": offered | {"__import__": _import}}
    exec(marshal.loads(content[_HEADER:]), module)  # noqa: S102, S302 - the victim's own app
    return {name: value for name, value in module.items() if not name.startswith("__")}


def _import(name: str, *_: object) -> ModuleType:
    if name not in _PURE:
        raise ImportError(f"a copy of the client may not use {name} here")
    return _PURE[name]


def _texts(value: object) -> Iterable[str]:
    if isinstance(value, FunctionType) and not signature(value).parameters:
        value = value()
    if isinstance(value, str):
        return [value]
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []

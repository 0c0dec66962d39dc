"""Rules of the code that no linter knows: who may speak Chinese, who may read the environment, what a test must do."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.tree import ROOMS, functions, parsed, python_files

_CJK = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
# Chinese in a Python string belongs where language is the material, not where customers are answered.
_MAY_HOLD_CHINESE = ("bot/nlu/", "bot/policies/", "utility/seed/")
# place -> why its Chinese words are not customer text
_CHINESE_WITH_REASON = {
    "runtime/privacy.py": "the words that announce a number to be masked",
    "bot/promises/moments.py": "how hours and spans are written: language is the material",
    "backend/models/faults.py": "the utility's own word for the least severity, as its API spells it",
}
# Settings are read in `__main__`, and in what is started by name (`python -m console.server.seed`) or by Alembic.
_MAY_READ_ENVIRONMENT = (
    "console/server/seed.py",
    "runtime/clock.py",
    "runtime/embedded.py",
    "utility/migrations/env.py",
)
# Names of checking helpers; `until` fails when its time is up.
_CHECKERS = re.compile(r"^(_?(assert|check|expect|verify|run_state_machine)\w*|until|raises|fail)$")


def test_customers_are_never_answered_from_python() -> None:
    spoken = [
        f"{file}:{line} {text[:30]!r}"
        for file in python_files(*ROOMS)
        if not str(file).startswith(_MAY_HOLD_CHINESE) and str(file) not in _CHINESE_WITH_REASON
        for line, text in _string_literals(file)
        if _CJK.search(text)
    ]

    assert spoken == []


def test_only_main_modules_read_the_environment() -> None:
    readers = [
        f"{file}:{node.lineno}"
        for file in python_files(*ROOMS)
        if file.name != "__main__.py" and str(file) not in _MAY_READ_ENVIRONMENT
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}
    ]

    assert readers == []


def test_no_module_keeps_mutable_state() -> None:
    mutable = [
        f"{file}:{node.lineno}"
        for file in python_files(*ROOMS)
        for node in parsed(file).body
        if isinstance(node, ast.Assign | ast.AnnAssign) and _is_mutable(node.value) and not _is_public_list(node)
    ]

    assert mutable == []


def test_every_module_says_which_room_it_is() -> None:
    silent = [
        str(file)
        for file in python_files(*ROOMS, "tools", "bench")
        if parsed(file).body and not ast.get_docstring(parsed(file)) and "versions" not in file.parts
    ]

    assert silent == []


def test_every_test_can_fail() -> None:
    toothless = [
        f"{file}:{function.lineno} {function.name}"
        for file in python_files("tests")
        for function in functions(parsed(file))
        if file.name.startswith("test_") and function.name.startswith("test_") and not _checks_something(function, file)
    ]

    assert toothless == []


def _string_literals(file: Path) -> Iterator[tuple[int, str]]:
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(parsed(file)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.lineno, node.value


def _is_mutable(value: ast.expr | None) -> bool:
    """An empty list, dict or set at module level is there to be filled; a filled one is a table."""
    if isinstance(value, ast.List | ast.Set):
        return not value.elts
    if isinstance(value, ast.Dict):
        return not value.keys
    return (
        isinstance(value, ast.Call)
        and isinstance(value.func, ast.Name)
        and value.func.id in {"list", "dict", "set", "defaultdict", "deque", "Counter"}
        and not value.args
    )


def _is_public_list(node: ast.Assign | ast.AnnAssign) -> bool:
    return isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "__all__"


def _checks_something(test: ast.FunctionDef | ast.AsyncFunctionDef, file: Path) -> bool:
    """Looks for an assert, a `raises` or a checker, in the test or in a function of its module that it calls."""
    called = {name for node in ast.walk(test) if isinstance(node, ast.Call) and (name := _called_name(node))}
    near = [function for function in functions(parsed(file)) if function.name in called]
    return any(isinstance(node, ast.Assert) for body in (test, *near) for node in ast.walk(body)) or any(
        _CHECKERS.match(name) for name in called
    )


def _called_name(call: ast.Call) -> str | None:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else None

"""How big things may grow: small enough to be read in one go."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.tree import BESIDE, PROJECT, ROOMS, committed_files, functions, parsed, python_files

_FILE_LIMIT, _FILE_AIM, _FUNCTION_LIMIT, _NESTING_LIMIT = 400, 300, 40, 3
# file -> why it may be longer than 300 lines (never longer than 400)
_LONG_WITH_REASON = {
    "utility/migrations/versions/0001_company.py": "the tables of the company, one statement each, read as one page",
}
_SOURCES = {".py", ".ts", ".tsx", ".css", ".sh", ".mjs"}
_GENERATED = {"wire.ts"}


def _lines(file: Path) -> int:
    return len((PROJECT / file).read_text(encoding="utf-8").splitlines())


def _sources() -> list[Path]:
    return [file for file in committed_files() if file.suffix in _SOURCES and file.name not in _GENERATED]


def test_no_file_is_longer_than_400_lines() -> None:
    too_long = {str(file): count for file in _sources() if (count := _lines(file)) > _FILE_LIMIT}

    assert too_long == {}


def test_a_product_file_over_300_lines_has_a_reason() -> None:
    """A table of tests may be longer; nothing is over 400."""
    product = [file for file in _sources() if "tests" not in file.parts and str(file) not in _LONG_WITH_REASON]

    unexplained = {str(file): count for file in product if (count := _lines(file)) > _FILE_AIM}

    assert unexplained == {}


def test_no_function_is_longer_than_40_lines() -> None:
    too_long = {
        f"{file}:{function.lineno} {function.name}": length
        for file in python_files(*ROOMS, *BESIDE)
        for function in functions(parsed(file))
        if not str(file).startswith(("migrations", "utility/migrations"))
        and (length := _length(function)) > _FUNCTION_LIMIT
    }

    assert too_long == {}


@pytest.mark.parametrize("room", [*ROOMS, "tools"])
def test_nesting_stays_at_three(room: str) -> None:
    too_deep = [
        f"{file}:{function.lineno} {function.name} ({depth})"
        for file in python_files(room)
        for function in functions(parsed(file))
        if (depth := max(_depths(function), default=0)) > _NESTING_LIMIT
    ]

    assert too_deep == []


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Counts the function's lines without its docstring: explaining is free."""
    docstring = ast.get_docstring(function, clean=False)
    return (function.end_lineno or 0) - function.lineno + 1 - (len(docstring.splitlines()) if docstring else 0)


_BLOCKS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.Try, ast.With, ast.AsyncWith)


def _depths(node: ast.AST, depth: int = 0) -> Iterator[int]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            continue
        # An elif is an If in its parent's else: the same depth to the eye.
        is_elif = isinstance(node, ast.If) and isinstance(child, ast.If) and node.orelse == [child]
        inner = depth + 1 if isinstance(child, _BLOCKS) and not is_elif else depth
        yield inner
        yield from _depths(child, inner)

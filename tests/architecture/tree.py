"""What the architecture tests look at: the project's own Python files, parsed."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).parent.parent.parent
ROOMS = (
    "conversation",
    "runtime",
    "connectors",
    "handoff",
    "backend",
    "actions",
    "bot",
    "utility",
    "console",
    "notices",
)
BESIDE = ("tools", "bench", "tests", "migrations")


@cache
def python_files(*folders: str) -> tuple[Path, ...]:
    """Returns the Python files below `folders`, relative to the project."""
    found = (file for folder in folders for file in (PROJECT / folder).rglob("*.py"))
    return tuple(sorted(file.relative_to(PROJECT) for file in found if "node_modules" not in file.parts))


@cache
def committed_files() -> tuple[Path, ...]:
    """Returns what a clone holds, and what is new and not ignored."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=PROJECT, capture_output=True, check=True, text=True).stdout
    return tuple(path for name in listed.split("\0") if name and (path := Path(name)) and (PROJECT / path).is_file())


@cache
def parsed(file: Path) -> ast.Module:
    """Returns the syntax tree of a project file."""
    return ast.parse((PROJECT / file).read_text(encoding="utf-8"), filename=str(file))


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yields every function and method of a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def module_name(file: Path) -> str:
    """Returns the dotted name a file is imported by."""
    parts = file.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

"""The arrows between the rooms, as docs/architecture.md draws them."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

from tests.architecture.tree import PROJECT, ROOMS, module_name, parsed, python_files

_DRAWERS = {"utils", "helpers", "common", "misc", "manager"}


def test_imports_follow_the_river() -> None:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"]

    linted = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, env={**os.environ, "COLUMNS": "120"})

    assert linted.returncode == 0, linted.stdout[-3000:] + linted.stderr[-1000:]


def test_every_room_is_held_by_the_arrows() -> None:
    settings = (PROJECT / "pyproject.toml").read_text(encoding="utf-8")
    roots = settings.split("root_packages = [", 1)[1].split("]", 1)[0]

    unheld = [room for room in ROOMS if f'"{room}"' not in roots]

    assert unheld == []


def test_product_code_never_imports_tools_tests_or_bench() -> None:
    upward = [
        f"{file}: {name}"
        for file in python_files(*ROOMS)
        for name in _imported(file)
        if name.split(".")[0] in {"tools", "tests", "bench"}
    ]

    assert upward == []


def test_there_is_no_drawer_module() -> None:
    drawers = [
        str(file) for file in python_files(*ROOMS, "tools", "bench") if _DRAWERS & set(file.with_suffix("").parts)
    ]

    assert drawers == []


def test_every_package_has_an_init_file() -> None:
    folders = {file.parent for file in python_files(*ROOMS)}

    bare = [
        str(folder)
        for folder in folders
        if folder.name not in {"versions", "migrations"} and not (PROJECT / folder / "__init__.py").exists()
    ]

    assert bare == []


def _imported(file: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(parsed(file)):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names.add(node.module)
    return names - {module_name(file)}

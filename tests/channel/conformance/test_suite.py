"""The suite itself: what a door says it lacks or can be damaged by are trials that there are, and none is lost."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.channel.conformance.conftest import DOORS

_HERE = Path(__file__).parent


def trials() -> set[str]:
    """The names of all trials."""
    trees = [ast.parse(file.read_text(encoding="utf-8")) for file in _HERE.glob("test_*.py")]
    functions = [node for tree in trees for node in tree.body if isinstance(node, ast.AsyncFunctionDef)]
    given = [one.name for one in functions if "door" in {argument.arg for argument in one.args.args}]
    return {name.removeprefix("test_") for name in given if name.startswith("test_")}


def test_every_door_names_trials_that_there_are() -> None:
    named = {name.partition("/")[0] for door in DOORS for name in (*door.lacks, *door.damages)}

    assert len(trials()) > 20
    assert named - trials() == set()


def test_what_a_door_lacks_has_a_reason() -> None:
    reasons = [reason for door in DOORS for reason in door.lacks.values()]

    assert reasons
    assert all(len(reason) > 10 for reason in reasons)

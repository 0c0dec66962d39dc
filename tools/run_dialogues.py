"""Plays conversations against a running stack: `python -m tools.run_dialogues DIR_OR_FILE [--json] [-k SUBSTRING]`.

Prints `{"total", "passed", "conversations": [...]}` with `--json`, else a list; progress goes to stderr. A file that is
not of the format counts as a conversation that failed. Exits 0 when all pass, 1 when one fails, 2 on a bad file.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tools import say
from tools.dialogues.books import Books
from tools.dialogues.case import BadFile, Case, CaseError, read_all
from tools.dialogues.checks import Failure
from tools.dialogues.platforms import Platforms
from tools.dialogues.player import Played, Player
from tools.stack import ActionMode, Stack
from tools.stack.health import is_healthy
from tools.train import ensure_model

FAILED, BAD_FILE, NO_STACK = 1, 2, 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command."""
    options = _options(arguments)
    try:
        found = [one for one in read_all(options.target) if _chosen(one, options.k)]
    except CaseError as error:
        say.line(str(error))
        return BAD_FILE
    try:
        played = _play(found, first_failure_ends=options.exitfirst)
    except say.ToolError as error:
        say.line(f"the stack does not start: {error}")
        return NO_STACK
    report = {
        "total": len(played),
        "passed": sum(one.passed for one in played),
        "conversations": [one.to_json() for one in played],
    }
    sys.stdout.write((json.dumps(report, ensure_ascii=False, indent=1) if options.json else _table(played)) + "\n")
    if any(isinstance(one, BadFile) for one in found):
        return BAD_FILE
    return 0 if report["passed"] == report["total"] else FAILED


def play_all(stack: Stack, found: Sequence[Case | BadFile], *, first_failure_ends: bool = False) -> list[Played]:
    """Plays each case with fresh books; a process that a conversation has brought down is started again."""
    books = Books(stack)
    books.keep_fresh()
    played: list[Played] = []
    for number, one in enumerate(found, start=1):
        began = time.monotonic()
        if isinstance(one, BadFile):
            played.append(unplayed(one))
        else:
            played.append(Player(books, one).play())
        last = played[-1]
        took = time.monotonic() - began
        say.line(
            f"[{number}/{len(found)}] {'ok  ' if last.passed else 'FAIL'} {last.case_id} {last.title} ({took:.1f} s)"
        )
        if last.broken:
            _revive(stack)
        if first_failure_ends and not last.passed:
            break
    return played


def unplayed(bad: BadFile) -> Played:
    """Returns what a file that is not of the format counts as: a conversation that failed."""
    return Played(bad.path.stem, bad.path.name, [Failure("file", "a conversation of the format", bad.why)])


def _play(found: Sequence[Case | BadFile], *, first_failure_ends: bool) -> list[Played]:
    if not any(isinstance(one, Case) for one in found):
        return [unplayed(one) for one in found if isinstance(one, BadFile)]
    model, temporary = ensure_model(), tempfile.TemporaryDirectory(prefix="gridtalk-", ignore_cleanup_errors=True)
    extra, platforms = {"LOG_LEVEL": "WARNING"}, Platforms()
    mode = ActionMode.of(os.environ, ActionMode.PROCESS)
    with temporary as folder, Stack(Path(folder), model=model, extra=extra, platforms=platforms, actions=mode) as stack:
        return play_all(stack, found, first_failure_ends=first_failure_ends)


def _revive(stack: Stack) -> None:
    for name in stack.processes:
        if not is_healthy(getattr(stack.plan.ports, name)):
            say.line(f"{name} does not answer: it is started again")
            stack.restart(name)


def _chosen(one: Case | BadFile, wanted: str) -> bool:
    names = [str(one.path), *([one.case_id] if isinstance(one, Case) else [])]
    return any(wanted.lower() in name.lower() for name in names)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", type=Path, help="a conversation file, or a folder of them")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("-k", default="", metavar="SUBSTRING", help="only those whose id or path holds this")
    ends = parser.add_mutually_exclusive_group()
    ends.add_argument("--keep-going", action="store_true", help="go on after a failure (the default)")
    ends.add_argument("-x", "--exitfirst", action="store_true", help="end at the first failure")
    return parser.parse_args(arguments)


def _table(played: Sequence[Played]) -> str:
    rows = []
    for one in played:
        rows.append(f"{'ok  ' if one.passed else 'FAIL'} {one.case_id} {one.title}")
        rows += [
            f"       step {failure.step}: {failure.expected}\n         got: {failure.got}" for failure in one.failures
        ]
    return "\n".join([*rows, f"{sum(one.passed for one in played)} of {len(played)} conversations passed"])


if __name__ == "__main__":
    sys.exit(main())

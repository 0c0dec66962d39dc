"""Plays conversations against a running stack: `python -m tools.run_dialogues DIR_OR_FILE [--json]`.

Prints `{"total", "passed", "conversations": [...]}` with `--json`; exits 1 when a conversation fails, 2 on a bad file.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tools.dialogues.books import Books
from tools.dialogues.case import Case, CaseError, find_cases
from tools.dialogues.platforms import Platforms
from tools.dialogues.player import Played, Player
from tools.stack import Stack
from tools.train import ensure_model


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command."""
    options = _options(arguments)
    try:
        cases = find_cases(options.target)
    except CaseError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    model, temporary = ensure_model(), tempfile.TemporaryDirectory(prefix="gridtalk-", ignore_cleanup_errors=True)
    quiet = {"LOG_LEVEL": "WARNING"}
    with temporary as folder, Stack(Path(folder), model=model, extra=quiet, platforms=Platforms()) as stack:
        played = play_all(stack, cases)
    report = {
        "total": len(played),
        "passed": sum(one.passed for one in played),
        "conversations": [one.to_json() for one in played],
    }
    sys.stdout.write((json.dumps(report, ensure_ascii=False, indent=1) if options.json else _table(played)) + "\n")
    return 0 if report["passed"] == report["total"] else 1


def play_all(stack: Stack, cases: Sequence[Case]) -> list[Played]:
    """Plays each case with fresh books."""
    books = Books(stack)
    books.keep_fresh()
    return [Player(books, case).play() for case in cases]


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", type=Path, help="a conversation file, or a folder of them")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser.parse_args(arguments)


def _table(played: Sequence[Played]) -> str:
    rows = []
    for one in played:
        rows.append(f"{'ok  ' if one.passed else 'FAIL'} {one.case.case_id} {one.case.title}")
        rows += [
            f"       step {failure.step}: {failure.expected}\n         got: {failure.got}" for failure in one.failures
        ]
    return "\n".join([*rows, f"{sum(one.passed for one in played)} of {len(played)} conversations passed"])


if __name__ == "__main__":
    sys.exit(main())

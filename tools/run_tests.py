"""Runs the whole suite as pytest processes side by side, more than cores: a test waits on databases for half its time.

python -m tools.run_tests [pytest's own options]      exits 1 when one of them fails

The first one writes as it goes; the reports of the others follow whole, so that nothing is mixed.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tools import say

PROJECT = Path(__file__).parent.parent
# Each has stores of its own; those that need every process (e2e, dialogue) start a stack of their own.
SHARES: tuple[tuple[str, ...], ...] = (
    ("e2e",),
    ("architecture", "unit", "contract", "component/console"),
    tuple(f"component/{room}" for room in ("bot", "handoff", "notices", "runtime", "tools", "utility", "web")),
    ("channel", "nlu"),
    ("dialogue",),
)
# pytest's own: some tests failed; no test was chosen by the options.
_NONE_CHOSEN = 5


@dataclass(frozen=True)
class Running:
    """One share under way, and where it writes."""

    share: tuple[str, ...]
    process: subprocess.Popen[bytes]
    report: IO[str] | None


def main(options: Sequence[str]) -> int:
    """Runs every share and returns the exit code of the suite."""
    began = time.monotonic()
    with ExitStack() as files:
        running = [_start(share, options, files, shown=number == 0) for number, share in enumerate(SHARES)]
        codes = [_finish(one, began) for one in running]
    return verdict(codes)


def verdict(codes: Sequence[int]) -> int:
    """The exit code of the suite: a share without a chosen test is no failure, all without one is."""
    if all(code == _NONE_CHOSEN for code in codes):
        return _NONE_CHOSEN
    return next((code for code in codes if code not in (0, _NONE_CHOSEN)), 0)


def _start(share: tuple[str, ...], options: Sequence[str], files: ExitStack, *, shown: bool) -> Running:
    command = [sys.executable, "-m", "pytest", *(f"tests/{folder}" for folder in share), *options]
    if shown:
        return Running(share, subprocess.Popen(command, cwd=PROJECT), None)
    report = files.enter_context(tempfile.TemporaryFile(mode="w+", encoding="utf-8"))  # noqa: SIM115  # `files` closes it
    return Running(share, subprocess.Popen(command, cwd=PROJECT, stdout=report, stderr=subprocess.STDOUT), report)


def _finish(one: Running, began: float) -> int:
    """Waits for a share and shows its report."""
    names = ", ".join(one.share)
    if one.process.poll() is None:
        say.step(f"waiting for {names} ...")
    code = one.process.wait()
    if one.report:
        one.report.seek(0)
        sys.stdout.write(one.report.read())
    say.step(f"{names}: exit {code} within {time.monotonic() - began:.0f} s")
    sys.stdout.flush()
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

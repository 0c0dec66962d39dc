"""Runs the whole suite as two pytest processes side by side, one per core; a test waits on databases for half its time.

python -m tools.run_tests [pytest's own options]      exits 1 when one of them fails

The first one writes as it goes; the second one's report follows whole, so that nothing is mixed.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tools import say

PROJECT = Path(__file__).parent.parent
FIRST = ("architecture", "unit", "component", "e2e")
SECOND = ("contract", "channel", "nlu", "dialogue")
# pytest's own: some tests failed; no test was chosen by the options.
_NONE_CHOSEN = 5


def main(options: Sequence[str]) -> int:
    """Runs both halves and returns the exit code of the suite."""
    with tempfile.TemporaryFile(mode="w+", encoding="utf-8") as report:
        second = subprocess.Popen(_command(SECOND, options), cwd=PROJECT, stdout=report, stderr=subprocess.STDOUT)
        first = subprocess.run(_command(FIRST, options), cwd=PROJECT)
        if second.poll() is None:
            say.step(f"waiting for {', '.join(SECOND)} ...")
        codes = (first.returncode, second.wait())
        report.seek(0)
        sys.stdout.write(report.read())
        sys.stdout.flush()
    return verdict(codes)


def verdict(codes: Sequence[int]) -> int:
    """The exit code of the suite: a half without a chosen test is no failure, both without one is."""
    if all(code == _NONE_CHOSEN for code in codes):
        return _NONE_CHOSEN
    return next((code for code in codes if code not in (0, _NONE_CHOSEN)), 0)


def _command(folders: Sequence[str], options: Sequence[str]) -> list[str]:
    return [sys.executable, "-m", "pytest", *(f"tests/{folder}" for folder in folders), *options]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""`make fuzz`: every target for some seconds, two at a time; what breaks one is kept in .cache/fuzz and printed.

python -m tests.fuzz --seconds 60 [target ...]
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.fuzz.targets import TARGETS

_PROJECT = Path(__file__).parents[2]
_PYTHON = _PROJECT / ".tools/fuzz/bin/python"
_CACHE = _PROJECT / ".cache/fuzz"
_SEEDS = _PROJECT / "tests/channel/payloads"
_AT_ONCE = 2


@dataclass(frozen=True)
class Verdict:
    """How one target did: inputs tried, and what broke it."""

    name: str
    tried: int
    broken: bool
    log: str


def fuzz(name: str, seconds: int) -> Verdict:
    """Runs one target; its corpus grows from run to run and starts with the captured payloads."""
    corpus, broken = _CACHE / name / "corpus", _CACHE / name / "broken"
    for folder in (corpus, broken):
        folder.mkdir(parents=True, exist_ok=True)
    seeds = [str(folder) for folder in sorted(_SEEDS.iterdir())]
    command = [str(_PYTHON), "-W", "ignore", "-m", "tests.fuzz.one", name, str(corpus), *seeds]
    options = [f"-max_total_time={seconds}", "-timeout=10", "-rss_limit_mb=2048", f"-artifact_prefix={broken}/"]
    packages = next((_PROJECT / ".venv/lib").glob("python3.10/site-packages"))
    environment = {**os.environ, "PYTHONPATH": f"{_PROJECT}:{packages}"}
    # libFuzzer ends by itself; the limit is for one that hangs.
    done = subprocess.run(
        [*command, *options], env=environment, capture_output=True, text=True, errors="replace", timeout=seconds + 120
    )
    counted = re.findall(r"^#(\d+)", done.stderr, re.MULTILINE)
    return Verdict(name, int(counted[-1]) if counted else 0, done.returncode != 0, done.stdout + done.stderr)


def main() -> int:
    """Fuzzes and reports."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=60, help="how long each target is fuzzed")
    parser.add_argument("targets", nargs="*", choices=[[], *TARGETS], help="all of them unless named")
    chosen = parser.parse_args()
    with ThreadPoolExecutor(_AT_ONCE) as runners:
        verdicts = list(runners.map(lambda name: fuzz(name, chosen.seconds), chosen.targets or TARGETS))
    for verdict in verdicts:
        sys.stdout.write(f"{verdict.name:<16} {verdict.tried:>9} inputs  {'BROKEN' if verdict.broken else 'ok'}\n")
    for verdict in verdicts:
        if verdict.broken:
            sys.stdout.write(f"\n== {verdict.name}: see .cache/fuzz/{verdict.name}/broken\n{verdict.log[-3000:]}\n")
    return int(any(verdict.broken for verdict in verdicts))


if __name__ == "__main__":
    sys.exit(main())

"""The rehearsed typhoon day, played twice on a fast clock: is each told once, nobody else, and is the result the same?

python -m bench.typhoon [--quick | --middle] [--seed 11] [--once] [--json FILE]      (docs/notices/storm.md)

Ends with 1 when a promise was broken or the second run gave another result.
"""

from __future__ import annotations

import argparse
import json
import logging
import shutil
import signal
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path

import structlog

from bench import results
from bench.typhoon import ledger
from bench.typhoon.rehearsal import Run, play
from bench.typhoon.script import FULL, MIDDLE, QUICK
from tools import quiet as chatter
from tools import say


def main() -> None:
    """Plays the day and says what broke."""
    options = _options()
    chatter.keep_logs_off()
    # The storm refuses and postpones on purpose; what nobody expected is an error.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # whatever ends it, what it started ends with it
    size = QUICK if options.quick else MIDDLE if options.middle else FULL
    size = replace(size, customers=options.customers or size.customers, accounts=options.accounts or size.accounts)
    folder = Path(tempfile.mkdtemp(prefix="gridtalk-typhoon-"))
    broken = True

    def after_each(runs: Sequence[Run]) -> None:
        nonlocal broken
        broken = _tell(options, runs)

    try:
        times = 1 if options.once else 2
        play(size, options.seed, folder, times=times, data=options.city, after_each=after_each)
    except say.ToolError as error:
        broken = True
        say.line(str(error))
    finally:
        if broken:
            say.line(f"the logs are in {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    if broken:
        say.stop("The storm broke a promise.")
    say.done("every promise was kept, and the same seed gave the same result")


def _tell(options: argparse.Namespace, runs: Sequence[Run]) -> bool:
    """Prints the figures, keeps them, and returns whether something broke."""
    for name, value in runs[0].figures.items():
        say.line(f"  {name:52} {json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value}")
    for number, run in enumerate(runs, 1):
        say.line(f"  run {number}: {run.seconds} s, {run.kills} kills, {run.ticks} ticks, processor {run.cpu_s}")
        for promise in run.broken:
            say.line(f"    broken: {promise}")
    fingerprint, differs = ledger.agreed([run.rows for run in runs])
    say.line(f"  fingerprint of {'both runs' if len(runs) > 1 else 'the run'}: {fingerprint}")
    for name in differs[:20]:
        say.line(f"    differs: {name}")
    if options.json:
        _keep(options, runs, fingerprint, differs)
    return bool(differs) or any(run.broken for run in runs)


def _keep(options: argparse.Namespace, runs: Sequence[Run], fingerprint: str, differs: Sequence[str]) -> None:
    content = {
        "measured_at": datetime.now().astimezone().isoformat(timespec="seconds"),
        "command": f"python -m bench.typhoon {' '.join(sys.argv[1:])}",
        "runs": [{name: value for name, value in asdict(run).items() if name != "rows"} for run in runs],
        "fingerprint": fingerprint,
        "seed": options.seed,
        "machine": results.describe_machine(),
        "differs": list(differs[:100]),
    }
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=11, help="the same seed plays the same day")
    parser.add_argument("--quick", action="store_true", help="4 outages and 1,000 customers")
    parser.add_argument("--middle", action="store_true", help="every kind of story, 11 outages and 300 customers")
    parser.add_argument("--once", action="store_true", help="one run: nothing is compared")
    parser.add_argument("--customers", type=int, default=0, help="how many write in")
    parser.add_argument("--accounts", type=int, default=0, help="how many accounts the city has")
    parser.add_argument("--city", type=Path, help="keep the city's database in this folder, for the next time")
    parser.add_argument("--json", type=Path, help="keep the figures there")
    return parser.parse_args()


if __name__ == "__main__":
    main()

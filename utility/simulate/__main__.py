"""`python -m utility.simulate --seed 7 [--kill 3]`: plays a seeded storm day and says whether the books still agree.

The company is its own: an embedded PostgreSQL, a scratch database, a service whose clock stands at each step. The same
seed gives the same fingerprint, with and without kills. Exit code 1: the audit found differences.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from runtime import embedded, log
from utility.simulate.client import PlayFailed
from utility.simulate.company import LOG_NAME
from utility.simulate.elsewhere import play_elsewhere
from utility.simulate.play import Day, Played, failed, play, shown

DATABASE = "utility_simulation"
LOG_LINES = 12


def main() -> None:
    """Runs the command."""
    options = _options()
    log.configure("utility.simulate")
    day = Day(options.seed, options.accounts, options.hours, options.kill, options.customers)
    if options.url:
        told = asyncio.run(play_elsewhere(day, options.url, *_tokens(os.environ)))
        sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=2) + "\n" if options.json else _said(told) + "\n")
        return
    with tempfile.TemporaryDirectory(prefix="gridtalk-day-", ignore_cleanup_errors=True) as folder:
        server = embedded.start_postgres(Path(folder) / "postgres")
        try:
            played = asyncio.run(play(day, server, DATABASE, Path(folder), os.environ))
        except PlayFailed as error:
            sys.exit(f"{error} {error.fields}\n{_log_tail(Path(folder) / LOG_NAME)}")
        finally:
            embedded.stop_postgres(server)
    sys.stdout.write(json.dumps(shown(played), ensure_ascii=False, indent=2) + "\n" if options.json else _text(played))
    sys.exit(1 if failed(played) else 0)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m utility.simulate", description="Plays a seeded storm day.")
    parser.add_argument("--seed", type=int, default=7, help="the same seed plays the same day")
    parser.add_argument("--accounts", type=int, default=300, help="how many accounts the city has")
    parser.add_argument("--customers", type=int, default=60, help="how many of their holders take part")
    parser.add_argument("--hours", type=float, default=12, help="how long the day is")
    parser.add_argument("--kill", type=int, default=0, help="kill -9 the service so often, in the middle of a write")
    parser.add_argument("--url", default="", help="play against this running service, with its own clock; no audit")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    return parser.parse_args()


def _log_tail(log_file: Path) -> str:
    return "\n".join(log_file.read_text(encoding="utf-8").splitlines()[-LOG_LINES:])


def _tokens(environ: Mapping[str, str]) -> tuple[str, str]:
    """The tokens of the running service, as its own settings name them."""
    return environ.get("UTILITY_TOKEN", ""), environ.get("UTILITY_OPERATOR_TOKEN", "")


def _said(told: Mapping[str, int]) -> str:
    return "\n".join(f"  {scene:<44} {count:>6}" for scene, count in told.items())


def _text(played: Played) -> str:
    wrong = [row for rows in played.differences.values() for row in rows]
    lines = [
        "what happened",
        _said(played.told),
        "how the books stand",
        played.story.text,
        f"killed {played.kills} times, played in {played.seconds:.0f} s",
        *(f"  {row.what} {row.where}: booked {row.booked}, computed {row.computed}" for row in wrong),
        f"audit: {len(wrong)} differences",
        f"sha256 {played.digest}",
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()

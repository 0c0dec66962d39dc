"""`python -m utility.audit [--json] [--sample N]`: recomputes the books, lists what disagrees; exit code 1 for any.

With `--sample` only N bills are recomputed, drawn anew each day; the answer says how many of how many.
"""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
import json
import os
import sys

from runtime import log, postgres
from runtime.clock import clock_from_environ
from utility.books.audit import Report, report
from utility.company import open_company
from utility.settings import SeedSettings

PATIENCE_S = 600  # a statement of the audit may read a whole city


def main() -> None:
    """Runs the command."""
    parser = argparse.ArgumentParser(prog="python -m utility.audit", description="Recomputes the books.")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    parser.add_argument("--sample", type=_positive, help="recompute only so many bills, and say so")
    options = parser.parse_args()
    log.configure("utility.audit")
    found = asyncio.run(_audit(SeedSettings.from_env(os.environ).database_url, options.sample))
    sys.stdout.write(as_json(found) if options.json else as_table(found))
    sys.exit(1 if found.differences else 0)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("a sample has at least one bill")
    return number


async def _audit(url: str, sample: int | None) -> Report:
    pool = await postgres.connect(url, most=2, patience=PATIENCE_S)
    try:
        return await report(await open_company(pool, clock_from_environ(os.environ)), sample)
    finally:
        await pool.close()


def as_json(made: Report) -> str:
    """Writes the findings for a program."""
    subjects = {name: [dataclasses.asdict(each) for each in rows] for name, rows in made.found.items()}
    bills = {"recomputed": made.recomputed, "of": made.bills}
    content = {"differences": made.differences, "bills": bills, "subjects": subjects}
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def as_table(made: Report) -> str:
    """Writes the findings for a person: a line for each subject, a line for each difference."""
    lines: list[str] = []
    for name, rows in made.found.items():
        lines.append(f"{name:<14} {'agrees' if not rows else f'{len(rows)} differences'}")
        lines.extend(f"  {r.what:<28} {r.where:<30} booked {r.booked}, computed {r.computed}" for r in rows)
    left = "" if made.recomputed == made.bills else "; the other bills were not recomputed"
    lines.append(f"{made.differences} differences; {made.recomputed} of {made.bills} bills recomputed{left}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()

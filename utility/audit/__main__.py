"""`python -m utility.audit [--json]`: recomputes the books and lists what disagrees; exit code 1 when anything does."""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
import json
import os
import sys
from collections.abc import Mapping, Sequence

from runtime import log, postgres
from runtime.clock import clock_from_environ
from utility.books.audit import audit
from utility.books.difference import Difference
from utility.company import open_company
from utility.settings import SeedSettings

PATIENCE_S = 600  # a statement of the audit may read a whole city

Findings = Mapping[str, Sequence[Difference]]


def main() -> None:
    """Runs the command."""
    parser = argparse.ArgumentParser(prog="python -m utility.audit", description="Recomputes the books.")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    options = parser.parse_args()
    log.configure("utility.audit")
    found = asyncio.run(_audit(SeedSettings.from_env(os.environ).database_url))
    sys.stdout.write(as_json(found) if options.json else as_table(found))
    sys.exit(1 if any(found.values()) else 0)


async def _audit(url: str) -> Findings:
    pool = await postgres.connect(url, most=2, patience=PATIENCE_S)
    try:
        return await audit(await open_company(pool, clock_from_environ(os.environ)))
    finally:
        await pool.close()


def as_json(found: Findings) -> str:
    """Writes the findings for a program."""
    subjects = {name: [dataclasses.asdict(each) for each in rows] for name, rows in found.items()}
    content = {"differences": sum(map(len, found.values())), "subjects": subjects}
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def as_table(found: Findings) -> str:
    """Writes the findings for a person: a line for each subject, a line for each difference."""
    lines: list[str] = []
    for name, rows in found.items():
        lines.append(f"{name:<14} {'agrees' if not rows else f'{len(rows)} differences'}")
        lines.extend(f"  {r.what:<28} {r.where:<30} booked {r.booked}, computed {r.computed}" for r in rows)
    lines.append(f"{sum(map(len, found.values()))} differences")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()

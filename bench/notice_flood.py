"""A flood of events at the notices' door, by real HTTP: how many it takes, what each costs, and that none is lost.

python -m bench.notice_flood [--before REV] [--events 100000] [--few 3000] [--json FILE]

Each side is the whole process (`python -m notices`: door, stream, rounds, sending) on a database of its own, one after
the other in one run: with `--before` that revision's code, then this one's, one event a call and a hundred; then the
great flood; then a thousand estimates of one outage. A tenth of the events comes twice, a fifth out of order; the
company answers from this process. While it rains, 200 homes have to be told of an outage, and `/health` is asked four
times a second. Two minutes on a quiet machine; each part has its longest time, four and a half minutes for all of it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from io import BytesIO
from pathlib import Path

from bench.flood import events
from bench.flood.company import HOMES
from bench.flood.side import Figures, Plan, measure
from runtime import embedded
from tools import say

_PROJECT = Path(__file__).parent.parent
_BATCH = 100


def plans(options: argparse.Namespace, before: Path | None) -> Iterator[Plan]:
    """What is done, in order."""
    few = {"bodies": events.many, "events": options.few, "send_s": 20.0, "apply_s": 15.0}
    if before:
        yield Plan("before, 1 a call", tree=before, batch=1, **few)
    yield Plan("now, 1 a call", tree=_PROJECT, batch=1, **few)
    yield Plan(f"now, {_BATCH} a call", tree=_PROJECT, batch=_BATCH, **few)
    great = {"bodies": events.many, "events": options.events, "rate": options.rate, "send_s": 60.0, "apply_s": 60.0}
    yield Plan("the great flood", tree=_PROJECT, batch=_BATCH, connections=8, **great)
    story = {"bodies": events.one_story, "events": 1000, "send_s": 10.0, "apply_s": 15.0}
    yield Plan("one story", tree=_PROJECT, batch=_BATCH, **story)


@contextmanager
def checked_out(revision: str, folder: Path) -> Iterator[Path | None]:
    """Gives the tree of a revision, without touching this one's."""
    if not revision:
        yield None
        return
    packed = subprocess.run(  # noqa: S603  # the revision is the caller's own
        ["git", "archive", revision], cwd=_PROJECT, check=True, capture_output=True
    ).stdout
    with tarfile.open(fileobj=BytesIO(packed)) as archive:
        archive.extractall(folder)  # noqa: S202  # our own history
    yield folder


async def run(options: argparse.Namespace) -> bool:
    """Runs everything on a PostgreSQL and a Redis of its own and prints; false: something was lost."""
    found: list[Figures] = []
    with tempfile.TemporaryDirectory(prefix="gridtalk-flood-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        server, redis = embedded.start_postgres(folder / "postgres"), embedded.start_redis(folder / "redis")
        try:
            with checked_out(options.before, folder / "before") as before:
                for number, plan in enumerate(plans(options, before)):
                    found.append(await measure(plan, server, redis, number))
                    show(found[-1])
        finally:
            embedded.stop_redis(redis)
            embedded.stop_postgres(server)
    if options.json:
        options.json.write_text(json.dumps([asdict(one) for one in found], indent=2) + "\n", encoding="utf-8")
    return not any(one.lost for one in found)


def show(one: Figures) -> None:
    """Prints the figures of a side."""
    per = 1000 / max(one.sent, 1)
    kept = sum(one.states.values())
    say.line(f"{one.name}")
    say.line(
        f"  taken     {one.sent} in {one.seconds:.1f} s: {one.sent / one.seconds:.0f}/s, "
        f"{60 * one.sent / one.seconds:.0f} a minute; CPU {one.process_cpu_s * per:.3f} ms an event in the process, "
        f"{one.postgres_cpu_s * per:.3f} in PostgreSQL"
    )
    say.line(f"  answers   {one.answers}, slowest {one.slowest_ms:.0f} ms; acknowledged and lost: {one.lost}")
    say.line(
        f"  applied   {one.applied} of {kept} in {one.applied_s:.1f} s: {one.applied / one.applied_s:.0f}/s, "
        f"{1000 * one.whole_cpu_s / max(one.applied, 1):.3f} ms CPU an event in all; {one.states}"
    )
    middle, worst = (one.health_ms[int(len(one.health_ms) * part)] for part in (0.5, 0.95)) if one.health_ms else (0, 0)
    say.line(
        f"  alive     {one.homes_told} of {HOMES} homes told by {one.messages} messages, the last after "
        f"{one.told_s:.1f} s; /health {middle:.0f} ms, p95 {worst:.0f} ms; memory {one.memory_mb:.0f} MB at most"
    )


def main(arguments: Sequence[str]) -> None:
    """Reads the options and measures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--before", default="", help="a revision to compare with")
    parser.add_argument("--events", type=int, default=100_000, help="of the great flood")
    parser.add_argument("--few", type=int, default=3000, help="of the comparisons")
    parser.add_argument("--rate", type=float, default=0.0, help="events a second; 0: as fast as they are answered")
    parser.add_argument("--json", type=Path)
    sys.exit(0 if asyncio.run(run(parser.parse_args(arguments))) else 1)


if __name__ == "__main__":
    main(sys.argv[1:])

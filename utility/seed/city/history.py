"""The outages of the filled-up city: what was restored in the last months, what runs, what is planned; all invented."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

from runtime.postgres import Connection
from utility.numbers import next_number
from utility.outages import seed as outages
from utility.seed.city.network import Network, Spot

RESTORED, RUNNING, PLANNED, DAYS_BACK = 60, 4, 20, 80


async def write(
    connection: Connection, network: Network, words: dict[str, Any], seed: int, now: datetime, letter: str
) -> None:
    """Writes the outages in the shape that the company's own seed has."""
    random = Random(seed + 1)
    rows = list(_outages(network, words["outages"], random, now.replace(minute=0, second=0, microsecond=0)))
    for row in rows:
        row["outage_no"] = await next_number(connection, letter, row.pop("day"))
    for table in outages.tables({"outages": rows}, now):
        await connection.copy_records_to_table(table.name, records=table.rows, columns=table.columns.split(", "))


def _outages(network: Network, words: dict[str, Any], random: Random, now: datetime) -> Iterator[dict[str, Any]]:
    spots = random.sample(network.spots, k=min(len(network.spots), RESTORED + RUNNING + PLANNED))
    ends = spots[:RESTORED], spots[RESTORED : RESTORED + RUNNING], spots[RESTORED + RUNNING :]
    for spot in ends[0]:
        began = now - timedelta(days=random.randint(1, DAYS_BACK), minutes=random.randint(0, 600))
        back = began + timedelta(minutes=random.randint(40, 240))
        yield {**_fault(spot, words, began, random), "status": "restored", "restored": _at(back)}
    for spot in ends[1]:
        began = now - timedelta(minutes=random.randint(20, 90))
        yield {
            **_fault(spot, words, began, random),
            "status": "on_site",
            "next_update_by": _at(now + timedelta(hours=1)),
        }
    for spot in ends[2]:
        start = (now + timedelta(days=random.randint(2, 12))).replace(hour=8)
        yield {
            **_head(spot, words["planned"], now.date()),
            "kind": "planned",
            "status": "announced",
            "planned_from": _at(start),
            "planned_to": _at(start + timedelta(hours=random.randint(3, 8))),
            "published": _at(now - timedelta(days=2)),
        }


def _fault(spot: Spot, words: dict[str, Any], began: datetime, random: Random) -> dict[str, Any]:
    head = _head(spot, random.choice(words["causes"]), began.date())
    steps = [("detected", 0), ("on_site", 12)]
    timeline = [{"status": name, **_at(began + timedelta(minutes=after))} for name, after in steps]
    return {**head, "kind": "fault", "crew": words["crew"], "started": _at(began), "timeline": timeline}


def _head(spot: Spot, cause: str, day: Any) -> dict[str, Any]:
    place = {"line": spot.line_id, "areas": [spot.area_id], "homes": spot.accounts}
    return {**place, "cause": cause, "day": day}


def _at(moment: datetime) -> dict[str, str]:
    return {"at": moment.isoformat()}

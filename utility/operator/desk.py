"""What the operator's page needs to know beside the lists of the doors: outages, places, and the allowed moves."""

from __future__ import annotations

from runtime.postgres import Connection
from utility.company import Company
from utility.counter.shown import Json, shown_time
from utility.orders.machine import Kind
from utility.orders.person import shown_by
from utility.outages import store as outages
from utility.outages import wire
from utility.outages.policy import rules_of


async def overview(connection: Connection, company: Company) -> Json:
    """Reads the company as it stands now."""
    now = company.clock.now()
    found = [await outages.outage(connection, number) for number in await outages.unfinished(connection)]
    return {
        "company": company.policy.company,
        "now": shown_time(now),
        "outages": [wire.outage(outage, now) for outage in found if outage],
        "areas": [
            {"area_id": area.area_id, "name": f"{area.region} {area.name}"}
            for area in sorted(company.areas.values(), key=lambda area: area.area_id)
        ],
        "outage_moves": {
            name: {before: list(after) for before, after in kind.moves.items()}
            for name, kind in rules_of(company, now).kinds.items()
        },
        "kinds": {name: _kind(kind) for name, kind in shown_by(company).rules.kinds.items()},
    }


def _kind(kind: Kind) -> Json:
    return {
        "own_door": kind.own_door,
        "moves": {before: list(after) for before, after in kind.moves.items()},
        "side_states": [name for name, side in kind.side_states.items() if "staff" in side.by],
        "resolve_from": list(kind.resolve_from),
        "close_from": list(kind.close_from),
        "confirming": list(kind.confirming),
        "resolutions": list(kind.resolutions),
        "reply": list(kind.reply),
    }

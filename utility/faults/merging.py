"""When a report is one of many: joining the running outage, joining the first report, publishing an event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from runtime.postgres import Connection
from utility.company import Company
from utility.faults import store as orders
from utility.faults.values import FaultOrder, FaultReport
from utility.grid.values import Area
from utility.numbers import next_number
from utility.outages import store as outages
from utility.outages.values import Outage
from utility.policy import FaultMerge

# While nobody knows when power is back, the next word comes in two hours at most (service standard progress_report).
NEXT_WORD = timedelta(hours=2)


@dataclass(frozen=True)
class Joined:
    """What a report belongs to: a running outage, or the first report of the same thing."""

    event: Outage | None = None
    main: FaultOrder | None = None

    @property
    def parent_no(self) -> str | None:
        """The main order it becomes a sub-order of."""
        if self.event:
            return self.event.main_order_no
        return self.main.order_no if self.main else None


async def find_joined(connection: Connection, company: Company, area: Area, report: FaultReport) -> Joined | None:
    """Finds what the report belongs to; None when it stands alone. The caller holds the area."""
    now = company.clock.now()
    for outage in await outages.outages(connection, area.area_id, now):
        if outage.runs(now):
            return Joined(event=outage)
    main = await _first_report(connection, company, area, report, now)
    return Joined(main=main) if main else None


async def raise_event(connection: Connection, company: Company, area: Area, main: FaultOrder) -> None:
    """Publishes an outage when the group of a main order has grown to one."""
    group = await orders.group(connection, main.order_no)
    if not is_event(group, company.policy.fault_merge):
        return
    now = company.clock.now()
    outage_no = await next_number(connection, company.policy.outage_letter, now.date())
    await outages.save_outage(connection, _event(outage_no, area, main, group[0].reported, now))
    await orders.join_outage(connection, [order.order_no for order in group], outage_no)
    structlog.get_logger().info("utility.outage.raised", outage_no=outage_no, homes=len(_homes(group)))


def is_event(group: Sequence[FaultOrder], rules: FaultMerge) -> bool:
    """Tells whether enough homes of one building, or of the whole area, report the same."""
    buildings = {order.building for order in group if order.building}
    fullest = max((len(_homes([o for o in group if o.building == b])) for b in buildings), default=0)
    return len(_homes(group)) >= rules.homes_in_estate or fullest >= rules.homes_in_building


def _event(outage_no: str, area: Area, main: FaultOrder, started: datetime, now: datetime) -> Outage:
    return Outage(
        outage_no=outage_no,
        kind="fault",
        status="reported",
        area_ids=(area.area_id,),
        cause="",
        crew=main.crew,
        main_order_no=main.order_no,
        started=started,
        eta=None,
        eta_said_at=None,
        next_update_by=now + NEXT_WORD,
        planned_from=None,
        planned_to=None,
        restored=None,
    )


async def _first_report(
    connection: Connection, company: Company, area: Area, report: FaultReport, now: datetime
) -> FaultOrder | None:
    """Finds the report this one repeats: same area, a symptom that agrees, the last word within the window."""
    for main in await orders.open_main_orders(connection, area.area_id):
        agrees = not main.danger_sign and (not main.symptom or not report.symptom or main.symptom == report.symptom)
        last = (await orders.group(connection, main.order_no))[-1]
        if agrees and now - last.reported <= company.policy.fault_merge.window:
            return main
    return None


def _homes(group: Sequence[FaultOrder]) -> set[tuple[str, str]]:
    """Counts a home once, however often it reports."""
    return {("account", o.account_no) if o.account_no else (o.channel, o.channel_user) for o in group}

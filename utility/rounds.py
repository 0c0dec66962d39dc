"""The company's rounds: what becomes due by the clock alone (a limit passed, a link expired, a balance low).

Each subject names its own round here. A round is a function of the books and the clock, safe to repeat and to run in
two processes at once; the process calls them every few seconds, a simulation whenever its clock has moved.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import structlog

from utility.applications.rounds import round as end_drafts
from utility.appointments.rounds import round as tend_appointments
from utility.company import Company
from utility.counter.rounds import round as forget_keys
from utility.faults.rounds import round as tend_faults
from utility.orders.rounds import round as supervise_orders
from utility.outages.rounds import round as tend_outages
from utility.payments.rounds import round as tend_money
from utility.reminders.rounds import round as remind
from utility.supply.rounds import round as tend_supply

Round = Callable[[Company], Awaitable[int]]

ROUNDS: Sequence[tuple[str, Round]] = (
    ("keys", forget_keys),
    ("supervision", supervise_orders),
    ("outages", tend_outages),
    ("faults", tend_faults),
    ("payments", tend_money),
    ("supply", tend_supply),
    ("appointments", tend_appointments),
    ("applications", end_drafts),
    ("reminders", remind),
)


async def make_rounds(company: Company) -> dict[str, int]:
    """Makes every round once, in order; returns how many things each one changed."""
    return {name: await make_round(company) for name, make_round in ROUNDS}


async def make_rounds_guarded(company: Company, rounds: Sequence[tuple[str, Round]] = ROUNDS) -> dict[str, int]:
    """Makes every round once; one that fails is logged and the others are made all the same."""
    changed: dict[str, int] = {}
    for name, make_round in rounds:
        try:
            changed[name] = await make_round(company)
        except Exception as error:  # noqa: BLE001  # the last stop: the rest of the company goes on
            structlog.get_logger().error("utility.round.failed", round=name, exc_info=error)
    return changed

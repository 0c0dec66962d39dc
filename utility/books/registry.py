"""Every subject's audit; a subject adds its own line when it has one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from runtime.postgres import Connection
from utility.applications import audit as applications
from utility.appointments import audit as appointments
from utility.billing import audit as billing
from utility.books import foreign_keys, generic
from utility.books.difference import Difference
from utility.claims import audit as claims
from utility.company import Company
from utility.faults import audit as faults
from utility.orders import audit as orders
from utility.outages import audit as outages
from utility.payments import audit as payments
from utility.points import audit as points

Audit = Callable[[Connection, Company], Awaitable[list[Difference]]]

AUDITS: Sequence[tuple[str, Audit]] = (
    ("books", generic.differences),
    ("foreign_keys", foreign_keys.differences),
    ("billing", billing.differences),
    ("payments", payments.differences),
    ("points", points.differences),
    ("appointments", appointments.differences),
    ("applications", applications.differences),
    ("claims", claims.differences),
    ("orders", orders.differences),
    ("outages", outages.differences),
    ("faults", faults.differences),
)

"""The seam itself: what GridTalk asks of a utility. An operator replaces the adapter behind it (docs/backend.md).

Every call may raise `BackendUnavailable`, `BackendTimeout` or `BackendProtocolError`; what else it raises
is named with it.
"""

from __future__ import annotations

from typing import Protocol

from backend.protocol.accounts import Accounts
from backend.protocol.applications import Applications
from backend.protocol.appointments import Appointments
from backend.protocol.audience import Audience
from backend.protocol.billing import Billing
from backend.protocol.cases import Cases
from backend.protocol.claims import Claims
from backend.protocol.consents import Consents
from backend.protocol.events import Events
from backend.protocol.faults import Faults
from backend.protocol.grid import Grid
from backend.protocol.halls import Halls
from backend.protocol.invoices import Invoices
from backend.protocol.outages import Outages
from backend.protocol.payments import Payments
from backend.protocol.points import PointsDesk
from backend.protocol.subscriptions import Callbacks, Subscriptions
from backend.protocol.supply import Supplies


class Backend(
    Accounts,
    Billing,
    Payments,
    Supplies,
    Invoices,
    PointsDesk,
    Grid,
    Outages,
    Cases,
    Faults,
    Applications,
    Appointments,
    Claims,
    Halls,
    Subscriptions,
    Callbacks,
    Events,
    Audience,
    Consents,
    Protocol,
):
    """A power utility, seen from the counter: the calls of every subject."""

"""The seam itself: what GridTalk asks of a utility. An operator replaces the adapter behind it (docs/backend.md).

Every call may raise `BackendUnavailable`, `BackendTimeout` or `BackendProtocolError`; what else it raises
is named with it.
"""

from __future__ import annotations

from typing import Protocol

from backend.protocol.accounts import Accounts
from backend.protocol.billing import Billing
from backend.protocol.faults import Faults
from backend.protocol.grid import Grid
from backend.protocol.outages import Outages
from backend.protocol.payments import Payments


class Backend(Accounts, Billing, Payments, Grid, Outages, Faults, Protocol):
    """A power utility, seen from the counter: the calls of every subject."""

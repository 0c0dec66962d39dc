"""FakeBackend: the utility in memory, for tests that need an answer and no process; held to the same contract suite."""

from __future__ import annotations

from tests.fakes.backend.accounts import FakeAccounts
from tests.fakes.backend.billing import FakeBilling
from tests.fakes.backend.faults import FakeFaults
from tests.fakes.backend.grid import FakeGrid
from tests.fakes.backend.payments import FakePayments


class FakeBackend(FakeAccounts, FakeBilling, FakePayments, FakeGrid, FakeFaults):
    """A small real company: everything is computed from the demo city by the reference company's own rules."""

"""FakeBackend: the utility in memory, for tests that need an answer and no process; held to the same contract suite."""

from __future__ import annotations

from tests.fakes.backend.applications import FakeApplications
from tests.fakes.backend.appointments import FakeAppointments
from tests.fakes.backend.attachments import FakeAttachments
from tests.fakes.backend.billing import FakeBilling
from tests.fakes.backend.cases import FakeCases
from tests.fakes.backend.claims import FakeClaims
from tests.fakes.backend.consents import FakeConsents
from tests.fakes.backend.events import FakeEvents
from tests.fakes.backend.faults import FakeFaults
from tests.fakes.backend.grid import FakeGrid
from tests.fakes.backend.halls import FakeHalls
from tests.fakes.backend.payments import FakePayments


class FakeBackend(
    FakeConsents,
    FakeBilling,
    FakeAttachments,
    FakeApplications,
    FakePayments,
    FakeGrid,
    FakeCases,
    FakeAppointments,
    FakeHalls,
    FakeClaims,
    FakeFaults,
    FakeEvents,
):
    """A small real company: everything is computed from the demo city by the reference company's own rules."""

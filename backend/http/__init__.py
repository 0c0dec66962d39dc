"""The seam over HTTP: the utility's REST interface (contracts/utility.openapi.yml) behind the Backend protocol."""

from __future__ import annotations

from backend.http.accounts import AccountsClient
from backend.http.applications import ApplicationsClient
from backend.http.appointments import AppointmentsClient
from backend.http.audience import AudienceClient
from backend.http.billing import BillingClient
from backend.http.cases import CasesClient
from backend.http.claims import ClaimsClient
from backend.http.consents import ConsentsClient
from backend.http.events import EventsClient
from backend.http.faults import FaultsClient
from backend.http.grid import GridClient
from backend.http.halls import HallsClient
from backend.http.invoices import InvoicesClient
from backend.http.outages import OutagesClient
from backend.http.payments import PaymentsClient
from backend.http.points import PointsClient
from backend.http.subscriptions import SubscriptionsClient
from backend.http.supply import SupplyClient


class HttpBackend(
    AccountsClient,
    BillingClient,
    PaymentsClient,
    SupplyClient,
    InvoicesClient,
    PointsClient,
    GridClient,
    OutagesClient,
    CasesClient,
    FaultsClient,
    ApplicationsClient,
    AppointmentsClient,
    ClaimsClient,
    HallsClient,
    SubscriptionsClient,
    EventsClient,
    AudienceClient,
    ConsentsClient,
):
    """Asks the utility over its REST interface: the calls of every subject through one transport."""

"""The seam over HTTP: the utility's REST interface (contracts/utility.openapi.yml) behind the Backend protocol."""

from __future__ import annotations

from backend.http.accounts import AccountsClient
from backend.http.billing import BillingClient
from backend.http.faults import FaultsClient
from backend.http.grid import GridClient
from backend.http.outages import OutagesClient
from backend.http.payments import PaymentsClient


class HttpBackend(AccountsClient, BillingClient, PaymentsClient, GridClient, OutagesClient, FaultsClient):
    """Asks the utility over its REST interface: the calls of every subject through one transport."""

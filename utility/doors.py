"""The doors of the company, one for each subject; all stand under /v1."""

from __future__ import annotations

from sanic import Blueprint

from utility.accounts import door as accounts
from utility.applications import door as applications
from utility.appointments import door as appointments
from utility.audience import door as audience
from utility.billing import door as billing
from utility.callbacks import door as callbacks
from utility.cases import door as cases
from utility.claims import door as claims
from utility.consents import door as consents
from utility.events import door as events
from utility.faults import door as faults
from utility.grid import door as grid
from utility.halls import door as halls
from utility.invoices import door as invoices
from utility.orders import door as orders
from utility.outages import door as outages
from utility.payments import door as payments
from utility.points import door as points
from utility.standing import door as standing
from utility.subscriptions import door as subscriptions
from utility.supply import door as supply

SUBJECTS = (
    accounts,
    grid,
    billing,
    payments,
    supply,
    invoices,
    points,
    outages,
    consents,
    orders,
    cases,
    faults,
    events,
    halls,
    appointments,
    claims,
    applications,
    subscriptions,
    callbacks,
    audience,
    standing,
)  # fmt: skip


def doors() -> list[Blueprint]:
    """Builds the routes of every subject."""
    return [subject.blueprint() for subject in SUBJECTS]

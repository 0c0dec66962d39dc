"""The doors of the company, one for each subject; all stand under /v1."""

from __future__ import annotations

from sanic import Blueprint

from utility.accounts import door as accounts
from utility.billing import door as billing
from utility.faults import door as faults
from utility.grid import door as grid
from utility.outages import door as outages
from utility.payments import door as payments

SUBJECTS = (accounts, grid, billing, payments, outages, faults)


def doors() -> list[Blueprint]:
    """Builds the routes of every subject."""
    return [subject.blueprint() for subject in SUBJECTS]

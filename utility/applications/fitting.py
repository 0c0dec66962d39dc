"""Which type fits what a customer asks for, by what the books know of the account or what was told of a place."""

from __future__ import annotations

import secrets

from runtime.postgres import Connection
from utility.accounts.bindings import access_account
from utility.accounts.values import Person
from utility.applications import choosing, reading, store, uploads
from utility.applications.choosing import Fit
from utility.applications.surveying import Asking
from utility.applications.values import Start
from utility.company import Company

SECRET_BYTES = 32


async def facts_of(connection: Connection, company: Company, person: Person, start: Start) -> dict[str, str]:
    """Returns what the books know of an account, or what was told of a place.

    Raises:
        Forbidden: `account.not_bound`.
        InvalidRequest: there is no such voltage level.
    """
    catalogue = reading.catalogue_at(company, company.clock.now().date()).value
    if not start.account_no:
        return choosing.level_facts(catalogue, start.customer_class, start.voltage_level)
    await access_account(connection, person, start.account_no)
    customer_class, level, tou_meter = await store.class_and_voltage(connection, start.account_no)
    facts = choosing.level_facts(catalogue, customer_class, level)
    return facts if tou_meter else {**facts, "meter_change": "yes"}


async def fit(connection: Connection, company: Company, person: Person, start: Start) -> Fit:
    """Finds the type and checks what was filled in.

    Raises:
        Forbidden: `account.not_bound`.
        NotKnown: `application_type.unknown`.
        InvalidRequest: a field is missing or not of its form.
        Clash: `application.precondition` (class_fits), no type of this business is for such a customer.
    """
    catalogue = reading.catalogue_at(company, company.clock.now().date()).value
    choosing.check_subject(catalogue, start)
    return choosing.fitted(catalogue, start, await facts_of(connection, company, person, start))


async def asking_of(connection: Connection, start: Start, fit: Fit) -> Asking:
    """Writes whom and what it is about; of people only their digests go on from here."""
    persons: tuple[str, ...] = ()
    strange = 0
    if start.persons:
        secret = await store.secret(connection, secrets.token_bytes(SECRET_BYTES))
        strange = sum(1 for number in start.persons if not uploads.is_id_number(number))
        persons = tuple(uploads.person_digest(secret, number) for number in start.persons)
    place = "" if start.account_no else start.address
    other = start.facts.get("other_account_no", "")
    return Asking(fit.facts, start.account_no or None, place, persons, strange, other_account_no=other)

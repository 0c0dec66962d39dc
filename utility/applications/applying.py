"""What a customer does: look what is needed, try it out, start, hand papers in, submit, withdraw."""

from __future__ import annotations

from dataclasses import dataclass

from runtime.postgres import Connection
from utility.accounts import contacts
from utility.accounts import store as accounts
from utility.accounts.values import Person
from utility.actors import Actor, customer, system
from utility.applications import choosing, fitting, gates, reading, rules, store, telling, uploads
from utility.applications.choosing import Fit
from utility.applications.uploads import Handed
from utility.applications.values import Application, BusinessType, Document, Facts, Finding, Missing, Start
from utility.company import Company
from utility.errors import Clash, InvalidRequest, NotKnown
from utility.orders import service as orders
from utility.orders.values import NO_LIMIT, Draft


@dataclass(frozen=True)
class Checked:
    """What a dry run found: what stands against it, what is not filled in, which papers it takes."""

    fit: Fit
    findings: tuple[Finding, ...]
    unanswered: tuple[str, ...]
    papers: tuple[Missing, ...]


async def types_for(
    connection: Connection, company: Company, person: Person, start: Start
) -> tuple[tuple[BusinessType, ...], Facts]:
    """Lists what can be applied for, for an account or a class and voltage; everything when neither is named.

    Raises:
        Forbidden: `account.not_bound`.
        NotKnown: `application_type.unknown`.
    """
    catalogue = reading.catalogue_at(company, company.clock.now().date()).value
    told = bool(start.account_no or start.voltage_level)
    facts = await fitting.facts_of(connection, company, person, start) if told else {}
    named = [kind for kind in catalogue.types if start.business_type in ("", kind.business_type)]
    if not named:
        raise choosing.no_type()
    return tuple(kind for kind in named if not facts or rules.holds(kind.applies, facts)), facts


async def check(connection: Connection, company: Company, person: Person, start: Start) -> Checked:
    """Says what would stand against an application and what it takes; nothing is kept.

    Raises:
        Forbidden: `account.not_bound`.
        NotKnown: `application_type.unknown`.
        InvalidRequest: a field is missing or not of its form.
        Clash: `application.precondition` (class_fits), no type of this business is for such a customer.
    """
    fit = await fitting.fit(connection, company, person, start)
    asking = await fitting.asking_of(connection, start, fit)
    return Checked(
        fit=fit,
        findings=await gates.findings_of(connection, company, fit.kind, fit.kind.checks, asking),
        unanswered=rules.unanswered(fit.kind, fit.facts, start.persons),
        papers=rules.missing(fit.kind, fit.facts, ()),
    )


async def start(connection: Connection, company: Company, person: Person, wanted: Start) -> Application:
    """Starts an application as a draft, when nothing stands against it.

    Raises:
        Forbidden: `account.not_bound`.
        NotKnown: `application_type.unknown`.
        InvalidRequest: a field is missing or not of its form.
        Clash: `application.precondition` with what stands against it; `order.already_open` (fields order_no).
    """
    checked = await check(connection, company, person, wanted)
    if checked.unanswered:
        raise InvalidRequest("field.missing", f"facts.{checked.unanswered[0]}", "It has to be filled in.")
    choosing.refuse(checked.findings)
    asking = await fitting.asking_of(connection, wanted, checked.fit)
    kind, facts = checked.fit.kind, checked.fit.facts
    manager = await contacts.manager(connection, asking.account_no) if asking.account_no else None
    manager_no = manager.manager_no if manager and kind.manager else ""
    draft = Draft(
        kind="application",
        owner=manager_no or kind.owner,
        type=kind.business_type,
        subject=f"{kind.business_type}:{asking.place}",
        account_no=asking.account_no,
        channel=person.channel,
        channel_user=person.user_id,
        contact_phone=wanted.contact_phone or await store.contact_phone(connection, wanted.account_no),
        limit_name=rules.limit_name(kind, facts) or NO_LIMIT,
    )
    order = await orders.open_order(connection, company, draft, _actor(person))
    row = store.Kept(order.order_no, kind.code, facts, asking.place, manager_no, "", None, (), (), asking.persons)
    await store.save(connection, row, kind.business_type)
    return await reading.application(connection, company, order.order_no)


async def upload(
    connection: Connection, company: Company, person: Person, application_no: str, handed: Handed
) -> Application:
    """Hands a document in.

    Raises:
        NotKnown: `application.unknown`.
        NoDocument: `document.empty`, `document.type`.
        InvalidRequest: `document.code`, this application takes no such paper.
        Clash: `application.over`, `application.too_many_documents`.
    """
    application = await reading.theirs(connection, company, person, application_no, hold=True)
    now = company.clock.now()
    media_type = uploads.media_type_of(handed.content)
    gates.check_takes(company, application, handed.code, reading.figures_at(company, now.date()).upload_documents)
    name, digest = uploads.masked_name(handed.file_name), uploads.digest_of(handed.content)
    document = Document(0, handed.code, name, media_type, len(handed.content), digest, "upload", now)
    await store.save_document(connection, application_no, document, handed.content)
    return await reading.application(connection, company, application_no)


async def submit(connection: Connection, company: Company, person: Person, application_no: str) -> Application:
    """Hands an application in, or hands a returned one in again.

    Raises:
        NotKnown: `application.unknown`.
        Clash: `application.over`; `application.submitted`, it was handed in; `application.documents_missing` with every
            paper that is missing; `application.precondition`.
    """
    application = await reading.theirs(connection, company, person, application_no, hold=True)
    gates.check_open(application)
    if application.order.side_state == rules.RETURNED:
        gates.check_papers(company, application, application.order.state)
        await orders.resume(connection, company, application_no, system("applications"))
        return await telling.told(connection, company, application_no, "application.resubmitted")
    if application.order.state != rules.DRAFT or application.order.side_state:
        raise Clash("application.submitted", "The application was handed in already.", state=application.order.status)
    gates.check_papers(company, application, rules.SUBMITTED)
    if application.order.account_no:
        await accounts.account(connection, application.order.account_no, hold=True)
    await gates.check_again(connection, company, application, everything=True)
    await orders.advance(connection, company, application_no, rules.SUBMITTED, _actor(person))
    await store.submitted(connection, application_no, company.clock.now())
    return await telling.told(connection, company, application_no, "application.submitted")


async def withdraw(
    connection: Connection, company: Company, person: Person, application_no: str, reason: str
) -> Application:
    """Takes an application back.

    Raises:
        NotKnown: `application.unknown`.
        Clash: `application.over`.
    """
    application = await reading.theirs(connection, company, person, application_no, hold=True)
    gates.check_open(application)
    await orders.suspend(connection, company, application_no, rules.CANCELLED, _actor(person), reason)
    return await telling.told(connection, company, application_no, "application.withdrawn")


async def link_appointment(
    connection: Connection, company: Company, person: Person, application_no: str, appointment_no: str
) -> Application:
    """Ties a visit that was booked for the account to the application.

    Raises:
        NotKnown: `application.unknown`; `appointment.unknown`, of another account too.
        Clash: `application.over`.
    """
    application = await reading.theirs(connection, company, person, application_no, hold=True)
    gates.check_open(application)
    if not await store.appointment_fits(connection, appointment_no, application.order.account_no):
        raise NotKnown("appointment.unknown", "There is no such appointment of the account.")
    await store.link_appointment(connection, application_no, appointment_no)
    return await reading.application(connection, company, application_no)


def _actor(person: Person) -> Actor:
    return customer(person.channel, person.user_id)

"""What the staff does with an application: move it on, return it, pause it, end it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from runtime.postgres import Connection
from utility.actors import Actor
from utility.applications import gates, reading, rules, store, telling
from utility.applications.effects import EFFECTS
from utility.applications.values import NO_FACTS, Application, Asked, BusinessType, Document, Facts
from utility.company import Company
from utility.errors import Clash, InvalidRequest
from utility.orders import service as orders
from utility.orders.values import Resolution


async def advance(
    connection: Connection, company: Company, application_no: str, to: str, actor: Actor, note: str
) -> Application:
    """Moves the work to the next stage of the type's path; archiving is a step of its own.

    Raises:
        NotKnown: `application.unknown`.
        Clash: `application.over`, `application.move` with the moves that are allowed, `order.suspended`,
            `application.documents_missing`.
    """
    application = await reading.held(connection, company, application_no)
    gates.check_open(application)
    state = application.order.state
    allowed = [move for move in rules.moves(reading.kind_of(company, application), state) if move != rules.ARCHIVED]
    if state == rules.DRAFT or to not in allowed:
        detail = f"An application that is {state} cannot become {to}."
        raise Clash("application.move", detail, state=state, allowed=[] if state == rules.DRAFT else allowed)
    gates.check_papers(company, application, to)
    await orders.advance(connection, company, application_no, to, actor, note)
    return await telling.told(connection, company, application_no, "application.advanced")


async def return_for_documents(
    connection: Connection,
    company: Company,
    application_no: str,
    asked: Sequence[tuple[str, str]],
    actor: Actor,
    note: str,
) -> Application:
    """Gives an application back for papers: everything that is missing, at once; the clock stands until they come.

    Args:
        asked: each paper's code and, in the clerk's words, what exactly is missing.

    Raises:
        NotKnown: `application.unknown`.
        InvalidRequest: `document.code`, or nothing is asked for.
        Clash: `application.over`, `application.move` (a draft is the customer's), `order.suspended`.
    """
    application = await reading.held(connection, company, application_no)
    gates.check_open(application)
    if application.order.state == rules.DRAFT:
        raise Clash("application.move", "A draft is the customer's.", state=rules.DRAFT, allowed=[])
    if not asked:
        raise InvalidRequest("field.invalid", "missing", "At least one paper has to be named.")
    known = reading.catalogue_at(company, application.order.filed_at.date()).value.papers
    strange = next((code for code, _ in asked if code not in known), None)
    if strange is not None:
        raise InvalidRequest("document.code", "missing", "There is no such paper.")
    now = company.clock.now()
    await orders.suspend(connection, company, application_no, rules.RETURNED, actor, note)
    await store.ask(connection, application_no, [Asked(code, text or known[code], now) for code, text in asked])
    return await telling.told(connection, company, application_no, "application.returned")


async def receive(
    connection: Connection, company: Company, application_no: str, code: str, actor: Actor
) -> Application:
    """Notes that a paper was seen at the counter or on site; nothing of it is kept but that.

    Raises:
        NotKnown: `application.unknown`.
        InvalidRequest: `document.code`.
        Clash: `application.over`, `application.too_many_documents`.
    """
    application = await reading.held(connection, company, application_no)
    now = company.clock.now()
    gates.check_takes(company, application, code, reading.figures_at(company, now.date()).upload_documents)
    document = Document(0, code, "", "", 0, "", "counter", now)
    await store.save_document(connection, application_no, document, None)
    await orders.remark(connection, company, application_no, actor, code)
    return await reading.application(connection, company, application_no)


async def pause(connection: Connection, company: Company, application_no: str, actor: Actor, note: str) -> Application:
    """Lets an application rest because its customer asked for it.

    Raises:
        NotKnown: `application.unknown`.
        Clash: `application.over`, `order.suspended`.
    """
    gates.check_open(await reading.held(connection, company, application_no))
    await orders.suspend(connection, company, application_no, rules.SUSPENDED, actor, note)
    return await telling.told(connection, company, application_no, "application.suspended")


async def resume(connection: Connection, company: Company, application_no: str, actor: Actor, note: str) -> Application:
    """Lets an application go on; a returned one only when every paper that was asked for is there.

    Raises:
        NotKnown: `application.unknown`.
        Clash: `application.over`, `order.not_suspended`, `application.documents_missing`.
    """
    application = await reading.held(connection, company, application_no)
    gates.check_open(application)
    if application.order.side_state == rules.RETURNED:
        gates.check_papers(company, application, application.order.state)
    await orders.resume(connection, company, application_no, actor, note)
    return await telling.told(connection, company, application_no, "application.resumed")


async def terminate(
    connection: Connection, company: Company, application_no: str, actor: Actor, note: str
) -> Application:
    """Ends an application that cannot go on, papers that never came for one.

    Raises:
        NotKnown: `application.unknown`.
        Clash: `application.over`.
    """
    gates.check_open(await reading.held(connection, company, application_no))
    await orders.suspend(connection, company, application_no, rules.TERMINATED, actor, note)
    return await telling.told(connection, company, application_no, "application.terminated")


async def archive(
    connection: Connection, company: Company, application_no: str, actor: Actor, note: str, told: Facts = NO_FACTS
) -> Application:
    """Ends an application that is done: papers, preconditions, what it changes in the books, then the two keys.

    Args:
        note: how the customer confirmed it: signed on site, on the phone, in the app.
        told: what was not filled in before and has to be known now.

    Raises:
        NotKnown: `application.unknown`.
        InvalidRequest: a fact is unknown, missing or not of its form.
        Clash: `application.over`, `application.move`, `application.documents_missing`, `application.precondition`, and
            whatever stands against the change itself.
    """
    application = await reading.held(connection, company, application_no)
    gates.check_open(application)
    kind, state = reading.kind_of(company, application), application.order.state
    if application.order.side_state or rules.ARCHIVED not in rules.moves(kind, state):
        detail = f"An application that is {application.order.status} cannot be archived."
        raise Clash("application.move", detail, state=application.order.status, allowed=list(rules.moves(kind, state)))
    application = await _completed(connection, kind, application, told)
    gates.check_papers(company, application, rules.ARCHIVED)
    await gates.check_again(connection, company, application)
    await EFFECTS[kind.done](connection, company, application, actor)
    resolved = await orders.resolve(connection, company, application_no, Resolution(kind.resolution, note=note), actor)
    if not resolved.confirmed:
        await orders.confirm(connection, company, application_no, True, actor, note)
    await orders.close(connection, company, application_no, actor, note)
    return await telling.told(connection, company, application_no, "application.archived")


async def _completed(connection: Connection, kind: BusinessType, application: Application, told: Facts) -> Application:
    facts = {**application.facts, **rules.checked_facts(kind, told, late=True)}
    left = rules.unanswered(kind, facts, application.persons, late=True)
    if left:
        raise InvalidRequest("field.missing", f"facts.{left[0]}", "It has to be known before the books change.")
    await store.save_facts(connection, application.application_no, facts)
    return replace(application, facts=facts)

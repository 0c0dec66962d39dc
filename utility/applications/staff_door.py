"""Applications: the staff's side; the routes stand under the customer's door."""

from __future__ import annotations

from sanic import Blueprint, HTTPResponse, Request
from sanic.response import raw

from runtime.postgres import Connection, transaction
from utility.applications import forms, handling, reading, showing, store
from utility.applications.values import Application
from utility.company import Company
from utility.counter import fields
from utility.counter.access import Scope, needs
from utility.counter.answers import answer, company_of
from utility.counter.bodies import parsed
from utility.counter.fields import ORDER_NO, Text
from utility.counter.masking import note_disclosure, sight_of
from utility.errors import Forbidden, NotKnown

_DOCUMENT_ID = Text(pattern=r"[1-9][0-9]{0,15}", required=True)


def add_routes(routes: Blueprint, one: str) -> None:
    """Adds the routes of the staff to the door of the subject."""
    routes.add_route(read_file, f"{one}/file", methods=["GET"])
    routes.add_route(read_document, f"{one}/documents/<code:str>", methods=["GET"])
    routes.add_route(advance_application, f"{one}/moves", methods=["POST"])
    routes.add_route(return_application, f"{one}/returns", methods=["POST"])
    routes.add_route(receive_document, f"{one}/receipts", methods=["POST"])
    routes.add_route(pause_application, f"{one}/pause", methods=["POST"])
    routes.add_route(resume_application, f"{one}/resumption", methods=["POST"])
    routes.add_route(terminate_application, f"{one}/termination", methods=["POST"])
    routes.add_route(archive_application, f"{one}/archive", methods=["POST"])


@needs(Scope.OPERATE)
async def read_file(request: Request, application_no: str) -> HTTPResponse:
    """Reads any application, for the staff."""
    fields.query(request, {})
    application_no, company = fields.part("application_no", application_no, ORDER_NO), company_of(request)
    fields.acting_staff(request)
    async with transaction(company.pool) as connection:
        found = await reading.application(connection, company, application_no)
        return answer(await showing.shown(connection, company, found))


@needs(Scope.OPERATE)
async def read_document(request: Request, application_no: str, code: str) -> HTTPResponse:
    """Reads what was uploaded, for the staff with a purpose; that it was read is noted."""
    fields.query(request, {})
    application_no = fields.part("application_no", application_no, ORDER_NO)
    number = int(fields.part("code", code, _DOCUMENT_ID))
    fields.acting_staff(request)
    sight, company = sight_of(request), company_of(request)
    if not sight.full:
        raise Forbidden("document.purpose", "A document is shown only for a purpose (header Purpose).")
    async with transaction(company.pool) as connection:
        found = await store.content(connection, application_no, number)
        if found is None:
            raise NotKnown("document.unknown", "There is no such uploaded document.")
        await note_disclosure(connection, sight, "document", [f"{application_no}/{number}"], company.clock.now())
    media_type, content = found
    return raw(content, content_type=media_type, headers={"X-Content-Type-Options": "nosniff"})


@needs(Scope.OPERATE)
async def advance_application(request: Request, application_no: str) -> HTTPResponse:
    """Moves the work to its next stage."""
    number, actor = _of(request, application_no), fields.acting_staff(request)
    move = parsed(request, forms.Move)

    async def work(connection: Connection, company: Company) -> Application:
        return await handling.advance(connection, company, number, move.to, actor, move.note)

    return await showing.written(request, work)


@needs(Scope.OPERATE)
async def return_application(request: Request, application_no: str) -> HTTPResponse:
    """Gives an application back for papers, naming all that are missing."""
    number, actor = _of(request, application_no), fields.acting_staff(request)
    back = parsed(request, forms.Return)
    asked = [(paper.code, paper.text) for paper in back.missing]

    async def work(connection: Connection, company: Company) -> Application:
        return await handling.return_for_documents(connection, company, number, asked, actor, back.note)

    return await showing.written(request, work)


@needs(Scope.OPERATE)
async def receive_document(request: Request, application_no: str) -> HTTPResponse:
    """Notes a paper that was seen at the counter or on site."""
    number, actor = _of(request, application_no), fields.acting_staff(request)
    code = parsed(request, forms.Received).code

    async def work(connection: Connection, company: Company) -> Application:
        return await handling.receive(connection, company, number, code, actor)

    return await showing.written(request, work, status=201)


@needs(Scope.OPERATE)
async def pause_application(request: Request, application_no: str) -> HTTPResponse:
    """Lets an application rest because its customer asked for it."""
    number, actor, note = _of(request, application_no), fields.acting_staff(request), parsed(request, forms.Note).note

    async def work(connection: Connection, company: Company) -> Application:
        return await handling.pause(connection, company, number, actor, note)

    return await showing.written(request, work)


@needs(Scope.OPERATE)
async def resume_application(request: Request, application_no: str) -> HTTPResponse:
    """Lets an application go on."""
    number, actor, note = _of(request, application_no), fields.acting_staff(request), parsed(request, forms.Note).note

    async def work(connection: Connection, company: Company) -> Application:
        return await handling.resume(connection, company, number, actor, note)

    return await showing.written(request, work)


@needs(Scope.OPERATE)
async def terminate_application(request: Request, application_no: str) -> HTTPResponse:
    """Ends an application that cannot go on."""
    number, actor, note = _of(request, application_no), fields.acting_staff(request), parsed(request, forms.Note).note

    async def work(connection: Connection, company: Company) -> Application:
        return await handling.terminate(connection, company, number, actor, note)

    return await showing.written(request, work)


@needs(Scope.OPERATE)
async def archive_application(request: Request, application_no: str) -> HTTPResponse:
    """Ends an application that is done, and writes what it changes into the books."""
    number, actor, done = _of(request, application_no), fields.acting_staff(request), parsed(request, forms.Archive)

    async def work(connection: Connection, company: Company) -> Application:
        return await handling.archive(connection, company, number, actor, done.note, done.facts)

    return await showing.written(request, work)


def _of(request: Request, application_no: str) -> str:
    fields.query(request, {})
    return fields.part("application_no", application_no, ORDER_NO)

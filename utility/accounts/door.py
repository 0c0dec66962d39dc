"""Bindings and check codes."""

from __future__ import annotations

from sanic import Blueprint, HTTPResponse, Request

from runtime.postgres import Connection
from utility.accounts import bindings, links, mail, phones, profiles, store, wire
from utility.counter import fields
from utility.counter.access import Scope, client_name, needs
from utility.counter.answers import answer, company_of
from utility.counter.fields import ACCOUNT_NO, CODE, ORDER_NO, PHONE, REQUIRED_ACCOUNT_NO, Text
from utility.counter.masking import disclose, sight_of
from utility.counter.once import Answered, once
from utility.counter.paging import PAGING, asked, page
from utility.errors import Refusal


def blueprint() -> Blueprint:
    """Builds the routes."""
    routes = Blueprint("accounts")
    routes.add_route(list_bindings, "/bindings", methods=["GET"])
    routes.add_route(create_binding, "/bindings", methods=["POST"])
    routes.add_route(delete_binding, "/bindings/<account_no:str>", methods=["DELETE"])
    routes.add_route(create_binding_link, "/binding-links", methods=["POST"])
    routes.add_route(create_check_code, "/check-codes", methods=["POST"])
    routes.add_route(read_profile, "/accounts/<account_no:str>/profile", methods=["GET"])
    routes.add_route(list_contacts, "/accounts/<account_no:str>/contacts", methods=["GET"])
    routes.add_route(read_mail_address, "/accounts/<account_no:str>/mail-address", methods=["GET"])
    routes.add_route(change_mail_address, "/accounts/<account_no:str>/mail-address", methods=["PUT"])
    routes.add_route(create_phone_change, "/accounts/<account_no:str>/phone-changes", methods=["POST"])
    routes.add_route(confirm_phone_change, "/phone-changes/<phone_change_no:str>/confirmation", methods=["POST"])
    routes.add_route(search_accounts, "/account-searches", methods=["POST"])
    routes.add_route(list_contact_faults, "/contact-faults", methods=["GET"])
    return routes


@needs(Scope.ACCOUNTS)
async def list_bindings(request: Request) -> HTTPResponse:
    """Lists the accounts bound to the acting person; whole for a purpose."""
    fields.query(request, {})
    company, sight = company_of(request), sight_of(request)
    bound = await bindings.list_bound(company, fields.acting_person(request))
    await disclose(company, sight, "account", [account.account_no for account in bound])
    shown = [{**wire.account(account), **(wire.holder(account) if sight.full else {})} for account in bound]
    return answer({"accounts": shown})


@needs(Scope.ACCOUNTS)
async def create_check_code(request: Request) -> HTTPResponse:
    """Sends a one-time code to the phone on file."""
    fields.query(request, {})
    given = fields.body(request, {"account_no": REQUIRED_ACCOUNT_NO})
    person = fields.acting_person(request)

    async def work(connection: Connection) -> Answered | Refusal:
        sent = await bindings.send_check_code(connection, company_of(request), person, given["account_no"])
        return sent if isinstance(sent, Refusal) else Answered(wire.sent_code(sent), status=201)

    return await once(request, work)


@needs(Scope.ACCOUNTS)
async def create_binding(request: Request) -> HTTPResponse:
    """Binds an account when the code is right: 201, or 200 when it was bound already."""
    fields.query(request, {})
    given = fields.body(request, {"account_no": REQUIRED_ACCOUNT_NO, "code": CODE})
    person = fields.acting_person(request)

    async def work(connection: Connection) -> Answered | Refusal:
        bound = await bindings.bind(connection, company_of(request), person, given["account_no"], given["code"])
        if isinstance(bound, Refusal):
            return bound
        account, new = bound
        return Answered(wire.account(account), status=201 if new else 200)

    return await once(request, work)


@needs(Scope.ACCOUNTS)
async def delete_binding(request: Request, account_no: str) -> HTTPResponse:
    """Removes a binding."""
    fields.query(request, {})
    account_no, person = fields.part("account_no", account_no, ACCOUNT_NO), fields.acting_person(request)

    async def work(connection: Connection) -> Answered:
        await store.unbind(connection, person, account_no)
        return Answered({}, status=204)

    return await once(request, work)


@needs(Scope.ACCOUNTS)
async def create_binding_link(request: Request) -> HTTPResponse:
    """Binds to the acting person what another identity of theirs has bound."""
    fields.query(request, {})
    given = fields.body(request, {"source": fields.PERSON, "evidence": Text(most=100, least=1, required=True)})
    person, source = fields.acting_person(request), fields.person(given["source"])

    async def work(connection: Connection) -> Answered:
        client = client_name(request)
        company, evidence = company_of(request), given["evidence"]
        bound = await links.take_over(connection, company, person, source, evidence=evidence, client=client)
        return Answered({"accounts": [wire.account(account) for account in bound]})

    return await once(request, work)


@needs(Scope.ACCOUNTS)
async def read_profile(request: Request, account_no: str) -> HTTPResponse:
    """Reads what a counter must know of a bound account; whole for a purpose."""
    fields.query(request, {})
    account_no, company = fields.part("account_no", account_no, ACCOUNT_NO), company_of(request)
    sight = sight_of(request)
    found = await profiles.read_profile(company, fields.acting_person(request), account_no)
    await disclose(company, sight, "account", [account_no])
    return answer({**wire.profile(found), **(wire.holder(found.account) if sight.full else {})})


@needs(Scope.ACCOUNTS)
async def list_contacts(request: Request, account_no: str) -> HTTPResponse:
    """Lists the contacts of a bound account."""
    fields.query(request, {})
    account_no = fields.part("account_no", account_no, ACCOUNT_NO)
    found = await profiles.list_contacts(company_of(request), fields.acting_person(request), account_no)
    return answer({"contacts": [wire.contact(contact) for contact in found]})


@needs(Scope.ACCOUNTS)
async def read_mail_address(request: Request, account_no: str) -> HTTPResponse:
    """Tells where letters of a bound account go, masked; empty: nowhere yet."""
    fields.query(request, {})
    account_no, person = fields.part("account_no", account_no, ACCOUNT_NO), fields.acting_person(request)
    found = await mail.read(company_of(request), person, account_no)
    return answer(wire.mail_address(account_no, found))


@needs(Scope.ACCOUNTS)
async def change_mail_address(request: Request, account_no: str) -> HTTPResponse:
    """Writes where letters of a bound account go; an empty one takes it away."""
    fields.query(request, {})
    account_no, person = fields.part("account_no", account_no, ACCOUNT_NO), fields.acting_person(request)
    address = fields.body(request, {"address": Text(most=254)})["address"]

    async def work(connection: Connection) -> Answered:
        kept = await mail.change(connection, company_of(request), person, account_no, address)
        return Answered(wire.mail_address(account_no, kept))

    return await once(request, work)


@needs(Scope.ACCOUNTS)
async def create_phone_change(request: Request, account_no: str) -> HTTPResponse:
    """Sends a code to the phone on file and one to the new phone."""
    fields.query(request, {})
    account_no, person = fields.part("account_no", account_no, ACCOUNT_NO), fields.acting_person(request)
    new_phone = fields.body(request, {"new_phone": Text(most=40, least=1, required=True)})["new_phone"]

    async def work(connection: Connection) -> Answered:
        change = await phones.ask_change(connection, company_of(request), person, account_no, new_phone)
        return Answered(wire.phone_change(change), status=201)

    return await once(request, work)


@needs(Scope.ACCOUNTS)
async def confirm_phone_change(request: Request, phone_change_no: str) -> HTTPResponse:
    """Changes the phone on file when both codes are right."""
    fields.query(request, {})
    number, person = fields.part("phone_change_no", phone_change_no, ORDER_NO), fields.acting_person(request)
    given = fields.body(request, {"old_code": CODE, "new_code": CODE})

    async def work(connection: Connection) -> Answered | Refusal:
        changed = await phones.confirm_change(connection, company_of(request), person, number, **given)
        return changed if isinstance(changed, Refusal) else Answered(wire.account(changed))

    return await once(request, work)


@needs(Scope.ACCOUNTS)
async def search_accounts(request: Request) -> HTTPResponse:
    """Finds accounts by the holder's name and the phone on file or the address."""
    fields.query(request, {})
    name = Text(most=100, least=1, required=True)
    given = fields.body(request, {"name": name, "phone": PHONE, "address": Text(least=1)})
    person = fields.acting_person(request)

    async def work(connection: Connection) -> Answered:
        found = await profiles.find_accounts(connection, company_of(request), person, **given)
        return Answered({"candidates": [wire.candidate(account) for account in found]})

    return await once(request, work)


@needs(Scope.OPERATE)
async def list_contact_faults(request: Request) -> HTTPResponse:
    """Lists the contacts that cannot be right, for whoever mends them."""
    wanted = asked(fields.query(request, PAGING), str)
    after = wanted.after[0] if wanted.after else ""
    found = await profiles.list_contact_faults(company_of(request), after, wanted.fetch)
    shown = page(found, wanted, lambda fault: (fault.account_no,))
    faults = [wire.contact_fault(fault) for fault in shown.items]
    return answer({"faults": faults, "next_cursor": shown.next_cursor})

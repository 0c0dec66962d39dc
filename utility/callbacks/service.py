"""Asking to be called back, and noting that somebody has called."""

from __future__ import annotations

from dataclasses import replace

from runtime.postgres import Connection, transaction
from utility.accounts import store as accounts
from utility.accounts.bindings import access_account
from utility.accounts.profiles import rules_now
from utility.accounts.values import Person
from utility.actors import Actor
from utility.callbacks import store
from utility.callbacks.values import Callback, CallbackWish
from utility.company import Company
from utility.counter.shown import shown_time
from utility.errors import Clash, Forbidden, NotKnown
from utility.events.outbox import Event, emit
from utility.numbers import next_number


async def ask(connection: Connection, company: Company, person: Person, wish: CallbackWish) -> tuple[Callback, bool]:
    """Takes a request; one that is open about the same account takes the new phone and reason.

    Returns:
        The request, and whether it is new.

    Raises:
        Forbidden: `account.not_bound`; `account.no_phone`, nothing on file can be called.
        Clash: `phone.invalid`.
    """
    phone = await _phone(connection, company, person, wish)
    await accounts.hold_person(connection, person)
    kept = await store.open_of(connection, person, wish.account_no)
    if kept:
        changed = replace(kept, phone=phone, reason=wish.reason, call_by=wish.call_by or kept.call_by)
        await store.save(connection, changed, person)
        return changed, False
    now = company.clock.now()
    number = await next_number(connection, rules_now(company).letters["callback"], now.date())
    made = Callback(number, wish.account_no or None, phone, wish.reason, "open", now, call_by=wish.call_by)
    await store.save(connection, made, person)
    told = {"channel": person.channel, "channel_user": person.user_id, "call_by": shown_time(wish.call_by)}
    await emit(connection, Event("callback.asked", now, number, account_no=wish.account_no, data=told))
    return made, True


async def mine(company: Company, person: Person) -> list[Callback]:
    """Lists the requests of a person."""
    async with transaction(company.pool) as connection:
        return await store.of_person(connection, person)


async def done(connection: Connection, company: Company, callback_no: str, note: str, actor: Actor) -> Callback:
    """Notes that somebody has called; noting it again changes nothing. Raises NotKnown `callback.unknown`."""
    kept = await store.callback(connection, callback_no)
    if kept is None:
        raise NotKnown("callback.unknown", "There is no such request.")
    if kept.state == "done":
        return kept
    now = company.clock.now()
    await store.finish(connection, callback_no, now, note, str(actor))
    await emit(connection, Event("callback.done", now, callback_no, account_no=kept.account_no or ""))
    return replace(kept, state="done", done_at=now, note=note)


async def _phone(connection: Connection, company: Company, person: Person, wish: CallbackWish) -> str:
    on_file = (await access_account(connection, person, wish.account_no)).contact_phone if wish.account_no else ""
    if wish.phone and not rules_now(company).is_phone(wish.phone):
        raise Clash("phone.invalid", "No phone has this number.")
    phone = wish.phone or on_file
    if not rules_now(company).is_phone(phone):
        raise Forbidden("account.no_phone", "There is no phone on file that can be called.")
    return phone

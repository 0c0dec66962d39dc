"""Changing the phone on file: a code to the old phone and one to the new, both right or nothing changes."""

from __future__ import annotations

import hashlib
import hmac
import math
import secrets
from dataclasses import dataclass
from datetime import datetime

from runtime.postgres import Connection
from utility import actors
from utility.accounts import changes, codes, store
from utility.accounts.bindings import access_account
from utility.accounts.profiles import rules_now
from utility.accounts.values import Account, Person, PhoneChange
from utility.company import Company
from utility.errors import Clash, Forbidden, NotKnown, Refusal
from utility.events.outbox import Event, emit
from utility.numbers import next_number


@dataclass(frozen=True)
class _Kept:
    account_no: str
    new_phone: str
    salt: str
    old_digest: str
    new_digest: str
    expires_at: datetime
    wrong_tries: int
    done_at: datetime | None


async def ask_change(
    connection: Connection, company: Company, person: Person, account_no: str, new_phone: str
) -> PhoneChange:
    """Sends a code to the phone on file and one to the new phone; a newer change makes the older one void.

    Raises:
        Forbidden: `account.not_bound`; `account.no_phone` (the old phone cannot receive a code: a hall changes it);
            `check_code.locked`, the day's wrong tries are used up; `check_code.too_soon` (fields: retry_after_s).
        Clash: `phone.same`, `phone.invalid`.
    """
    await store.hold_person(connection, person)
    account = await access_account(connection, person, account_no)
    await _check(connection, company, person, account, new_phone)
    now, rules = company.clock.now(), company.policy.check_code
    number = await next_number(connection, rules_now(company).letters["phone_change"], now.date())
    change = PhoneChange(number, account_no, account.contact_phone, new_phone, now + rules.valid)
    salt = secrets.token_hex(8)
    old, new = (f"{secrets.randbelow(10**rules.digits):0{rules.digits}d}" for _ in range(2))
    await connection.execute("update phone_changes set expires_at = sent_at where account_no = $1", account_no)
    await connection.execute(
        """insert into phone_changes (phone_change_no, channel, channel_user, account_no, new_phone, salt, old_digest,
        new_digest, sent_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)""",
        *(number, person.channel, person.user_id, account_no, new_phone, salt),
        *(_digest(salt, old), _digest(salt, new), now, change.expires_at),
    )
    for phone, code in ((account.contact_phone, old), (new_phone, new)):
        await _send(connection, company, account_no, phone, code, now)
    return change


async def confirm_change(
    connection: Connection, company: Company, person: Person, number: str, old_code: str, new_code: str
) -> Account | Refusal:
    """Changes the phone when both codes are right; confirming again is the same change.

    Returns:
        The account with its new phone; or a refusal whose try is counted: Forbidden `check_code.wrong` (fields:
        tries_left), `check_code.expired`, `check_code.locked`.

    Raises:
        NotKnown: `phone_change.unknown`, somebody else's too.
        Forbidden: `account.not_bound`, the binding is gone.
    """
    await store.hold_person(connection, person)
    kept = await _kept(connection, person, number)
    account = await access_account(connection, person, kept.account_no)
    if kept.done_at is not None:
        return account
    refusal = await _refused(connection, company, person, number, kept, (old_code, new_code))
    if refusal is not None:
        return refusal
    now = company.clock.now()
    await changes.change_phone(connection, account.account_no, account.name, kept.new_phone, now, now.date())
    await connection.execute("update phone_changes set done_at = $2 where phone_change_no = $1", number, now)
    before, after = {"phone": account.contact_phone}, {"phone": kept.new_phone}
    actor = actors.customer(person.channel, person.user_id)
    await changes.note(connection, account.account_no, "phone_changed", actor, now, before=before, after=after)
    await emit(connection, Event("account.phone_changed", now, account.account_no, account.account_no))
    return await access_account(connection, person, account.account_no)


async def _check(connection: Connection, company: Company, person: Person, account: Account, phone: str) -> None:
    rules, now = rules_now(company), company.clock.now()
    if not rules.can_receive_codes(phone):
        raise Clash("phone.invalid", "The new phone is not of a form that can receive a code.")
    if phone == account.contact_phone:
        raise Clash("phone.same", "This is the phone on file already.")
    if not rules.can_receive_codes(account.contact_phone):
        raise Forbidden("account.no_phone", "The phone on file cannot receive a code; a hall changes it with an ID.")
    if await codes.wrong_tries(connection, person, now.date()) >= company.policy.check_code.tries_per_day:
        raise Forbidden("check_code.locked", "Too many wrong codes.")
    sent_at = await connection.fetchval(
        "select max(sent_at) from phone_changes where account_no = $1 and done_at is null", account.account_no
    )
    free_at = sent_at + company.policy.check_code.resend if sent_at else now
    if now < free_at:
        wait = math.ceil((free_at - now).total_seconds())
        raise Forbidden("check_code.too_soon", "Codes were sent a moment ago.", retry_after_s=wait)


async def _kept(connection: Connection, person: Person, number: str) -> _Kept:
    row = await connection.fetchrow(
        """select account_no, new_phone, salt, old_digest, new_digest, expires_at, wrong_tries, done_at
        from phone_changes where phone_change_no = $1 and channel = $2 and channel_user = $3 for update""",
        *(number, person.channel, person.user_id),
    )
    if row is None:
        raise NotKnown("phone_change.unknown", "There is no such change of this person.")
    return _Kept(**row)


async def _refused(
    connection: Connection, company: Company, person: Person, number: str, kept: _Kept, given: tuple[str, str]
) -> Refusal | None:
    now, rules = company.clock.now(), company.policy.check_code
    tried = await codes.wrong_tries(connection, person, now.date())
    if tried >= rules.tries_per_day or kept.wrong_tries >= rules.tries_per_code:
        return Forbidden("check_code.locked", "Too many wrong codes.")
    if now >= kept.expires_at:
        return Forbidden("check_code.expired", "The codes do not count any more; ask for new ones.")
    right = [
        hmac.compare_digest(digest, _digest(kept.salt, code))
        for digest, code in zip((kept.old_digest, kept.new_digest), given, strict=True)
    ]
    if all(right):
        return None
    await connection.execute(
        "update phone_changes set wrong_tries = wrong_tries + 1 where phone_change_no = $1", number
    )
    await codes.note_wrong_day(connection, person, now.date())
    left = min(rules.tries_per_code - kept.wrong_tries, rules.tries_per_day - tried) - 1
    return Forbidden("check_code.wrong", "At least one of the two codes is wrong.", tries_left=left)


async def _send(
    connection: Connection, company: Company, account_no: str, phone: str, code: str, now: datetime
) -> None:
    text = company.check_code_text.substitute(
        company=company.policy.company,
        code=code,
        minutes=int(company.policy.check_code.valid.total_seconds() // 60),
        tail=account_no[-4:],
    )
    await codes.send_message(connection, account_no, phone, template="phone_change", text=text, at=now)


def _digest(salt: str, code: str) -> str:
    return hashlib.sha256(f"{salt}:{code}".encode()).hexdigest()

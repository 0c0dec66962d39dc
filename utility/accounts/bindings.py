"""Binding an account to a person: a one-time code to the phone on file, its tries, and the watch on data fishing."""

from __future__ import annotations

import hashlib
import hmac
import math
import secrets

import structlog

from runtime.postgres import Connection, transaction
from utility.accounts import codes
from utility.accounts import store as accounts
from utility.accounts.values import Account, Person, SentCode
from utility.company import Company
from utility.errors import Forbidden, NotKnown, Refusal


async def list_bound(company: Company, person: Person) -> list[Account]:
    """Lists the accounts bound to `person`."""
    async with transaction(company.pool) as connection:
        return await accounts.bound_accounts(connection, person)


async def access_account(connection: Connection, person: Person, account_no: str) -> Account:
    """Returns an account that `person` may read.

    Raises:
        Forbidden: `account.not_bound`.
    """
    account = await accounts.bound_account(connection, person, account_no)
    if account is None:
        raise Forbidden("account.not_bound", "The account is not bound to this person.")
    return account


async def readable_account(connection: Connection, person: Person, account_no: str) -> Account:
    """Returns an account whose past `person` may read: bound to them, or bound to them when it was closed.

    Raises:
        Forbidden: `account.not_bound`.
    """
    account = await accounts.bound_account(connection, person, account_no, ended=True)
    if account is None:
        raise Forbidden("account.not_bound", "The account is not bound to this person.")
    return account


async def send_check_code(
    connection: Connection, company: Company, person: Person, account_no: str
) -> SentCode | Refusal:
    """Sends a one-time code to the phone on file; a newer code makes the older one void.

    Returns:
        The code on its way; or, when something has to be kept all the same, a refusal: NotKnown `account.unknown` (a
        closed account too), Forbidden `check_code.locked`, `account.no_phone`, `check_code.too_soon`.

    Raises:
        Forbidden: `accounts.too_many`.
    """
    await accounts.hold_person(connection, person)
    await _check_asks(connection, company, person, account_no)
    return await _send(connection, company, person, account_no)


async def bind(
    connection: Connection, company: Company, person: Person, account_no: str, code: str
) -> tuple[Account, bool] | Refusal:
    """Binds the account when the code is right.

    Returns:
        The account and whether the binding is new; or a refusal whose try is counted: Forbidden `check_code.wrong`,
        `check_code.expired`, `check_code.locked`.
    """
    await accounts.hold_person(connection, person)
    bound = await accounts.bound_account(connection, person, account_no)
    if bound:
        return bound, False
    outcome = await _try(connection, company, person, account_no, code)
    return outcome if isinstance(outcome, Refusal) else (outcome, True)


async def _check_asks(connection: Connection, company: Company, person: Person, account_no: str) -> None:
    """Stops somebody who asks for one account after the other, before anything is said about this one."""
    rules = company.policy.foreign_accounts
    asked = await accounts.accounts_asked(connection, person, company.clock.now() - rules.window)
    if account_no not in asked and len(asked) >= rules.limit:
        structlog.get_logger().warning("utility.accounts.fished", channel=person.channel, asked=len(asked))
        raise Forbidden("accounts.too_many", "Too many different accounts were asked for.")


async def _send(connection: Connection, company: Company, person: Person, account_no: str) -> SentCode | Refusal:
    now, rules = company.clock.now(), company.policy.check_code
    if await codes.wrong_tries(connection, person, now.date()) >= rules.tries_per_day:
        return _locked()
    await accounts.note_ask(connection, person, account_no, now)
    account = await accounts.account(connection, account_no)
    if account is None or account.status == "closed":
        return NotKnown("account.unknown", "There is no such account.")
    rules_of_phones = company.account_rules.at(now.date(), company.regions).value
    if not rules_of_phones.can_receive_codes(account.contact_phone):
        return Forbidden("account.no_phone", "The account has no valid phone on file.")
    last = await codes.latest_code(connection, person, account_no)
    if last and last.used_at is None and now < last.sent_at + rules.resend:
        wait = math.ceil((last.sent_at + rules.resend - now).total_seconds())
        return Forbidden("check_code.too_soon", "A code was sent a moment ago.", retry_after_s=wait)
    return await _issue(connection, company, person, account)


async def _issue(connection: Connection, company: Company, person: Person, account: Account) -> SentCode:
    now, rules = company.clock.now(), company.policy.check_code
    code, salt = f"{secrets.randbelow(10**rules.digits):0{rules.digits}d}", secrets.token_hex(8)
    resend = int(rules.resend.total_seconds())
    sent = SentCode(account.account_no, account.contact_phone, now + rules.valid, resend)
    await codes.save_code(connection, person, sent, now, salt=salt, digest=_digest(salt, code))
    text = company.check_code_text.substitute(
        company=company.policy.company,
        code=code,
        minutes=int(rules.valid.total_seconds() // 60),
        tail=account.account_no[-4:],
    )
    await codes.send_message(
        connection, account.account_no, account.contact_phone, template="check_code", text=text, at=now
    )
    return sent


async def _try(
    connection: Connection, company: Company, person: Person, account_no: str, code: str
) -> Account | Refusal:
    now, rules = company.clock.now(), company.policy.check_code
    tried = await codes.wrong_tries(connection, person, now.date())
    kept = await codes.latest_code(connection, person, account_no)
    if tried >= rules.tries_per_day or (kept and kept.wrong_tries >= rules.tries_per_code):
        return _locked()
    if kept is None or kept.used_at is not None or now >= kept.expires_at:
        return Forbidden("check_code.expired", "There is no code that still counts; ask for a new one.")
    if not hmac.compare_digest(kept.digest, _digest(kept.salt, code)):
        await codes.note_wrong_try(connection, person, kept.check_code_id, now.date())
        left = min(rules.tries_per_code - kept.wrong_tries, rules.tries_per_day - tried) - 1
        return Forbidden("check_code.wrong", "The code is wrong.", tries_left=left)
    account = await accounts.account(connection, account_no)
    if account is None or account.status == "closed":
        return NotKnown("account.unknown", "There is no such account.")
    await codes.use_code(connection, kept.check_code_id, now)
    await accounts.bind(connection, person, account_no, now)
    return account


def _locked() -> Forbidden:
    return Forbidden("check_code.locked", "Too many wrong codes.")


def _digest(salt: str, code: str) -> str:
    return hashlib.sha256(f"{salt}:{code}".encode()).hexdigest()

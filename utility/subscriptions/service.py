"""Reading the notices of an account and changing them as somebody bound to it wishes."""

from __future__ import annotations

from runtime.postgres import Connection, transaction
from utility.accounts.bindings import access_account
from utility.accounts.values import Account, Person
from utility.actors import customer
from utility.company import Company
from utility.errors import Clash, NotKnown
from utility.payments import store as ledger
from utility.subscriptions import rules, store
from utility.subscriptions.values import NoticeRules, NoticeWish, Subscription
from utility.supply import service as supply


def rules_now(company: Company) -> NoticeRules:
    """Returns which notices there are today."""
    return company.notices.at(company.clock.now().date(), company.regions).value


async def read(company: Company, person: Person, account_no: str) -> list[Subscription]:
    """Lists the notices of an account. Raises Forbidden `account.not_bound`."""
    async with transaction(company.pool) as connection:
        await access_account(connection, person, account_no)
        return await store.subscriptions(connection, account_no, _limited(rules_now(company)))


async def change(
    connection: Connection, company: Company, person: Person, account_no: str, wish: NoticeWish
) -> list[Subscription]:
    """Turns a type of notice on or off, with its limit; returns how that type stands.

    Raises:
        Forbidden: `account.not_bound`.
        NotKnown: `notice.unknown`, `notice.channel`.
        Clash: `notice.always` (the last channel of a notice of safety), `notice.limit` (the type has none),
            `warning.limit`, `warning.postpaid`.
    """
    account = await access_account(connection, person, account_no)
    await ledger.hold_account(connection, account_no)
    known, now = rules_now(company), company.clock.now()
    _check(known, wish, account)
    standing = await store.subscriptions(connection, account_no, _limited(known), wish.notice_type)
    own = known.own_channel(person.channel)
    changes = rules.changed(known, wish, {one.channel: one.enabled for one in standing}, own)
    if wish.threshold is not None:
        await supply.set_warning_limit(connection, company, person, account_no, wish.threshold)
    by = str(customer(person.channel, person.user_id))
    for channel, enabled in changes.items():
        await store.set_channel(connection, account_no, wish.notice_type, channel, enabled, now, by)
    return await store.subscriptions(connection, account_no, _limited(known), wish.notice_type)


def _check(known: NoticeRules, wish: NoticeWish, account: Account) -> None:
    kind = known.types.get(wish.notice_type)
    if kind is None:
        raise NotKnown("notice.unknown", "There is no such notice.")
    if wish.channel and wish.channel not in known.channels:
        raise NotKnown("notice.channel", "Notices do not go by this channel.")
    if wish.threshold is not None and not (kind.limited and wish.enabled):
        raise Clash("notice.limit", "Only a notice that is turned on and has a limit takes one.")
    if kind.limited and wish.enabled and account.billing != "prepaid":
        raise Clash("warning.postpaid", "Only a prepaid account has a balance to warn of.")


def _limited(known: NoticeRules) -> list[str]:
    return [kind.name for kind in known.types.values() if kind.limited]

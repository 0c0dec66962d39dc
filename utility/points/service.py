"""Earning and redeeming points; they never pay damages and never move between accounts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from runtime.postgres import Connection, transaction
from utility.accounts.bindings import access_account
from utility.accounts.values import Person
from utility.actors import customer
from utility.company import Company
from utility.errors import Clash, NotKnown
from utility.events.outbox import Event, emit
from utility.numbers import next_number
from utility.payments import service as payments
from utility.payments import store as ledger
from utility.payments.values import Move, Share
from utility.points import rules, store
from utility.points.values import Goods, PointBalance, PointMove, Redemption


async def read(company: Company, person: Person, account_no: str) -> tuple[PointBalance, list[PointMove]]:
    """Reads the points of a bound account. Raises Forbidden `account.not_bound`."""
    today = company.clock.now().date()
    async with transaction(company.pool) as connection:
        await access_account(connection, person, account_no)
        moves = await store.moves(connection, account_no, today)
    return rules.balance(account_no, moves, today), moves


async def list_goods(company: Company) -> list[Goods]:
    """Lists what points buy."""
    async with transaction(company.pool) as connection:
        return await store.goods(connection)


async def earn_by_paying(
    connection: Connection, company: Company, account_no: str, payment_no: str, shares: Sequence[Share], on: date
) -> None:
    """Earns for each bill paid online by its last payment day, for whole yuan; the account is held."""
    for share in shares:
        due = await connection.fetchval(
            "select due from bills where account_no = $1 and period = $2", account_no, share.period
        )
        points = int(share.amount) * company.policy.points.per_yuan
        if share.book == "bill" and due is not None and on <= due and points > 0:
            await store.move(connection, account_no, PointMove(on, "paid", points, f"{share.period} {payment_no}"))


async def earn_by_activity(
    connection: Connection, company: Company, person: Person, account_no: str, why: str
) -> PointBalance:
    """Earns for an activity: signing in once a day; binding and the e-bill once for an account.

    Raises:
        Forbidden: `account.not_bound`.
        Clash: `points.earned`, it was earned already.
    """
    await access_account(connection, person, account_no)
    today = company.clock.now().date()
    if why != "sign_in" and await _had(connection, account_no, why):
        raise Clash("points.earned", "That was earned already.")
    move = PointMove(today, why, company.policy.points.earned(why), today.isoformat())
    if not await store.move(connection, account_no, move):
        raise Clash("points.earned", "That was earned already today.")
    return rules.balance(account_no, await store.moves(connection, account_no, today), today)


async def redeem(
    connection: Connection, company: Company, person: Person, account_no: str, goods_no: str
) -> Redemption:
    """Gives goods for points; a coupon pays bills, never damages.

    Raises:
        Forbidden: `account.not_bound`.
        NotKnown: `goods.unknown`.
        Clash: `goods.out_of_stock`, `points.too_few` with the `balance`.
    """
    await access_account(connection, person, account_no)
    await ledger.hold_account(connection, account_no)
    goods, now = await store.held_goods(connection, goods_no), company.clock.now()
    if goods is None:
        raise NotKnown("goods.unknown", "There are no such goods.")
    if goods.stock <= 0:
        raise Clash("goods.out_of_stock", "The goods are out of stock.")
    there = rules.balance(account_no, await store.moves(connection, account_no, now.date()), now.date())
    if there.balance < goods.points:
        raise Clash("points.too_few", "There are not enough points.", balance=there.balance)
    letter = payments.terms_on(company, now).letters["redemption"]
    number = await next_number(connection, letter, now.date())
    redemption = Redemption(number, account_no, goods_no, goods.points, now)
    await store.take(connection, redemption, str(customer(person.channel, person.user_id)))
    await store.move(connection, account_no, PointMove(now.date(), "redeem", -goods.points, number))
    if goods.coupon:
        await ledger.move(connection, [Move(account_no, now, "points", "coupon", goods.coupon, number)])
    data = {"goods_no": goods_no, "points": goods.points}
    await emit(connection, Event("points.redeemed", now, number, account_no=account_no, data=data))
    return redemption


async def _had(connection: Connection, account_no: str, why: str) -> bool:
    return bool(
        await connection.fetchval(
            "select exists (select from point_moves where account_no = $1 and why = $2)", account_no, why
        )
    )

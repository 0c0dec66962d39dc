"""The points skill: balance, what goes at the year's end, rules, goods, exchange after a yes; points pay no damages."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from actions.account import ACCOUNT_SLOTS, AccountForm, remember
from actions.account_asked import AskedOfAccount
from actions.base import Event, ServiceAction, forget, open_form, take_up_paused
from actions.form import Call, FormVisit
from actions.questions import AccountQuestion, ConfirmQuestion, Offered, OfferedQuestion, QuestionForm
from actions.questions.base import slots_of
from actions.visit import Visit
from actions.wording import money, plain
from backend.errors import Conflict
from backend.models import BoundAccount, Goods, Points
from conversation.reply import Card

_WORDS = "utter_points_words"
_MOVES_SHOWN = 5
# What needs no account: told to everybody.
_GENERAL = {"rules": "utter_points_rules", "damages": "utter_points_no_damages", "give": "utter_points_not_given"}


class PointsForm(AccountForm):
    """Finds out whose points, and proves the right to see them."""

    form = "points_form"
    topic = "points_query"
    slots = (*ACCOUNT_SLOTS, "points_wish")
    intents = frozenset({"points_query", "account_manage"})


class ShowPoints(AskedOfAccount):
    """Answers a question about points; an exchange goes on in a form of its own."""

    title = "action_show_points"
    form = "points_form"
    asked_slots = ("points_wish",)

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class; rules and goods are told without an account."""
        wish = visit.option("points_wish")
        if not visit.slot("points_wish") and not visit.slot("account_no"):
            if wish in _GENERAL:
                visit.say(_GENERAL[wish])
                return take_up_paused(visit)
            if wish == "redeem" or (wish is None and visit.entity("amount")):
                return open_form(visit, RedeemForm.form)
        return await super().serve(visit)

    def asked(self, visit: Visit) -> dict[str, Any]:
        """See base class."""
        return {"points_wish": visit.option("points_wish") or "balance"}

    async def answer(self, visit: Visit, account: BoundAccount) -> list[Event]:
        """See base class."""
        wish = visit.slot("points_wish") or visit.option("points_wish")
        if wish == "sign_in":
            await self._sign_in(visit, account)
            return []
        found = await visit.backend.points(account.account_no, visit.user)
        if wish == "goods":
            await self._show_goods(visit, found)
            return []
        values = _values(visit, found)
        name = "utter_points_expiring" if wish == "expire" else "utter_points_balance"
        if not found.expiring:
            name = "utter_points_none_expiring" if wish == "expire" else "utter_points_balance_whole"
        visit.show(name, values, card=_moves(visit, found))
        return []

    async def _sign_in(self, visit: Visit, account: BoundAccount) -> None:
        try:
            await visit.backend.earn_points(
                account.account_no, "sign_in", visit.user, idempotency_key=visit.key(self.title)
            )
        except Conflict as error:
            if error.reason != "points.earned":
                raise
            name = "utter_points_signed_before"
        else:
            name = "utter_points_signed_in"
        visit.show(name, _values(visit, await visit.backend.points(account.account_no, visit.user)))

    async def _show_goods(self, visit: Visit, found: Points) -> None:
        goods = await visit.backend.point_goods()
        shape = visit.wording.of(_WORDS)
        rows = tuple((one.name, shape["row" if one.stock else "row_out"].format(points=one.points)) for one in goods)
        card = Card(kind="points", title=shape["goods_title"], rows=rows)
        buttons = [_button(visit, one) for one in goods if one.stock and one.points <= found.balance][:3]
        name = "utter_points_goods" if buttons else "utter_points_goods_too_few"
        visit.show(name, _values(visit, found), buttons=buttons, card=card)


def _button(visit: Visit, goods: Goods) -> tuple[str, str]:
    wish = visit.wording.of(_WORDS)["redeem"].format(name=goods.name)
    return wish, wish


def _values(visit: Visit, found: Points) -> dict[str, str | int]:
    return {
        "tail": found.account_no[-4:],
        "balance": found.balance,
        "expiring": found.expiring,
        "expires_on": visit.wording.day(found.expires_on),
    }


def _moves(visit: Visit, found: Points) -> Card | None:
    """The newest moves of the account."""
    if not found.moves:
        return None
    words = visit.wording.of(_WORDS)
    rows = tuple(
        (
            visit.wording.day(move.on_day),
            words["move"].format(why=words[_why(words, move.why)], points=f"{move.points:+d}"),
        )
        for move in found.moves[:_MOVES_SHOWN]
    )
    title = words["title"].format(tail=found.account_no[-4:])
    return Card(kind="points", title=title, rows=rows, total=(words["total"], str(found.balance)))


def _why(words: Mapping[str, str], why: str) -> str:
    return f"why_{why}" if f"why_{why}" in words else "why_other"


class GoodsQuestion(OfferedQuestion):
    """Which goods: what the points of the account buy and the store holds."""

    def __init__(self) -> None:
        super().__init__("goods_no", "utter_points_ask_goods")

    async def offers(self, visit: FormVisit) -> Sequence[Offered]:
        """See base class."""
        balance, goods = await _balance_and_goods(visit)
        return [Offered(one.name, one.goods_no, _about(one)) for one in goods if one.stock and one.points <= balance]

    async def read(self, visit: FormVisit) -> None:
        """See base class; goods that are named in the first message are taken, or their trouble is told."""
        await super().read(visit)
        reads = visit.call is Call.OPENED or self.is_asked(visit) or self.is_corrected(visit)
        if visit.changes.get("goods_no") or not reads or not visit.slot("check_code"):
            return
        named = _named(visit, await visit.backend.point_goods())
        if named:
            await self._take(visit, named)

    async def _take(self, visit: FormVisit, goods: Goods) -> None:
        balance = (await visit.backend.points(str(visit.slot("account_no")), visit.user)).balance
        values: dict[str, str | int] = {"name": goods.name, "points": goods.points, "balance": balance}
        if not goods.stock:
            visit.refuse("utter_points_out_of_stock", **values)
        elif goods.points > balance:
            visit.end("utter_points_too_few", **values)
        else:
            visit.fill(goods_no=goods.goods_no)

    async def put(self, visit: FormVisit, slot: str) -> None:
        """See base class."""
        offers = await self.offers(visit)
        if not offers:
            balance = (await visit.backend.points(str(visit.slot("account_no")), visit.user)).balance
            visit.end("utter_points_buy_nothing", balance=balance)
            return
        await super().put(visit, slot)


def _about(goods: Goods) -> dict[str, str]:
    return {"amount": _yuan(goods)} if goods.coupon else {}


def _yuan(goods: Goods) -> str:
    amount = money(goods.coupon) if goods.coupon else ""
    return amount.removesuffix(".00")


def _named(visit: Visit, goods: Sequence[Goods]) -> Goods | None:
    said, amount = plain(visit.text), visit.entity("amount")
    by_name = next((one for one in goods if plain(one.name) in said), None)
    by_amount = next((one for one in goods if amount and one.coupon and _yuan(one) == amount), None)
    by_short = next((one for one in goods if visit.option("points_goods") == one.name), None)
    return by_name or by_amount or by_short


async def _balance_and_goods(visit: FormVisit) -> tuple[int, Sequence[Goods]]:
    """The points of the account, and the store."""
    number = str(visit.slot("account_no"))
    points, goods = await asyncio.gather(visit.backend.points(number, visit.user), visit.backend.point_goods())
    return points.balance, goods


async def _summary(visit: FormVisit) -> Mapping[str, str | int]:
    balance, store = await _balance_and_goods(visit)
    goods = next(one for one in store if one.goods_no == visit.slot("goods_no"))
    left = balance - goods.points
    return {"tail": str(visit.slot("account_no"))[-4:], "name": goods.name, "points": goods.points, "left": left}


class RedeemForm(QuestionForm):
    """Finds out what is to be had for points, and asks for the yes."""

    form = "redeem_form"
    topic = "points_query"
    intents = frozenset({"points_query"})
    questions = (AccountQuestion(), GoodsQuestion(), ConfirmQuestion("utter_points_confirm", _summary))
    slots = slots_of(questions, "goods_no_offers")


class RedeemPoints(ServiceAction):
    """Exchanges what was confirmed, once."""

    title = "action_redeem_points"
    deferrable = True
    wish = "points_query"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        account = next(one for one in await visit.bindings() if one.account_no == visit.slot("account_no"))
        goods = next(one for one in await visit.backend.point_goods() if one.goods_no == visit.slot("goods_no"))
        values: dict[str, str | int] = {"name": goods.name, "points": goods.points, "tail": account.tail}
        try:
            made = await visit.backend.redeem_points(
                account.account_no, goods.goods_no, visit.user, idempotency_key=visit.key(self.title)
            )
        except Conflict as error:
            if error.reason not in ("goods.out_of_stock", "points.too_few"):
                raise
            values["balance"] = str(error.fields.get("balance", ""))
            name = "utter_points_gone" if error.reason == "goods.out_of_stock" else "utter_points_too_few"
        else:
            left = (await visit.backend.points(account.account_no, visit.user)).balance
            values |= {"number": made.redemption_no, "left": left}
            name = "utter_points_redeemed_coupon" if goods.coupon else "utter_points_redeemed"
        visit.show(name, values)
        return [remember(account), *forget(*RedeemForm.slots), *take_up_paused(visit)]


ACTIONS: tuple[type[ServiceAction], ...] = (PointsForm, RedeemForm, RedeemPoints, ShowPoints)

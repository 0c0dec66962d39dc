"""The fake company, part supply, invoices and points: small lists under the books' own rules."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from backend.errors import Conflict, NotFound
from backend.models import Goods, Invoice, Points, Reconnect, Redemption, Supply
from backend.wire import invoices as read_invoices
from backend.wire import points as read_points
from backend.wire import supply as read_supply
from conversation.identity import ChannelUser
from tests.fakes.backend.payments import REGIONS, FakeMoney
from utility.accounts.values import Account
from utility.invoices import wire as show_invoices
from utility.invoices.values import Invoice as BooksInvoice
from utility.payments import rules as money_rules
from utility.payments.values import Move
from utility.points import rules as point_rules
from utility.points import wire as show_points
from utility.points.values import Goods as BooksGoods
from utility.points.values import PointMove
from utility.points.values import Redemption as BooksRedemption
from utility.supply import wire as show_supply
from utility.supply.service import Supply as BooksSupply
from utility.supply.terms import SupplyTerms, parse_supply
from utility.supply.values import Reconnect as BooksReconnect
from utility.versions import read_versions

SUPPLY = read_versions("supply", parse_supply)


class FakeTill(FakeMoney):
    """The calls about supply, invoices and points."""

    async def supply(self, account_no: str, user: ChannelUser) -> Supply:
        """See base class."""
        self._called("supply")
        return self._supplied(self._access(account_no, user))

    async def set_warning_limit(
        self, account_no: str, limit: Decimal, user: ChannelUser, *, idempotency_key: str
    ) -> Supply:
        """See base class."""
        self._called("set_warning_limit")
        account = self._access(account_no, user)
        if not 0 <= limit <= self._money_terms.most:
            raise Conflict("warning.limit")
        if account.billing != "prepaid":
            raise Conflict("warning.postpaid")
        self._city.till.warning_limits[account_no] = limit
        return self._supplied(account)

    async def request_reconnect(
        self, account_no: str, kind: str, user: ChannelUser, *, idempotency_key: str
    ) -> Reconnect:
        """See base class."""
        self._called("request_reconnect")
        account, money, now = self._access(account_no, user), None, self._clock.now()
        if account.status != "cut_off":
            raise Conflict("supply.not_cut")
        if (
            kind == "temporary"
            and account.billing != "prepaid"
            and not self._supply_terms.life_support & set(account.tags)
        ):
            raise Conflict("reconnect.not_entitled")
        if kind == "arrears":
            money = self._standing(account)
            if money.reconnect > 0:
                raise Conflict("account.in_arrears", reconnect=f"{money.reconnect:f}")
        number, due = (
            self._money_number(self._money_terms.letters["reconnect"]),
            now + self._city.policy.payment.reconnect_limit,
        )
        made = BooksReconnect(number, account_no, kind, "remote", now, due, None, None, None)
        return read_supply.reconnect(show_supply.reconnect(made))

    async def invoices(self, account_no: str, user: ChannelUser) -> list[Invoice]:
        """See base class."""
        self._called("invoices")
        self._access(account_no, user)
        mine = [invoice for invoice in self._city.till.invoices if invoice.account_no == account_no]
        newest = sorted(mine, key=lambda invoice: invoice.issued_at, reverse=True)
        return [read_invoices.invoice(show_invoices.invoice(invoice)) for invoice in newest]

    async def issue_invoice(
        self,
        account_no: str,
        period: str,
        title: str,
        user: ChannelUser,
        *,
        idempotency_key: str,
        kind: str = "electronic",
        tax_no: str = "",
    ) -> Invoice:
        """See base class. No title's papers were ever seen here."""
        self._called("issue_invoice")
        self._access(account_no, user)
        if kind == "special" and not tax_no:
            raise Conflict("invoice.tax_no")
        kept = next((i for i in self._city.till.invoices if (i.account_no, i.period) == (account_no, period)), None)
        if kept and (kept.kind, kept.title, kept.tax_no) != (kind, title, tax_no):
            raise Conflict("invoice.already_issued", invoice_no=kept.invoice_no)
        if kept is None:
            kept = self._drawn(account_no, period, title, kind, tax_no)
            self._city.till.invoices.append(kept)
        return read_invoices.invoice(show_invoices.invoice(kept))

    async def points(self, account_no: str, user: ChannelUser) -> Points:
        """See base class."""
        self._called("points")
        self._access(account_no, user)
        return self._pointed(account_no)

    async def earn_points(self, account_no: str, why: str, user: ChannelUser, *, idempotency_key: str) -> Points:
        """See base class."""
        self._called("earn_points")
        self._access(account_no, user)
        today, moves = self._clock.now().date(), self._city.till.points.setdefault(account_no, [])
        if any(move.why == why and (why != "sign_in" or move.on_day == today) for move in moves):
            raise Conflict("points.earned")
        moves.append(PointMove(today, why, self._city.policy.points.earned(why)))
        balance = point_rules.balance(account_no, moves, today)
        return read_points.points(show_points.points(balance, ()))

    async def point_goods(self) -> list[Goods]:
        """See base class."""
        self._called("point_goods")
        return [read_points.goods(show_points.goods(goods)) for goods in self._city.till.goods.values()]

    async def redeem_points(
        self, account_no: str, goods_no: str, user: ChannelUser, *, idempotency_key: str
    ) -> Redemption:
        """See base class."""
        self._called("redeem_points")
        self._access(account_no, user)
        goods = self._city.till.goods.get(goods_no)
        if goods is None:
            raise NotFound("goods.unknown")
        if goods.stock <= 0:
            raise Conflict("goods.out_of_stock")
        there = self._pointed(account_no).balance
        if there < goods.points:
            raise Conflict("points.too_few", balance=there)
        return self._redeemed(account_no, goods, self._clock.now())

    @property
    def _supply_terms(self) -> SupplyTerms:
        return SUPPLY.at(self._clock.now().date(), REGIONS).value

    def _supplied(self, account: Account) -> Supply:
        cut = self._city.till.cuts.get(account.account_no)
        found = BooksSupply(
            account_no=account.account_no,
            status=account.status,
            cut_at=cut["cut_at"] if cut else None,
            reason=cut["reason"] if cut else "",
            last_step="",
            cut_on=None,
            warning_limit=self._warning_limit(account) if account.billing == "prepaid" else None,
            reconnect=None,
        )
        return read_supply.supply(show_supply.supply(found))

    def _warning_limit(self, account: Account) -> Decimal | None:
        own = self._city.till.warning_limits.get(account.account_no)
        cost = money_rules.per_day(account, self._days(account.account_no), self._city.policy.tariffs)
        return own if own is not None or cost is None else cost * self._supply_terms.warning_days

    def _drawn(self, account_no: str, period: str, title: str, kind: str, tax_no: str) -> BooksInvoice:
        bill, now = next((b for b in self._issued(account_no) if b.period == period), None), self._clock.now()
        if bill is None:
            raise NotFound("bill.unknown")
        if bill.paid_on is None:
            raise Conflict("invoice.not_paid")
        if (now.date() - bill.paid_on).days > self._money_terms.invoice_days:
            raise Conflict("invoice.too_old")
        if tax_no:
            raise Conflict("invoice.title_unproven")
        number = self._money_number(self._city.policy.payment.invoice_letter)
        return BooksInvoice(number, account_no, period, kind, title, tax_no, bill.total, "issued", now)

    def _pointed(self, account_no: str) -> Points:
        moves = self._city.till.points.get(account_no, [])
        balance = point_rules.balance(account_no, moves, self._clock.now().date())
        return read_points.points(show_points.points(balance, moves))

    def _redeemed(self, account_no: str, goods: BooksGoods, now: datetime) -> Redemption:
        number = self._money_number(self._money_terms.letters["redemption"])
        self._city.till.goods[goods.goods_no] = BooksGoods(
            goods.goods_no, goods.name, goods.points, goods.stock - 1, goods.coupon
        )
        self._city.till.points[account_no].append(PointMove(now.date(), "redeem", -goods.points, number))
        if goods.coupon:
            self._city.moves.append(Move(account_no, now, "points", "coupon", goods.coupon, number))
        made = BooksRedemption(number, account_no, goods.goods_no, goods.points, now)
        return read_points.redemption(show_points.redemption(made))

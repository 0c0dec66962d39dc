"""The fake company, part payments: the books' own rules over lists in memory; no provider ever pays here."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from backend.errors import Conflict, NotAllowed, NotFound
from backend.models import Correction, Mandate, Money, Payment, PaymentOrder, Refund
from backend.wire import payments as read
from conversation.identity import ChannelUser
from tests.fakes.backend.company import FakeCompany
from utility.accounts.values import Account
from utility.payments import ledger, rules
from utility.payments import wire as show
from utility.payments.terms import DamagesTerms, MoneyTables, PaymentTerms, read_money_tables
from utility.payments.values import Claim, Debt, Move
from utility.payments.values import Mandate as BooksMandate
from utility.payments.values import Money as BooksMoney
from utility.payments.values import Payment as BooksPayment
from utility.payments.values import PaymentOrder as BooksOrder
from utility.payments.values import Refund as BooksRefund
from utility.regions import regions_of

REGIONS = regions_of("guangzhou")
TABLES: MoneyTables = read_money_tables()


class FakeMoney(FakeCompany):
    """How accounts stand, as the ledger says."""

    @property
    def _money_terms(self) -> PaymentTerms:
        return TABLES.payments.at(self._clock.now().date(), REGIONS).value

    def _money_number(self, letter: str) -> str:
        key = letter, self._clock.now().date()
        self._city.numbers[key] = self._city.numbers.get(key, 0) + 1
        return f"{letter}{key[1]:%y%m%d}{self._city.numbers[key]:05d}"

    def _moves(self, account_no: str) -> list[Move]:
        now = self._clock.now()
        return [move for move in self._city.moves if move.account_no == account_no and move.at <= now]

    def _bill_claims(self, account: Account) -> list[Claim]:
        moves, today = self._moves(account.account_no), self._clock.now().date()
        open_bills = [bill for bill in self._issued(account.account_no) if bill.status == "unpaid"]
        debts = [ledger.debt(bill, moves) for bill in open_bills]
        return rules.claims(debts, self._damages_of, residential=account.residential, today=today)

    def _damages_of(self, debt: Debt) -> DamagesTerms:
        return TABLES.damages_from(debt.due + timedelta(days=1), REGIONS, self._city.policy)

    def _standing(self, account: Account) -> BooksMoney:
        credit = ledger.book(self._moves(account.account_no), "credit")
        days, tariffs = self._days(account.account_no), self._city.policy.tariffs
        return rules.money(account, self._bill_claims(account), credit, days, tariffs)

    def _payment(self, payment_no: str, user: ChannelUser) -> BooksPayment:
        row = next((row for row in self._city.payments if row["payment_no"] == payment_no), None)
        if row is None or row["account_no"] not in self._bound_nos(user):
            raise NotFound("payment.unknown")
        moves = self._moves(row["account_no"])
        paid = sorted({m.period for m in moves if m.ref == payment_no and m.to_book == "bill" and m.period})
        names = ("payment_no", "account_no", "at", "amount", "channel", "status", "note")
        return BooksPayment(**{name: row[name] for name in names}, periods=tuple(paid))


class FakePayments(FakeMoney):
    """The calls about payments."""

    async def money(self, account_no: str, user: ChannelUser) -> Money:
        """See base class."""
        self._called("money")
        return read.money(show.money(self._standing(self._access(account_no, user))))

    async def payments(self, account_no: str, user: ChannelUser) -> list[Payment]:
        """See base class."""
        self._called("payments")
        self._access(account_no, user)
        rows = sorted(self._city.payments, key=lambda row: (row["at"], row["payment_no"]), reverse=True)
        mine = [row["payment_no"] for row in rows if row["account_no"] == account_no][:50]
        return [read.payment(show.payment(self._payment(no, user))) for no in mine]

    async def payment_link(
        self,
        account_no: str,
        purpose: str,
        user: ChannelUser,
        *,
        idempotency_key: str,
        period: str = "",
        amount: Decimal | None = None,
    ) -> PaymentOrder:
        """See base class."""
        self._called("payment_link")
        if amount is not None and not self._money_terms.least <= amount <= self._money_terms.most:
            raise Conflict("payment.amount", least=f"{self._money_terms.least}", most=f"{self._money_terms.most}")
        if purpose != "top_up" and account_no not in self._bound_nos(user):
            raise NotAllowed("account.not_bound")
        account = self._account(account_no)
        asked = amount if amount is not None else self._due(account, period)
        holder = user.conversation_id if purpose == "top_up" else ""
        kept = next(
            (order for order in self._open_links() if self._matter(order) == (account_no, purpose, period, holder)),
            None,
        )
        if kept and kept.amount == asked:
            return self._order_shown(kept)
        if kept:
            self._orders_of_money[kept.payment_order_no] = replace(kept, state="cancelled")
        return self._order_shown(self._opened_link(account_no, purpose, period, asked, holder, user))

    def _opened_link(
        self, account_no: str, purpose: str, period: str, amount: Decimal, holder: str, user: ChannelUser
    ) -> BooksOrder:
        now, number = self._clock.now(), self._money_number(self._money_terms.letters["payment_order"])
        until = now + self._money_terms.link
        order = BooksOrder(
            number, account_no, purpose, period or None, amount, holder, user.channel.value, user.user_id, "open", now,
            until, None, None,
        )  # fmt: skip
        self._orders_of_money[number] = order
        return order

    async def payment_order(self, payment_order_no: str, user: ChannelUser) -> PaymentOrder:
        """See base class."""
        self._called("payment_order")
        return self._order_shown(self._order_of_money(payment_order_no, user))

    async def cancel_payment(self, payment_order_no: str, user: ChannelUser, *, idempotency_key: str) -> PaymentOrder:
        """See base class."""
        self._called("cancel_payment")
        order = self._order_of_money(payment_order_no, user)
        if order.state not in ("open", "cancelled"):
            raise Conflict("payment_order.closed", state=order.state)
        self._orders_of_money[payment_order_no] = replace(order, state="cancelled")
        return self._order_shown(self._orders_of_money[payment_order_no])

    async def request_refund(
        self, payment_no: str, reason: str, user: ChannelUser, *, idempotency_key: str, amount: Decimal | None = None
    ) -> Refund:
        """See base class."""
        self._called("request_refund")
        payment, now = self._payment(payment_no, user), self._clock.now()
        if payment.status != "success":
            raise Conflict("payment.processing")
        gone = sum((r.amount for r in self._refunds if r.payment_no == payment_no), Decimal("0.00"))
        there = min(payment.amount - gone, ledger.book(self._moves(payment.account_no), "credit"))
        asked = there if amount is None else amount
        if asked <= 0 and amount is not None:
            raise Conflict("refund.amount")
        if asked > there or there <= 0:
            raise Conflict("refund.too_much", available=f"{there:f}")
        number, no = self._money_number(self._money_terms.letters["refund"]), payment.account_no
        refund = BooksRefund(number, no, payment_no, asked, reason, "requested", payment.channel, now, None)
        self._refunds.append(refund)
        self._city.moves.append(Move(no, now, "credit", "refund", asked, number))
        return read.refund(show.refund(refund))

    async def refunds(self, account_no: str, user: ChannelUser) -> list[Refund]:
        """See base class."""
        self._called("refunds")
        self._access(account_no, user)
        return [read.refund(show.refund(r)) for r in reversed(self._refunds) if r.account_no == account_no]

    async def correct_payment(
        self, payment_no: str, to_account: str, user: ChannelUser, *, idempotency_key: str
    ) -> Correction:
        """See base class. Only unspent money moves here."""
        self._called("correct_payment")
        payment, now = self._payment(payment_no, user), self._clock.now()
        if to_account == payment.account_no:
            raise Conflict("correction.same_account")
        self._account(to_account)
        number = self._money_number(self._money_terms.letters["correction"])
        for no, books in ((payment.account_no, ("credit", "transfer")), (to_account, ("transfer", "credit"))):
            self._city.moves.append(Move(no, now, *books, payment.amount, number))
        return Correction(number, payment_no, payment.amount, "moved", now, date.max, now)

    async def answer_correction(
        self, correction_no: str, agreed: bool, user: ChannelUser, *, idempotency_key: str
    ) -> Correction:
        """See base class. Nothing here waits for a word."""
        self._called("answer_correction")
        raise NotFound("correction.unknown")

    async def mandate(self, account_no: str, user: ChannelUser) -> Mandate:
        """See base class."""
        self._called("mandate")
        self._access(account_no, user)
        if account_no not in self._mandates:
            raise NotFound("mandate.unknown")
        return read.mandate(show.mandate(self._mandates[account_no]))

    async def sign_mandate(self, account_no: str, provider: str, user: ChannelUser, *, idempotency_key: str) -> Mandate:
        """See base class."""
        self._called("sign_mandate")
        account, kept = self._access(account_no, user), self._mandates.get(account_no)
        if provider != "sandbox":
            raise NotFound("provider.unknown")
        if account.billing == "prepaid":
            raise Conflict("mandate.prepaid")
        if kept and kept.provider != provider:
            raise Conflict("mandate.signed", provider=kept.provider)
        number, now = self._money_number(self._money_terms.letters["mandate"]), self._clock.now()
        self._mandates.setdefault(account_no, BooksMandate(number, account_no, provider, "signed", now, None))
        return read.mandate(show.mandate(self._mandates[account_no]))

    async def cancel_mandate(self, account_no: str, user: ChannelUser, *, idempotency_key: str) -> None:
        """See base class."""
        self._called("cancel_mandate")
        self._access(account_no, user)
        if self._mandates.pop(account_no, None) is None:
            raise NotFound("mandate.unknown")

    @property
    def _orders_of_money(self) -> dict[str, BooksOrder]:
        return self._city.till.payment_orders

    @property
    def _refunds(self) -> list[BooksRefund]:
        return self._city.till.refunds

    @property
    def _mandates(self) -> dict[str, BooksMandate]:
        return self._city.till.mandates

    def _open_links(self) -> list[BooksOrder]:
        now = self._clock.now()
        return [order for order in self._orders_of_money.values() if order.state == "open" and order.expires_at > now]

    @staticmethod
    def _matter(order: BooksOrder) -> tuple[str, str, str, str]:
        return order.account_no, order.purpose, order.period or "", order.holder

    def _due(self, account: Account, period: str) -> Decimal:
        claims = [claim for claim in self._bill_claims(account) if not period or claim.period == period]
        if period and not any(bill.period == period for bill in self._issued(account.account_no)):
            raise NotFound("bill.unknown")
        if not claims:
            raise Conflict("payment.nothing_due")
        return sum((claim.principal + claim.damages for claim in claims), Decimal("0.00"))

    def _order_of_money(self, number: str, user: ChannelUser) -> BooksOrder:
        order = self._orders_of_money.get(number)
        mine = order and (order.channel, order.channel_user) == (user.channel.value, user.user_id)
        if order is None or not (mine or order.account_no in self._bound_nos(user)):
            raise NotFound("payment_order.unknown")
        return order

    def _order_shown(self, order: BooksOrder) -> PaymentOrder:
        link = f"http://fake/{order.payment_order_no}"
        return read.payment_order(show.payment_order(order, link, self._city.accounts[order.account_no]))

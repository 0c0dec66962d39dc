"""FakeBackend: the utility in memory, for tests that need an answer and no process; held to the same contract suite."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from backend import wire as read
from backend.errors import BackendError, NotAllowed, NotFound
from backend.models import Bill, BoundAccount, CheckCode, FaultOrder, FaultReport, Money, MonthUsage, Outage, Place
from conversation.identity import ChannelUser
from runtime.clock import Clock
from tests.fakes.city import City, build_city
from tests.fakes.faults import FakeFaults
from utility import billing
from utility import wire as show
from utility.values import Account, DayUsage, SentCode
from utility.values import Bill as BooksBill


@dataclass
class _Code:
    code: str
    sent_at: datetime
    expires_at: datetime
    wrong: int = 0
    used: bool = False


class FakeBackend:
    """A small real company: everything is computed from the demo city; `failure` makes every call fail with it."""

    def __init__(self, clock: Clock, *, now: datetime | None = None) -> None:
        self.failure: BackendError | None = None
        self.calls: list[str] = []
        self._clock = clock
        self._city: City = build_city(now)
        self._faults = FakeFaults(self._city, clock)
        self._codes: dict[tuple[ChannelUser, str], _Code] = {}
        self._asked: dict[ChannelUser, dict[str, datetime]] = {}
        self._wrong: dict[tuple[ChannelUser, date], int] = {}

    def sent_code(self, account_no: str) -> str:
        """Returns the newest code sent for an account: the test's look at the phone."""
        found = [kept for (_, no), kept in self._codes.items() if no == account_no]
        return max(found, key=lambda kept: kept.sent_at).code

    async def close(self) -> None:
        """Has nothing to close."""

    async def bindings(self, user: ChannelUser) -> list[BoundAccount]:
        """See base class."""
        self._called("bindings")
        return [read.account(show.account(account)) for account in self._bound(user)]

    async def send_check_code(self, account_no: str, user: ChannelUser) -> CheckCode:
        """See base class."""
        self._called("send_check_code")
        now, rules = self._clock.now(), self._city.policy.check_code
        self._check_asks(account_no, user, now)
        if self._wrong.get((user, now.date()), 0) >= rules.tries_per_day:
            raise NotAllowed("check_code.locked")
        self._asked.setdefault(user, {})[account_no] = now
        account = self._account(account_no)
        if len(account.contact_phone) != 11:
            raise NotAllowed("account.no_phone")
        last = self._codes.get((user, account_no))
        if last and not last.used and now < last.sent_at + rules.resend:
            raise NotAllowed("check_code.too_soon", retry_after_s=1 + (last.sent_at + rules.resend - now).seconds)
        code = _Code(f"{secrets.randbelow(10**rules.digits):0{rules.digits}d}", now, now + rules.valid)
        self._codes[user, account_no] = code
        sent = SentCode(account_no, account.contact_phone, code.expires_at, int(rules.resend.total_seconds()))
        return read.check_code(show.sent_code(sent))

    async def bind(self, account_no: str, code: str, user: ChannelUser) -> BoundAccount:
        """See base class."""
        self._called("bind")
        if account_no not in self._bound_nos(user):
            self._check_code(account_no, code, user)
            self._bound_nos(user).append(account_no)
        return read.account(show.account(self._account(account_no)))

    async def unbind(self, account_no: str, user: ChannelUser) -> None:
        """See base class."""
        self._called("unbind")
        if account_no in self._bound_nos(user):
            self._bound_nos(user).remove(account_no)

    async def bill(self, account_no: str, period: str, user: ChannelUser) -> Bill:
        """See base class."""
        self._called("bill")
        self._access(account_no, user)
        bills = self._issued(account_no)
        found = next((bill for bill in bills if bill.period == period), None)
        if found is None:
            raise NotFound("bill.unknown" if period <= bills[-1].period else "bill.not_issued")
        return read.bill(show.bill(found))

    async def month_usage(self, account_no: str, user: ChannelUser) -> MonthUsage:
        """See base class."""
        self._called("month_usage")
        account = self._access(account_no, user)
        usage = billing.running_month(account, self._days(account_no), self._city.policy.tariff)
        if usage is None:
            raise NotFound("usage.unknown")
        return read.month_usage(show.usage(usage))

    async def money(self, account_no: str, user: ChannelUser) -> Money:
        """See base class."""
        self._called("money")
        account, now = self._access(account_no, user), self._clock.now()
        arrived = [
            row["amount"]
            for row in self._city.payments
            if row["account_no"] == account_no and row["status"] == "success" and row["at"] <= now
        ]
        credit = sum(arrived, Decimal("0.00"))
        days, policy = self._days(account_no), self._city.policy
        return read.money(
            show.money(billing.money(account, self._issued(account_no), credit, days, policy, now.date()))
        )

    async def find_places(self, text: str) -> list[Place]:
        """See base class."""
        self._called("find_places")
        return [read.place(show.place(place)) for place in self._city.gazetteer.find(text)]

    async def outages(self, *, account_no: str = "", area_id: str = "") -> list[Outage]:
        """See base class."""
        self._called("outages")
        area_id = self._account(account_no).area_id if account_no else area_id
        if area_id not in self._city.areas:
            raise NotFound("area.unknown")
        return [read.outage(show.outage(outage)) for outage in self._faults.outages_of(area_id)]

    async def report_fault(self, report: FaultReport, *, idempotency_key: str) -> FaultOrder:
        """See base class."""
        self._called("report_fault")
        return read.fault_order(show.fault_order(self._faults.report(report, idempotency_key)))

    async def fault_order(self, order_no: str, *, user: ChannelUser, phone: str = "") -> FaultOrder:
        """See base class."""
        self._called("fault_order")
        order = self._faults.read(order_no, user, self._bound_nos(user), phone)
        return read.fault_order(show.fault_order(order))

    async def open_fault_orders(self, user: ChannelUser, account_nos: Sequence[str] = ()) -> list[FaultOrder]:
        """See base class."""
        self._called("open_fault_orders")
        bound = self._bound_nos(user)
        wanted = [no for no in bound if no in account_nos] if account_nos else bound
        return [read.fault_order(show.fault_order(order)) for order in self._faults.open_orders(user, wanted)]

    def _called(self, name: str) -> None:
        self.calls.append(name)
        if self.failure:
            raise self.failure

    def _bound_nos(self, user: ChannelUser) -> list[str]:
        return self._city.bindings.setdefault((user.channel.value, user.user_id), [])

    def _bound(self, user: ChannelUser) -> list[Account]:
        return [self._city.accounts[no] for no in self._bound_nos(user)]

    def _account(self, account_no: str) -> Account:
        account = self._city.accounts.get(account_no)
        if account is None or account.status == "closed":
            raise NotFound("account.unknown")
        return account

    def _access(self, account_no: str, user: ChannelUser) -> Account:
        if account_no not in self._bound_nos(user):
            raise NotAllowed("account.not_bound")
        return self._city.accounts[account_no]

    def _issued(self, account_no: str) -> list[BooksBill]:
        today = self._clock.now().date()
        return [bill for bill in self._city.bills[account_no] if bill.issued <= today]

    def _days(self, account_no: str) -> list[DayUsage]:
        today = self._clock.now().date()
        return [d for d in self._city.days.get(account_no, []) if today.replace(day=1) <= d.day < today]

    def _check_asks(self, account_no: str, user: ChannelUser, now: datetime) -> None:
        rules, bound = self._city.policy.foreign_accounts, self._bound_nos(user)
        recent = {no for no, at in self._asked.get(user, {}).items() if at > now - rules.window and no not in bound}
        if account_no not in recent and len(recent) >= rules.limit:
            raise NotAllowed("accounts.too_many")

    def _check_code(self, account_no: str, code: str, user: ChannelUser) -> None:
        now, rules = self._clock.now(), self._city.policy.check_code
        kept, tried = self._codes.get((user, account_no)), self._wrong.get((user, now.date()), 0)
        if tried >= rules.tries_per_day or (kept and kept.wrong >= rules.tries_per_code):
            raise NotAllowed("check_code.locked")
        if kept is None or kept.used or now >= kept.expires_at:
            raise NotAllowed("check_code.expired")
        if kept.code != code:
            kept.wrong += 1
            self._wrong[user, now.date()] = tried + 1
            left = min(rules.tries_per_code - kept.wrong, rules.tries_per_day - tried - 1)
            raise NotAllowed("check_code.wrong", tries_left=left)
        kept.used = True

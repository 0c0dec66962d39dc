"""The fake company, part accounts."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime

from backend.errors import NotAllowed
from backend.models import BoundAccount, CheckCode
from backend.wire import accounts as read
from conversation.identity import ChannelUser
from runtime.clock import Clock
from tests.fakes.backend.company import FakeCompany
from utility.accounts import wire as show
from utility.accounts.values import SentCode


@dataclass
class _Code:
    code: str
    sent_at: datetime
    expires_at: datetime
    wrong: int = 0
    used: bool = False


class FakeAccounts(FakeCompany):
    """The calls about accounts."""

    def __init__(self, clock: Clock, *, now: datetime | None = None) -> None:
        super().__init__(clock, now=now)
        self._codes: dict[tuple[ChannelUser, str], _Code] = {}
        self._asked: dict[ChannelUser, dict[str, datetime]] = {}
        self._wrong: dict[tuple[ChannelUser, date], int] = {}

    def sent_code(self, account_no: str) -> str:
        """Returns the newest code sent for an account: the test's look at the phone."""
        found = [kept for (_, no), kept in self._codes.items() if no == account_no]
        return max(found, key=lambda kept: kept.sent_at).code

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

    async def take_over_bindings(self, source: ChannelUser, user: ChannelUser, *, evidence: str) -> list[BoundAccount]:
        """See base class."""
        self._called("take_over_bindings")
        known = self._bound_nos(user)
        known += [account.account_no for account in self._bound(source) if account.account_no not in known]
        return await self.bindings(user)

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

"""The fake company, part accounts: profiles, contacts, the phone on file, the search for an account."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from backend.errors import Conflict, NotAllowed, NotFound
from backend.models import AccountCandidate, AccountProfile, BoundAccount, Contact, PhoneChange
from backend.wire import accounts as read
from conversation.identity import ChannelUser
from runtime.clock import Clock
from tests.fakes.backend.accounts import FakeAccounts
from tests.fakes.backend.city import read_once
from utility.accounts import wire as show
from utility.accounts.rulebook import AccountRules, parse_rules
from utility.accounts.seed import tables
from utility.accounts.values import Account, Manager, Profile
from utility.accounts.values import Contact as BooksContact
from utility.accounts.values import PhoneChange as BooksChange
from utility.versions import read_versions


@dataclass
class _Change:
    user: ChannelUser
    change: BooksChange
    codes: tuple[str, str]
    sent_at: datetime
    wrong: int = 0
    done: bool = False


class FakeProfiles(FakeAccounts):
    """The calls about what the company keeps of an account."""

    def __init__(self, clock: Clock, *, now: datetime | None = None) -> None:
        super().__init__(clock, now=now)
        rows = {table.name: table for table in tables(read_once(), self._clock.now())}
        self._rows = {
            name: [dict(zip(t.columns.split(", "), r, strict=True)) for r in t.rows] for name, t in rows.items()
        }
        self._changes: dict[str, _Change] = {}
        self._rules: AccountRules = read_versions("accounts", parse_rules).at(self._clock.now().date(), ("cn",)).value
        self._contacts = [self._contact(n, row) for n, row in enumerate(self._rows["contacts"], 1)]

    def phone_code(self, phone: str) -> str:
        """Returns the newest code of a phone change sent to a phone: the test's look at it."""
        sent = [(kept, n) for kept in self._changes.values() for n in (0, 1) if _phones(kept)[n] == phone]
        kept, n = sent[-1]
        return kept.codes[n]

    async def profile(self, account_no: str, user: ChannelUser) -> AccountProfile:
        """See base class."""
        self._called("profile")
        account = self._access(account_no, user)
        row = next(row for row in self._rows["accounts"] if row["account_no"] == account_no)
        profile = Profile(
            account=account,
            account_class=row["class"],
            tags=self._rules.told(account.tags),
            tag_kinds=self._rules.kinds(account.tags),
            manager=self._manager(account_no),
            **{name: row[name] for name in ("voltage", "phase", "capacity_kw", "contract_state", "contract_until")},
        )
        return read.profile(show.profile(profile))

    async def contacts(self, account_no: str, user: ChannelUser) -> list[Contact]:
        """See base class."""
        self._called("contacts")
        self._access(account_no, user)
        found = [contact for no, contact in reversed(self._contacts) if no == account_no]
        newest = sorted(found, key=lambda c: c.valid_until or date.max, reverse=True)
        return [read.contact(show.contact(contact)) for contact in newest]

    async def ask_phone_change(
        self, account_no: str, new_phone: str, user: ChannelUser, *, idempotency_key: str
    ) -> PhoneChange:
        """See base class."""
        self._called("ask_phone_change")
        account, now, rules = self._access(account_no, user), self._clock.now(), self._city.policy.check_code
        if not self._rules.can_receive_codes(new_phone):
            raise Conflict("phone.invalid")
        if new_phone == account.contact_phone:
            raise Conflict("phone.same")
        if not self._rules.can_receive_codes(account.contact_phone):
            raise NotAllowed("account.no_phone")
        pending = [k for k in self._changes.values() if k.change.account_no == account_no and not k.done]
        if pending and now < pending[-1].sent_at + rules.resend:
            raise NotAllowed("check_code.too_soon", retry_after_s=int(rules.resend.total_seconds()))
        number = f"K{now:%y%m%d}{len(self._changes) + 1:05d}"
        change = BooksChange(number, account_no, account.contact_phone, new_phone, now + rules.valid)
        self._changes[number] = _Change(user, change, ("135791", "246802"), now)
        return read.phone_change(show.phone_change(change))

    async def confirm_phone_change(
        self, phone_change_no: str, old_code: str, new_code: str, user: ChannelUser, *, idempotency_key: str
    ) -> BoundAccount:
        """See base class."""
        self._called("confirm_phone_change")
        kept = self._changes.get(phone_change_no)
        if kept is None or kept.user != user:
            raise NotFound("phone_change.unknown")
        account = self._access(kept.change.account_no, user)
        if not kept.done:
            self._check_codes(kept, (old_code, new_code))
            kept.done = True
            account = self._change_phone(account, kept.change.new_phone)
        return read.account(show.account(account))

    async def find_accounts(
        self, name: str, user: ChannelUser, *, phone: str = "", address: str = "", idempotency_key: str
    ) -> list[AccountCandidate]:
        """See base class."""
        self._called("find_accounts")
        found = [a for a in self._city.accounts.values() if a.name == name and a.status != "closed"]
        fits = [a for a in found if (a.contact_phone == phone if phone else self._lives_at(a, address))]
        asked = [a.account_no for a in fits] or [f"search:{name}{phone}{address}"]
        for number in asked:
            self._check_asks(number, user, self._clock.now())
            self._asked.setdefault(user, {})[number] = self._clock.now()
        return [read.candidate(show.candidate(account)) for account in fits]

    def _lives_at(self, account: Account, address: str) -> bool:
        places, room = self._city.gazetteer.find(address), self._city.gazetteer.room_of(address)
        row = next(row for row in self._rows["accounts"] if row["account_no"] == account.account_no)
        return [(p.area.estate, p.building, room) for p in places] == [(account.estate, account.building, row["room"])]

    def _check_codes(self, kept: _Change, given: tuple[str, str]) -> None:
        rules, now = self._city.policy.check_code, self._clock.now()
        if kept.wrong >= rules.tries_per_code:
            raise NotAllowed("check_code.locked")
        if now >= kept.change.expires_at:
            raise NotAllowed("check_code.expired")
        if given != kept.codes:
            kept.wrong += 1
            raise NotAllowed("check_code.wrong", tries_left=rules.tries_per_code - kept.wrong)

    def _change_phone(self, account: Account, phone: str) -> Account:
        now = self._clock.now()
        self._contacts = [
            (
                no,
                dataclasses.replace(c, valid_until=now.date()) if no == account.account_no and not c.valid_until else c,
            )
            for no, c in self._contacts
        ]
        holder = BooksContact(len(self._contacts) + 1, "holder", account.name, phone, now.date(), None, now)
        self._contacts.append((account.account_no, holder))
        changed = dataclasses.replace(account, contact_phone=phone)
        self._city.accounts[account.account_no] = changed
        return changed

    def _contact(self, number: int, row: dict[str, Any]) -> tuple[str, BooksContact]:
        known = {name: row[name] for name in ("kind", "name", "phone", "valid_from", "valid_until")}
        return row["account_no"], BooksContact(contact_id=number, verified_at=None, **known)

    def _manager(self, account_no: str) -> Manager | None:
        managers = {row["manager_no"]: row for row in self._rows["account_managers"]}
        row = next((r for r in self._rows["managed_accounts"] if r["account_no"] == account_no), None)
        if row is None:
            return None
        own = managers[row["manager_no"]]
        deputy = managers.get(own["deputy_no"], {})
        known = {name: own[name] for name in ("manager_no", "name", "role", "phone", "hours")}
        return Manager(**known, deputy_name=deputy.get("name", ""), deputy_phone=deputy.get("phone", ""))


def _phones(kept: _Change) -> tuple[str, str]:
    return kept.change.old_phone, kept.change.new_phone

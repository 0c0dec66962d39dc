"""The fake company, part notices and being called back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from backend.errors import Conflict, NotAllowed, NotFound
from backend.models import Callback, Subscription
from conversation.identity import ChannelUser
from runtime.clock import Clock
from runtime.privacy import mask_phone
from tests.fakes.backend.city import read_once
from tests.fakes.backend.kept import KeptAnswers, refusals
from tests.fakes.backend.profiles import FakeProfiles
from tests.fakes.backend.till import FakeTill
from utility.subscriptions.rules import changed, parse_notices
from utility.subscriptions.values import NoticeRules, NoticeWish
from utility.versions import read_versions

_Key = tuple[str, str, str]


@dataclass(frozen=True)
class _Asked:
    user: ChannelUser
    callback: Callback


class FakeSubscriptions(FakeTill, FakeProfiles):
    """The calls about notices and about being called back."""

    def __init__(self, clock: Clock, *, now: datetime | None = None) -> None:
        super().__init__(clock, now=now)
        self._notices: NoticeRules = read_versions("notices", parse_notices).at(clock.now().date(), ("cn",)).value
        self._notice_rows: dict[_Key, tuple[bool, datetime]] = {
            (row["account_no"], row["notice_type"], row["channel"]): (row["enabled"], clock.now())
            for row in read_once()["subscriptions"]
        }
        self._notice_keys = KeptAnswers()
        self._callback_keys = KeptAnswers()
        self._callbacks: list[_Asked] = []

    async def subscriptions(self, account_no: str, user: ChannelUser) -> list[Subscription]:
        """See base class."""
        self._called("subscriptions")
        self._access(account_no, user)
        return self._notices_of(account_no)

    async def set_subscription(
        self,
        account_no: str,
        notice_type: str,
        user: ChannelUser,
        *,
        enabled: bool,
        channel: str = "",
        threshold: Decimal | None = None,
        idempotency_key: str,
    ) -> list[Subscription]:
        """See base class."""
        self._called("set_subscription")
        self._access(account_no, user)
        wish = NoticeWish(notice_type, enabled, channel, threshold)
        if threshold is not None:
            with refusals():
                self._check_notice(account_no, wish)
            await self.set_warning_limit(account_no, threshold, user, idempotency_key=f"{idempotency_key}-limit")
        return self._notice_keys.once(
            idempotency_key, (account_no, wish, user), lambda: self._set_notice(account_no, wish, user)
        )

    async def ask_callback(
        self,
        reason: str,
        user: ChannelUser,
        *,
        phone: str = "",
        account_no: str = "",
        call_by: datetime | None = None,
        idempotency_key: str,
    ) -> Callback:
        """See base class."""
        self._called("ask_callback")
        asked = (reason, user, phone, account_no, call_by)
        return self._callback_keys.once(idempotency_key, asked, lambda: self._ask(reason, user, phone, account_no))

    async def callbacks(self, user: ChannelUser) -> list[Callback]:
        """See base class."""
        self._called("callbacks")
        return [one.callback for one in reversed(self._callbacks) if one.user == user]

    def _set_notice(self, account_no: str, wish: NoticeWish, user: ChannelUser) -> list[Subscription]:
        self._check_notice(account_no, wish)
        standing = {one.channel: one.enabled for one in self._notices_of(account_no, wish.notice_type)}
        own = self._notices.own_channel(user.channel.value)
        for channel, enabled in changed(self._notices, wish, standing, own).items():
            if standing.get(channel) is not enabled:
                self._notice_rows[account_no, wish.notice_type, channel] = (enabled, self._clock.now())
        return self._notices_of(account_no, wish.notice_type)

    def _check_notice(self, account_no: str, wish: NoticeWish) -> None:
        kind = self._notices.types.get(wish.notice_type)
        if kind is None:
            raise NotFound("notice.unknown")
        if wish.channel and wish.channel not in self._notices.channels:
            raise NotFound("notice.channel")
        if wish.threshold is not None and not (kind.limited and wish.enabled):
            raise Conflict("notice.limit")
        if kind.limited and wish.enabled and self._city.accounts[account_no].billing != "prepaid":
            raise Conflict("warning.postpaid")

    def _notices_of(self, account_no: str, notice_type: str = "") -> list[Subscription]:
        limit = self._city.till.warning_limits.get(account_no)
        return [
            Subscription(no, kind, channel, enabled, limit if self._notices.types[kind].limited else None, at)
            for (no, kind, channel), (enabled, at) in sorted(self._notice_rows.items())
            if no == account_no and notice_type in ("", kind)
        ]

    def _ask(self, reason: str, user: ChannelUser, phone: str, account_no: str) -> Callback:
        on_file = self._access(account_no, user).contact_phone if account_no else ""
        if phone and not self._rules.is_phone(phone):
            raise Conflict("phone.invalid")
        if not self._rules.is_phone(phone or on_file):
            raise NotAllowed("account.no_phone")
        shown = mask_phone(phone or on_file)
        for place, kept in enumerate(self._callbacks):
            if kept.user == user and kept.callback.account_no == account_no:
                again = replace(kept.callback, phone_masked=shown, reason=reason)
                self._callbacks[place] = _Asked(user, again)
                return again
        made = Callback(self._callback_no(), account_no, shown, reason, "open", self._clock.now())
        self._callbacks.append(_Asked(user, made))
        return made

    def _callback_no(self) -> str:
        return f"{self._rules.letters['callback']}{self._clock.now():%y%m%d}{len(self._callbacks) + 1:05d}"

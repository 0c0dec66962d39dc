"""Sends one customer-service message at a time: takes it from the quota, calls, and mends the ledger by the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

import structlog

from connectors.shared.hold import AccountHold
from connectors.shared.ports import Later, Refused, Sent, Way
from connectors.shared.quota import Purpose, QuotaLedger
from connectors.wechat.api import WeChatApi
from connectors.wechat.errors import ApiRefused, ApiUnreachable, NoMedium, NoMenu
from conversation.identity import ChannelUser
from runtime.clock import Clock

# The account may not send menus (not certified): 40200; or the platform does not take this one.
_NO_MENU = frozenset({40200, 40035, 47001})
_UNFOLLOWED, _UNWILLING = 43004, 48002
# Outside the window or unsubscribed, quota used up, not following, unwilling: it will not be otherwise in a minute.
_SHUT = frozenset({45015, 45047, _UNFOLLOWED, _UNWILLING})
_MINUTE, _DAY = 45011, 45009
_NO_MEDIUM = 40007
_BUSY: Mapping[int, timedelta] = MappingProxyType(
    {
        -1: timedelta(seconds=1),  # system busy
        **dict.fromkeys((40001, 40014, 42001), timedelta(seconds=30)),  # refused with a new token, too
        **dict.fromkeys((40013, 40125, 40164, 89503), timedelta(minutes=1)),  # ours to mend: app id, secret, address
    }
)


@dataclass(frozen=True)
class NoRoom:
    """The window or the quota does not take the message; a template may still reach who follows and has not refused."""

    reason: str
    template: bool = True
    cost: int = 0


Passed = Sent | Refused | Later | NoRoom


class Till:
    """The one place that calls `message/custom/send`."""

    def __init__(self, api: WeChatApi, ledger: QuotaLedger, hold: AccountHold, clock: Clock) -> None:
        self._api = api
        self._ledger = ledger
        self._hold = hold
        self._clock = clock
        self._log = structlog.get_logger()

    async def held(self) -> Later | None:
        """Tells whether the whole account is held back now."""
        left = await self._hold.left()
        return Later("the account is held back", left, counts=False) if left else None

    async def send(self, conversation_id: str, purpose: Purpose, message: Mapping[str, Any]) -> Passed:
        """Sends one message.

        Raises:
            NoMenu: it is a menu, and the account has none.
            NoMedium: it is a picture, and the platform has it no more.
            StoreUnavailable: PostgreSQL was asked about the quota and does not answer; nothing was sent.
        """
        grant = await self._ledger.spend(conversation_id, purpose)
        if not grant:
            return NoRoom("no message of the quota is left for it")
        try:
            await self._api.send({"touser": ChannelUser.of(conversation_id).user_id, **message})
        except ApiUnreachable as error:
            # It may have been taken: then the ledger is one too high, and 45047 will tell.
            await self._ledger.give_back(conversation_id, grant)
            return Later(error.detail)
        except ApiRefused as error:
            await self._ledger.give_back(conversation_id, grant)
            if message["msgtype"] == "msgmenu" and error.errcode in _NO_MENU:
                self._log.warning("wechat.menu.unavailable", errcode=error.errcode)
                raise NoMenu(error.errcode, error.errmsg) from error
            if message["msgtype"] == "image" and error.errcode == _NO_MEDIUM:
                raise NoMedium(error.errcode, error.errmsg) from error
            return await self._refused(conversation_id, error)
        return Sent(cost=1, way=Way.CUSTOM)

    async def _refused(self, conversation_id: str, error: ApiRefused) -> Passed:
        """What an error code means for this message, this customer and the account."""
        if error.errcode in _SHUT:
            await self._ledger.shut(conversation_id, reachable=error.errcode != _UNFOLLOWED)
            self._log.warning("wechat.quota.corrected", conversation_id=conversation_id, errcode=error.errcode)
            return NoRoom(error.detail, template=error.errcode not in (_UNFOLLOWED, _UNWILLING))
        if error.errcode in (_MINUTE, _DAY):
            await self._hold.begin(self._hold_seconds(error.errcode), error.detail)
            return await self.held() or Later(error.detail)
        if error.errcode in _BUSY:
            return Later(error.detail, _BUSY[error.errcode])
        return Refused(error.detail)  # what is ours: a bad openid (40003), a text too long (45002), ...

    def _hold_seconds(self, errcode: int) -> float:
        """The platform counts calls by the minute, and by the day of Shanghai."""
        if errcode == _MINUTE:
            return 60.0
        now = self._clock.now()
        midnight = datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), now.tzinfo)
        return (midnight - now).total_seconds()

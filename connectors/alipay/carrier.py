"""Carries parcels to Alipay as customer-service messages of the life account."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from connectors.alipay.api import AlipayApi
from connectors.alipay.errors import ApiRefused, ApiUnreachable
from connectors.shared.plain import cut, write
from connectors.shared.ports import Later, Outcome, Parcel, Refused, Say, Sent
from conversation.identity import ChannelUser

METHOD = "alipay.open.public.message.custom.send"
# No limit is published; 500 Chinese characters are taken everywhere.
TEXT_BYTES = 1500
_BUSY = frozenset({"20000"})
_BUSY_REASONS = ("isp.", "aop.", "SYSTEM_ERROR")
# Ours to mend: keys, permission, app id. Tried for a while.
_OURS = frozenset({"20001", "40001", "40003", "40006"})
_MOST_PROGRESS = 1000

Occasion = Callable[[str], "tuple[str, str]"]


class AlipayCarrier:
    """Hands parcels to the gateway; `occasion` gives a user's address and what opened the window to write to them."""

    def __init__(self, api: AlipayApi, occasion: Occasion, say: Say) -> None:
        self._api = api
        self._occasion = occasion
        self._say = say
        # Parts of a long parcel that are there already, should a later part fail.
        self._arrived: OrderedDict[tuple[str, int], int] = OrderedDict()

    async def carry(self, parcel: Parcel) -> Outcome:
        """See base class."""
        to, event = self._occasion(ChannelUser.of(parcel.conversation_id).user_id)
        key = (parcel.conversation_id, parcel.lines[0].seq)
        parts = cut(write(parcel, self._say).with_list(self._say), TEXT_BYTES)
        for number, part in enumerate(parts):
            if number < self._arrived.get(key, 0):
                continue
            outcome = await self._send(to, event, part)
            if not isinstance(outcome, Sent):
                return outcome
            self._arrived[key] = number + 1
            if len(self._arrived) > _MOST_PROGRESS:
                self._arrived.popitem(last=False)
        self._arrived.pop(key, None)
        return Sent()

    async def _send(self, to: str, event: str, text: str) -> Outcome:
        try:
            await self._api.call(METHOD, _content(to, event, text))
        except ApiUnreachable as error:
            return Later(error.detail)
        except ApiRefused as error:
            if error.answer in _BUSY or error.sub_code.startswith(_BUSY_REASONS):
                return Later(error.detail)
            if error.answer in _OURS:
                return Later(error.detail, timedelta(minutes=1))
            return Refused(error.detail)  # the window is over (MSG_SD_OVER_TIME), the user has left, ...
        return Sent()


def _content(to: str, event: str, text: str) -> dict[str, Any]:
    name = "to_user_id" if len(to) == 16 and to.startswith("2088") else "open_id"
    content = {name: to, "msg_type": "text", "text": {"content": text}, "chat": "0" if event == "follow" else "1"}
    return content | ({"event_type": event} if event else {})

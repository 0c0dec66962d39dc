"""What a push changes besides being answered: the quota it opens, who follows, what became of a template message."""

from __future__ import annotations

from collections.abc import Callable

from connectors.shared.ports import Reception
from connectors.shared.quota import QuotaLedger
from connectors.wechat.budget import TOUCHES
from connectors.wechat.messages import Pushed
from conversation.identity import ChannelUser

_FOLLOW, _LEAVE = "event.subscribe", "event.unsubscribe"
_TEMPLATE_DONE = "event.templatesendjobfinish"
_ARRIVED = "success"


class Occasions:
    """Notes each push; a retry of the platform changes nothing more."""

    def __init__(self, reception: Reception, ledger: QuotaLedger, wake: Callable[[str], None]) -> None:
        """`wake` is called for a conversation whose lines may have to go another way now."""
        self._reception = reception
        self._ledger = ledger
        self._wake = wake

    async def note(self, user: ChannelUser, pushed: Pushed) -> None:
        """Notes a push before it is answered.

        Raises:
            StoreUnavailable: it is not noted; the platform pushes again.
        """
        conversation_id = user.conversation_id
        if not pushed.is_event or pushed.kind in TOUCHES:
            await self._ledger.opened(conversation_id, pushed.key, lasting=not pushed.is_event)
        if pushed.kind in (_FOLLOW, _LEAVE):
            await self._reception.follows(conversation_id, on=pushed.kind == _FOLLOW)
        if pushed.kind == _LEAVE:
            await self._ledger.shut(conversation_id, reachable=False)
            self._wake(conversation_id)
        if pushed.kind == _TEMPLATE_DONE:
            status = pushed.text("Status")
            await self._reception.receipt(pushed.text("MsgID"), status, arrived=status == _ARRIVED)
            self._wake(conversation_id)

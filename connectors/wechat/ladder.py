"""The other ways to a customer whom a customer-service message cannot reach: a template, an SMS, a person who calls."""

from __future__ import annotations

import structlog

from connectors.shared.errors import PlatformError
from connectors.shared.ports import Barred, Later, Outcome, Parcel, Sent, Texter, Way
from connectors.wechat.errors import ApiRefused, ApiUnreachable
from connectors.wechat.templates import Templates

_BUSY = -1


class Ladder:
    """Tries one way after the other; each only once for the same words."""

    def __init__(self, templates: Templates | None = None, texter: Texter | None = None) -> None:
        self._templates = templates
        self._texter = texter
        self._log = structlog.get_logger()

    async def tell(self, parcel: Parcel, words: str, reason: str, *, follows: bool, rest: str = "") -> Outcome:
        """Tells the words in another way; who does not follow gets no template. `rest` is what is owed of them."""
        outcome: Outcome | None = None
        if self._templates and follows and Way.TEMPLATE.value not in parcel.failed_ways:
            outcome = await self._by_template(self._templates, parcel, words, reason, rest)
        if outcome is None and self._texter and Way.SMS.value not in parcel.failed_ways:
            outcome = await self._by_sms(self._texter, parcel, words)
        return outcome or Barred(reason, rest=rest)

    async def _by_template(
        self, templates: Templates, parcel: Parcel, words: str, reason: str, rest: str
    ) -> Outcome | None:
        try:
            number = await templates.send(parcel, words)
        except ApiUnreachable as error:
            return Later(error.detail)  # `client_msg_id` lets it be sent again
        except ApiRefused as error:
            if error.errcode == _BUSY:
                return Later(error.detail)
            self._log.warning("wechat.template.refused", conversation_id=parcel.conversation_id, reason=error.detail)
            return None
        self._log.info("wechat.template.sent", conversation_id=parcel.conversation_id, receipt=number)
        if templates.holds(words):
            return Sent(way=Way.TEMPLATE, receipt=number)
        return Barred(reason, way=Way.TEMPLATE, rest=rest, receipt=number)

    async def _by_sms(self, texter: Texter, parcel: Parcel, words: str) -> Outcome | None:
        key = f"{parcel.conversation_id}/{parcel.lines[0].seq}/{len(parcel.rest)}"
        try:
            taken = await texter.text(parcel.conversation_id, words, key=key)
        except PlatformError as error:
            self._log.warning("door.sms.refused", conversation_id=parcel.conversation_id, reason=error.detail)
            return None
        return Sent(way=Way.SMS) if taken else None

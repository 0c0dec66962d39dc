"""Carries parcels to WeChat: as the passive reply while a push waits for it, else as customer-service messages.

What the quota does not take whole is shortened; what does not fit at all goes the ladder's way.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import structlog

from connectors.shared.album import Album, NotDrawn, pictures
from connectors.shared.plain import Letter, after, cut, shorten, write
from connectors.shared.ports import Draw, Later, Outcome, Parcel, Say, Sent, Way
from connectors.shared.progress import SharedProgress
from connectors.shared.promised import Promised
from connectors.shared.quota import Purpose, QuotaLedger, purpose_of
from connectors.wechat.api import WeChatApi
from connectors.wechat.errors import ApiError, NoMedium, NoMenu
from connectors.wechat.exchanges import Exchanges
from connectors.wechat.ladder import Ladder
from connectors.wechat.till import NoRoom, Passed, Till
from conversation.identity import ChannelUser
from conversation.reply import Chart

# Measured: 2048 bytes; a passive reply over it fails without an error code.
TEXT_BYTES = 2000
_MENU_CHOICES = 10
# The platform keeps an uploaded medium for three days.
_MEDIUM_SECONDS = 60 * 60 * 60.0
# A turn ends within five seconds.
_SOON = timedelta(seconds=0.5)


class WeChatCarrier:
    """Hands parcels to one account's platform; without `draw` no picture goes with a chart."""

    def __init__(
        self,
        api: WeChatApi,
        exchanges: Exchanges,
        say: Say,
        *,
        till: Till,
        ledger: QuotaLedger,
        ladder: Ladder,
        draw: Draw | None = None,
        progress: SharedProgress | None = None,
    ) -> None:
        self._exchanges = exchanges
        self._say = say
        self._till = till
        self._ledger = ledger
        self._ladder = ladder
        self._album = Album(draw, api.upload, seconds=_MEDIUM_SECONDS) if draw else None
        self._menus = True
        self._progress = progress or SharedProgress(None, "")
        self._log = structlog.get_logger()

    async def carry(self, parcel: Parcel) -> Outcome:
        """See base class."""
        letter = write(parcel, self._say)
        text = parcel.rest or letter.with_list(self._say)
        parts = cut(text, TEXT_BYTES)
        held = await self._till.held()
        if promised := None if held else self._promises(parcel, parts):
            return Sent(way=Way.PASSIVE, promised=promised)
        if self._answers_now(parcel, parts, held=held is not None):
            outcome: Outcome = Sent(way=Way.PASSIVE)
        elif held:
            return held
        else:
            outcome = await self._deliver(parcel, letter, text, parts)
        if self._album and not held and _is_there(outcome):
            cost = await self._illustrate(parcel, self._album, len(parts))
            outcome = replace(outcome, cost=outcome.cost + cost)
        return outcome

    def _promises(self, parcel: Parcel, parts: list[str]) -> Promised | None:
        """Promises the words as the passive reply: it leaves when that is recorded, so that a worker that is killed on
        the way neither loses nor repeats it. Where a picture follows, the words may not wait."""
        if len(parts) != 1 or self._progress.of(parcel) or (self._album and any(pictures(parcel))):
            return None
        openid = ChannelUser.of(parcel.conversation_id).user_id
        exchange = self._exchanges.waiting(openid)
        if exchange is None or not exchange.promise(parts[0]):
            return None

        async def settle(recorded: bool) -> None:
            if not exchange.settle(recorded=recorded):
                return
            self._progress.note(parcel, 1)
            if not parcel.coming:
                self._exchanges.end_taken(openid)
            if not recorded:
                await self._progress.share(parcel)

        return Promised(exchange.key.removeprefix(f"{openid}/"), parts[0], settle)

    def _answers_now(self, parcel: Parcel, parts: list[str], *, held: bool) -> bool:
        """Gives the words as the passive reply when it is due and they fit; while nothing else leaves, with more."""
        if len(parts) != 1 or self._progress.of(parcel):
            return False
        openid = ChannelUser.of(parcel.conversation_id).user_id
        exchange = self._exchanges.waiting(openid)
        if exchange is None or not (exchange.add(parts[0], TEXT_BYTES) if held else exchange.give(parts[0])):
            return False
        if not held and not parcel.coming:
            self._exchanges.end_taken(openid)
        self._progress.note(parcel, 1)
        return True

    async def _deliver(self, parcel: Parcel, letter: Letter, text: str, parts: list[str]) -> Outcome:
        """Sends the words that are not there yet, as far as the quota goes."""
        await self._progress.learn(parcel)
        if rest := self._progress.rest(parcel):
            return Sent(way=Way.CUSTOM, rest=rest)
        done = self._progress.of(parcel)
        words = after(text, parts[:done])
        balance = await self._ledger.balance(parcel.conversation_id)
        left = balance.left(purpose_of(parcel))
        if done >= len(parts):
            return Sent(way=Way.CUSTOM)
        if not left:
            reason = "no message of the quota is left" if balance.reachable else "the customer has left the account"
            return await self._elsewhere(parcel, words, reason, follows=balance.reachable)
        if left == 1 and parcel.coming and purpose_of(parcel) is Purpose.BOT:
            return Later("the last message of the quota waits for what is coming", _SOON, counts=False)
        if left < len(parts) - done:
            return await self._shortened(parcel, words)
        return await self._whole(parcel, letter, text, parts)

    async def _whole(self, parcel: Parcel, letter: Letter, text: str, parts: list[str]) -> Outcome:
        """Sends a menu, or every part of the text that is not there yet."""
        first, cost = self._progress.of(parcel), 0
        if self._menus and not first and not parcel.rest and _fits_a_menu(letter, parts):
            try:
                return await self._one(parcel, _menu(letter), arrived=1, words=text)
            except NoMenu:
                self._menus = False
        for number in range(first, len(parts)):
            words = after(text, parts[:number])
            outcome = await self._one(parcel, _text(parts[number]), arrived=number + 1, words=words)
            cost += outcome.cost
            if not isinstance(outcome, Sent) or outcome.way is not Way.CUSTOM:
                return replace(outcome, cost=cost)
        return Sent(cost=cost, way=Way.CUSTOM)

    async def _shortened(self, parcel: Parcel, words: str) -> Outcome:
        """Sends the beginning with a word on how to get the rest, which is owed then."""
        said, rest = shorten(words, TEXT_BYTES, self._say("utter_door_rest"))
        outcome = await self._one(parcel, _text(said), arrived=0, words=words)
        if isinstance(outcome, Sent) and outcome.way is Way.CUSTOM:
            self._progress.note(parcel, 1, rest=rest)
            await self._progress.share(parcel)
            return replace(outcome, rest=rest)
        return outcome

    async def _one(self, parcel: Parcel, message: dict[str, Any], *, arrived: int, words: str) -> Outcome:
        """Sends one message; `words` are those that are not there yet, should it not get through. Raises NoMenu."""
        passed = await self._till.send(parcel.conversation_id, purpose_of(parcel), message)
        if isinstance(passed, NoRoom):
            return await self._elsewhere(parcel, words, passed.reason, follows=passed.template)
        if isinstance(passed, Sent) and arrived:
            self._progress.note(parcel, arrived)
            await self._progress.share(parcel)
        return passed

    async def _elsewhere(self, parcel: Parcel, words: str, reason: str, *, follows: bool) -> Outcome:
        """Tells the words another way; of a parcel that is there in part only the others are owed."""
        rest = words if parcel.rest or self._progress.of(parcel) else ""
        return await self._ladder.tell(parcel, words, reason, follows=follows, rest=rest)

    async def _illustrate(self, parcel: Parcel, album: Album, said: int) -> int:
        """Sends the charts after the words, which hold the rows: a picture that fails, or for which the quota is too
        short, is missed by nobody. Returns what they cost."""
        cost = 0
        for number, picture in enumerate(pictures(parcel), said):
            if number < self._progress.of(parcel):
                continue
            reason = await self._show(parcel.conversation_id, album, picture.chart)
            if reason:
                self._log.warning("wechat.chart.undelivered", conversation_id=parcel.conversation_id, reason=reason)
            else:
                cost += 1
            self._progress.note(parcel, number + 1)
        return cost

    async def _show(self, conversation_id: str, album: Album, chart: Chart) -> str:
        """Sends one chart; returns why it is not there, empty if it is."""
        if not (await self._ledger.balance(conversation_id)).left(Purpose.PICTURE):
            return "words come first: the quota is short"
        try:
            passed = await self._send_picture(conversation_id, album, chart)
        except (ApiError, NotDrawn) as error:
            album.forget(chart)
            return error.detail
        return "" if isinstance(passed, Sent) else passed.reason

    async def _send_picture(self, conversation_id: str, album: Album, chart: Chart) -> Passed:
        message = _image(await album.name(chart))
        try:
            return await self._till.send(conversation_id, Purpose.PICTURE, message)
        except NoMedium:
            album.forget(chart)
        return await self._till.send(conversation_id, Purpose.PICTURE, _image(await album.name(chart)))


def _is_there(outcome: Outcome) -> bool:
    """Whether the customer has all the words before their eyes: a chart may follow."""
    return isinstance(outcome, Sent) and outcome.way in (Way.PASSIVE, Way.CUSTOM) and not outcome.rest


def _fits_a_menu(letter: Letter, parts: list[str]) -> bool:
    return len(parts) == 1 and 0 < len(letter.buttons) <= _MENU_CHOICES and bool(letter.text)


def _image(media_id: str) -> dict[str, Any]:
    return {"msgtype": "image", "image": {"media_id": media_id}}


def _text(content: str) -> dict[str, Any]:
    return {"msgtype": "text", "text": {"content": content}}


def _menu(letter: Letter) -> dict[str, Any]:
    rows = [
        {"id": str(number), "content": button.label}
        for number, button in enumerate(letter.buttons, max(letter.first_choice, 1))
    ]
    return {"msgtype": "msgmenu", "msgmenu": {"head_content": letter.text, "list": rows, "tail_content": ""}}

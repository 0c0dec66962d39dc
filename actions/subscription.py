"""The subscription skill: which notices come by which channel, on, off, and below which balance; safety keeps one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.account import remember
from actions.base import Event, ServiceAction, forget, open_form, take_up_paused
from actions.firm_yes import FirmVisit
from actions.form import Call, FormVisit
from actions.letters import MAIL, MailQuestion, NoticeConfirm, address_said, goes_by_mail, mail_masked
from actions.questions import AccountQuestion, ChoiceQuestion, Question, QuestionForm
from actions.questions.base import slots_of
from actions.visit import Services, Visit
from actions.wording import money
from backend.errors import BackendRefused
from backend.models import BoundAccount, Subscription
from conversation.reply import Card

ON, OFF, MOVE, LIST = "on", "off", "move", "list"
EVERYTHING = "all"
_WORDS = "utter_notice_words"
_REFUSALS = {
    "notice.always": "utter_notice_always",
    "warning.limit": "utter_warning_limit_invalid",
    "notice.limit": "utter_warning_limit_invalid",
    "warning.postpaid": "utter_warning_postpaid",
}


def _channel(visit: Visit) -> str | None:
    """The channel the message names last: "no more SMS, send it by WeChat" means WeChat."""
    said = visit.wording.options["notice_channel"]
    places = ((visit.text.rfind(phrase), channel) for channel, phrases in said.items() for phrase in phrases)
    at, channel = max(places, default=(-1, ""))
    return channel if at >= 0 else None


def _number(visit: Visit) -> str:
    return visit.entity("amount") or next((run for run in visit.digit_runs() if len(run) <= 6), "")


class LimitQuestion(Question):
    """Fills `notice_limit`: the balance below which a prepaid home is warned; one that has a limit keeps it."""

    def __init__(self) -> None:
        super().__init__("notice_limit")

    async def missing(self, visit: FormVisit) -> str | None:
        """See base class."""
        warns = _is_warning(visit) and visit.slot("notice_wish") == ON
        if not warns or visit.slot("notice_limit"):
            return None
        supply = await visit.backend.supply(str(visit.slot("account_no")), visit.user)
        return "notice_limit" if supply.warning_limit is None and await _is_prepaid(visit) else None

    async def read(self, visit: FormVisit) -> None:
        """See base class."""
        opens = visit.call is Call.OPENED and _is_warning(visit)
        if self.is_asked(visit) or opens or (self.may_take(visit) and visit.entity("amount")):
            number = _number(visit)
            if number:
                visit.fill(notice_limit=number)

    async def put(self, visit: FormVisit, slot: str) -> None:
        """See base class."""
        visit.say("utter_notice_ask_limit")


def _is_warning(visit: Visit) -> bool:
    return bool(str(visit.slot("notice_type")) == visit.wording.value("notice_balance"))


async def _is_prepaid(visit: Visit) -> bool:
    number = visit.slot("account_no")
    return any(one.account_no == number and one.billing == "prepaid" for one in await visit.bindings())


def _needs_type(visit: FormVisit) -> bool:
    return bool(visit.slot("notice_wish") != LIST)


def _is_confirmed(visit: FormVisit) -> bool:
    """A letter goes nowhere, and no notice of safety is turned off, before somebody said yes."""
    return goes_by_mail(visit) or _turns_safety_off(visit)


def _turns_safety_off(visit: FormVisit) -> bool:
    outage = str(visit.slot("notice_type")) == visit.wording.value("notice_outage")
    return bool(outage and visit.slot("notice_wish") == OFF)


async def _summary(visit: FormVisit) -> Mapping[str, str | int]:
    return {"tail": str(visit.slot("account_no"))[-4:]}


class NoticeForm(QuestionForm):
    """Finds out which notice of which account is to be turned on or off."""

    form = "notice_form"
    topic = "notice_subscription"
    intents = frozenset({"notice_subscription"})
    questions = (
        AccountQuestion(),
        ChoiceQuestion("notice_type", "utter_notice_ask_type", entity="notice_type", wanted=_needs_type),
        LimitQuestion(),
        MailQuestion(),
        NoticeConfirm("utter_notice_confirm_outage", _summary, options="notice_yes", wanted=_is_confirmed),
    )
    given = ("notice_wish", "notice_channel", "notice_email_other")
    slots = slots_of(questions, *given)

    def receive(self, dispatcher: CollectingDispatcher, tracker: Tracker, services: Services) -> FormVisit:
        """See base class."""
        return FirmVisit(dispatcher, tracker, services, self, "notice_yes")


class ManageNotices(ServiceAction):
    """Reads what is wished of which notice, and goes on in the form."""

    title = "action_manage_notices"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        wish, kind = visit.option("notice_wish"), visit.entity("notice_type") or visit.option("notice_type")
        if visit.option("notice_quiet") and not kind:
            visit.say("utter_notice_quiet")
            return take_up_paused(visit)
        number = _number(visit)
        if not kind and number and wish != OFF:
            kind = visit.wording.value("notice_balance")
        channel = MAIL if address_said(visit) else _channel(visit)
        if channel == MAIL and not kind:
            kind = visit.wording.value("notice_bill")
        if visit.option("notice_move") and channel:
            wish = MOVE
        wish = wish or (ON if kind or channel else LIST)
        return open_form(
            visit,
            NoticeForm.form,
            notice_wish=wish,
            notice_type=kind or None,
            notice_channel=channel,
            notice_limit=None,
            notice_email=None,
            notice_email_other=None,
        )


class SettleNotice(ServiceAction):
    """Lists the notices, or turns one on or off and says how it stands."""

    title = "action_settle_notice"
    deferrable = True
    wish = "notice_subscription"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        account = next(one for one in await visit.bindings() if one.account_no == visit.slot("account_no"))
        wish, kind = visit.slot("notice_wish"), str(visit.slot("notice_type") or "")
        if wish == LIST:
            await self._list(visit, account)
        elif kind == EVERYTHING:
            await self._all(visit, account, enabled=wish != OFF)
        else:
            await self._one(visit, account, kind, str(wish))
        return [remember(account), *forget(*NoticeForm.slots), *take_up_paused(visit)]

    async def _list(self, visit: Visit, account: BoundAccount) -> None:
        found = await visit.backend.subscriptions(account.account_no, visit.user)
        if not any(one.enabled for one in found):
            visit.say("utter_notice_none", tail=account.tail)
            return
        words = visit.wording.of(_WORDS)
        kinds = dict.fromkeys(one.notice_type for one in found)
        rows = tuple((kind, _stands(visit, [one for one in found if one.notice_type == kind])) for kind in kinds)
        card = Card(kind="notices", title=words["title"].format(tail=account.tail), rows=rows)
        on = words["separator"].join(kind for kind, stands in rows if stands != words["off"])
        visit.show("utter_notice_list", {"tail": account.tail, "on": on}, card=card)

    async def _one(self, visit: Visit, account: BoundAccount, kind: str, wish: str) -> None:
        channel = str(visit.slot("notice_channel") or "")
        if wish == OFF and channel == MAIL and not await _carries(visit, account, kind, MAIL):
            visit.say("utter_notice_mail_none", tail=account.tail, kind=kind)
            return
        try:
            now = await self._set(visit, account, kind, wish, channel)
        except BackendRefused as error:
            name = "utter_notice_channel" if error.reason == "notice.channel" else _REFUSALS.get(error.reason)
            if name is None:
                raise
            visit.say(name, tail=account.tail, kind=kind)
            return
        await self._tell(visit, account, kind, now, wish)

    async def _set(self, visit: Visit, account: BoundAccount, kind: str, wish: str, channel: str) -> list[Subscription]:
        """Turns it on or off; moved to another channel, it ends on the others."""
        limit, number = _limit(visit), account.account_no
        if channel == MAIL and wish != OFF:
            await self._keep_address(visit, account)
        if wish == OFF:
            channel = await _channel_off(visit, account, kind, channel)
        key = visit.key(self.title)
        now = await visit.backend.set_subscription(
            number, kind, visit.user, enabled=wish != OFF, channel=channel, threshold=limit, idempotency_key=key
        )
        others = [one.channel for one in now if one.enabled and one.channel != channel]
        if wish == MOVE and channel:
            for other in others:
                now = await visit.backend.set_subscription(
                    number, kind, visit.user, enabled=False, channel=other, idempotency_key=f"{key}/{other}"
                )
        return now

    async def _keep_address(self, visit: Visit, account: BoundAccount) -> None:
        """Tells the company where letters go, where the customer has named a place."""
        said = str(visit.slot("notice_email") or "")
        if said:
            key = visit.key(f"{self.title}/mail")
            await visit.backend.change_mail_address(account.account_no, said, visit.user, idempotency_key=key)

    async def _tell(
        self, visit: Visit, account: BoundAccount, kind: str, now: Sequence[Subscription], wish: str
    ) -> None:
        values: dict[str, str | int] = {"tail": account.tail, "kind": kind, "stands": _stands(visit, now)}
        if wish == OFF:
            kept = any(one.enabled for one in now)
            visit.show("utter_notice_off_kept" if kept else "utter_notice_off", values)
            return
        if visit.slot("notice_channel") == MAIL:
            visit.show("utter_notice_on_mail", values | {"email": await mail_masked(visit)})
            return
        limit = next((one.threshold for one in now if one.threshold is not None), None)
        if limit is not None:
            visit.show("utter_notice_on_limit", values | {"limit": money(limit)})
        else:
            visit.show("utter_notice_on", values)

    async def _all(self, visit: Visit, account: BoundAccount, *, enabled: bool) -> None:
        """Every notice that may be turned off is; what safety needs stays."""
        found = await visit.backend.subscriptions(account.account_no, visit.user)
        outage = visit.wording.value("notice_outage")
        kinds = [kind for kind in dict.fromkeys(one.notice_type for one in found) if kind != outage]
        for number, kind in enumerate(kinds):
            key = visit.key(f"{self.title}/{number}")
            await visit.backend.set_subscription(
                account.account_no, kind, visit.user, enabled=enabled, idempotency_key=key
            )
        visit.say("utter_notice_all_off" if not enabled else "utter_notice_all_on", tail=account.tail)


async def _channel_off(visit: Visit, account: BoundAccount, kind: str, channel: str) -> str:
    """The channel to turn off; one that carries nothing only was a way of speaking ("no more ad texts")."""
    return channel if await _carries(visit, account, kind, channel) else ""


async def _carries(visit: Visit, account: BoundAccount, kind: str, channel: str) -> bool:
    found = await visit.backend.subscriptions(account.account_no, visit.user)
    return any(one.enabled and one.notice_type == kind and one.channel == channel for one in found)


def _limit(visit: Visit) -> Decimal | None:
    said = str(visit.slot("notice_limit") or "") if _is_warning(visit) else ""
    try:
        return Decimal(said) if said else None
    except InvalidOperation:
        return None


def _stands(visit: Visit, found: Sequence[Subscription]) -> str:
    """By which channels a notice comes, and below which balance."""
    words = visit.wording.of(_WORDS)
    channels = words["separator"].join(words[f"channel_{one.channel}"] for one in found if one.enabled)
    limit = next((one.threshold for one in found if one.enabled and one.threshold is not None), None)
    if not channels:
        return words["off"]
    return words["on_limit"].format(channels=channels, limit=money(limit)) if limit is not None else channels


ACTIONS: tuple[type[ServiceAction], ...] = (ManageNotices, NoticeForm, SettleNotice)

"""What customers say to an outage they were just told of: tell me, the fridge, can it be moved, it tripped again."""

from __future__ import annotations

from typing import Any

from rasa_sdk.events import SlotSet

from actions.base import Event, ServiceAction, forget
from actions.cases import limits
from actions.follow_ups import await_follow_ups
from actions.handoff import Handoff, hand_over
from actions.opinion import file_opinion
from actions.outage_known import is_running
from actions.repair import own_orders
from actions.visit import Visit
from backend.errors import BackendRefused
from backend.models import BoundAccount, Outage

_WORDS = "utter_outage_words"


def outage_told(visit: Visit) -> dict[str, Any]:
    """Which outage was told last, and of which place; empty when none was."""
    told: dict[str, Any] = visit.slot("outage_told") or {}
    return told


class TellMeWhenBack(ServiceAction):
    """Turns on the outage notices of the home that is dark, and says honestly which way the news will come."""

    title = "action_follow_tell_me"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        home = await self._home(visit)
        if home and await self._subscribed(visit, home):
            return []
        orders = await own_orders(visit)
        if orders:
            visit.say("utter_outage_ask_by_number", order_no=orders[0].order_no)
        else:
            visit.say("utter_outage_bind_for_news")
        return []

    async def _home(self, visit: Visit) -> BoundAccount | None:
        bound, told = await visit.bindings(), outage_told(visit)
        by_number = next((home for home in bound if home.account_no == told.get("account_no")), None)
        return by_number or (bound[0] if len(bound) == 1 else None)

    async def _subscribed(self, visit: Visit, home: BoundAccount) -> bool:
        kind = visit.wording.value("notice_outage")
        try:
            now = await visit.backend.set_subscription(
                home.account_no, kind, visit.user, enabled=True, idempotency_key=visit.key(self.title)
            )
        except BackendRefused:
            return False
        words = visit.wording.of("utter_notice_words")
        channels = words["separator"].join(words[f"channel_{one.channel}"] for one in now if one.enabled)
        visit.say("utter_outage_will_tell", tail=home.tail, channels=channels)
        return True


class KeepFood(ServiceAction):
    """The fridge in an outage: keep it shut; what breaks for good can be told within the days of the rule."""

    title = "action_follow_food"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        visit.say("utter_outage_food")
        return [await_follow_ups(visit, "tell_me", "food")]


class OwnAppliance(ServiceAction):
    """The breaker fell again at a plug: that appliance is the customer's own, and is left unplugged."""

    title = "action_follow_own_fault"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        visit.say("utter_outage_own_appliance", appliance=appliance_in(visit))
        return [SlotSet("follow_ups", None)]


class CallPerson(ServiceAction):
    """Somebody who was helped gently and is still lost, or afraid, gets a person without having to ask by the word."""

    title = "action_follow_person"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        orders = await own_orders(visit)
        visit.say("utter_outage_person_comes")
        hand_over(visit, Handoff("gentle", "fault", orders=tuple(order.order_no for order in orders)))
        return []


def appliance_in(visit: Visit) -> str:
    """The appliance that the message names, or "that appliance"."""
    said = [name for name in visit.wording.phrases("claim_appliance") if name in visit.text]
    return max(said, key=len, default=visit.wording.of(_WORDS)["that_appliance"])


class TalkPlanned(ServiceAction):
    """A planned outage that does not suit: no promise, what may change, and the wish filed with who plans."""

    title = "action_follow_planned"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        wish = visit.option("planned_wish")
        if visit.option("planned_file"):
            return await file_wish(visit, visit.text)
        if wish == "earlier":
            outage = await _planned(visit)
            end = outage.planned_to.strftime("%H:%M") if outage and outage.planned_to else ""
            visit.say("utter_outage_planned_end", end=end)
        else:
            visit.say("utter_outage_planned_no_promise")
        return wish_heard(visit)


class FilePlannedWish(ServiceAction):
    """Yes to filing the wish: what was wished goes to who plans, word for word."""

    title = "action_follow_planned_yes"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        return await file_wish(visit, str(visit.slot("outage_wish") or visit.text))


def wish_heard(visit: Visit) -> list[Event]:
    """Keeps what was wished, until the customer says that it be filed."""
    wished = str(visit.slot("outage_wish") or "")
    both = f"{wished} {visit.text}" if wished and visit.text not in wished else wished or visit.text
    return [SlotSet("outage_wish", both), await_follow_ups(visit, "planned_yes", "planned")]


async def file_wish(visit: Visit, text: str) -> list[Event]:
    """Files an opinion on the planning of outages, with the account where it is a bound one."""
    number = str(outage_told(visit).get("account_no") or "")
    own = any(home.account_no == number for home in await visit.bindings())
    outage_no = str(outage_told(visit).get("outage_no") or "")
    words = f"{text} ({outage_no})" if outage_no else text
    filed = await file_opinion(
        visit, words, "opinion", "planned", topic="outage_plan", account_no=number if own else ""
    )
    if filed.taken:
        until = limits(visit, filed.taken.order)
        visit.say("utter_outage_wish_filed", order_no=filed.order_no, limits=until)
    else:
        visit.say("utter_outage_wish_known", order_no=filed.order_no)
    return [*forget("outage_wish"), await_follow_ups(visit, "planned")]


async def _planned(visit: Visit) -> Outage | None:
    number = str(outage_told(visit).get("outage_no") or "")
    outage = (await visit.backend.outage(number)).outage if number else None
    return outage if outage and not is_running(outage) else None


ACTIONS: tuple[type[ServiceAction], ...] = (
    CallPerson,
    FilePlannedWish,
    KeepFood,
    OwnAppliance,
    TalkPlanned,
    TellMeWhenBack,
)

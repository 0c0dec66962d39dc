"""The human skill: asks for a person or to be called back, and catches the talk when the bot does not understand."""

from __future__ import annotations

from actions import callback
from actions.base import Event, ServiceAction
from actions.handoff import Handoff, hand_over, wants_no_person
from actions.repair import order_numbers, own_orders
from actions.visit import Visit
from backend.errors import BackendError


class RequestHuman(ServiceAction):
    """Asks for a person; the reception tells the place in the queue."""

    title = "action_request_human"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class; "no person, please" is no call for one."""
        if wants_no_person(visit):
            visit.say("utter_human_not_called")
            return []
        called_back = callback.is_wanted(visit)
        if called_back and not callback.is_night(visit):
            return callback.offer(visit)
        hand_over(visit, Handoff("asked", orders=await _open_orders(visit)))
        return callback.offer(visit) if called_back else []


class HandOver(ServiceAction):
    """Hands over after the third message in a row that was not understood."""

    title = "action_hand_over"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        visit.say("utter_hand_over_misunderstood")
        orders = await _open_orders(visit)
        hand_over(visit, Handoff("misunderstood", orders=orders))
        return callback.offer_at_night(visit)


async def _open_orders(visit: Visit) -> tuple[str, ...]:
    """The open repairs of this customer; a person is called also when the utility's systems are down."""
    try:
        return order_numbers(await own_orders(visit))
    except BackendError:
        return ()


ACTIONS: tuple[type[ServiceAction], ...] = (HandOver, RequestHuman, *callback.ACTIONS)

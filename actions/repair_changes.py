"""The repair skill, second part: urging an open repair, and what the customer has to say about it.

Power is back, it went again, the address was wrong, nobody need come: each changes the order that is open, never a
new one beside it (business_rules.md section 2).
"""

from __future__ import annotations

from actions.base import Event, ServiceAction, open_form
from actions.case_after import ask_rating
from actions.cases import case_card, limits, status_words, urge
from actions.complaint import SubmitComplaint
from actions.outage import CheckOutage
from actions.outage_after import TellMeWhenBack
from actions.progress import UrgeTicket, is_about_a_ticket
from actions.repair import own_orders, talk_on, tell_order
from actions.visit import Visit
from backend.errors import Conflict, NotFound
from backend.models import FaultOrder, FaultUpdate

_FAULT = "F"
_CAN_BE_RATED = frozenset({"replied", "called_back", "archived"})


class UrgeRepair(ServiceAction):
    """Urges the repair, or whatever open order the number names; tells how far it is and what the urge did."""

    title = "action_urge_repair"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        number = visit.entity("ticket_no") or str(visit.slot("ticket_no") or "")
        if number and not number.startswith(_FAULT):
            await self._urge_case(visit, number)
            return []
        if not number and is_about_a_ticket(visit):
            return await UrgeTicket(self._services).serve(visit)
        orders = await own_orders(visit)
        order = next((order for order in orders if order.order_no == number), None) if number else None
        if number and order is None:
            return open_form(visit, "repair_form", ticket_no=number)
        if not orders:
            return await self._nothing_to_repair(visit)
        await self._urge_repair(visit, order or orders[0])
        return talk_on(visit, order or orders[0])

    async def _urge_repair(self, visit: Visit, order: FaultOrder) -> None:
        key = visit.key(self.title)
        try:
            urged = await visit.backend.urge_fault(
                order.order_no, user=visit.user, idempotency_key=key, note=visit.text
            )
        except Conflict as error:
            if error.reason not in {"order.closed", "order.resolved"}:
                raise
            await tell_order(visit, order)
            return
        await tell_order(visit, order)
        if urged.dispatched:
            visit.say("utter_repair_urged", order_no=order.order_no)
        else:
            visit.say("utter_repair_urge_noted", order_no=order.order_no, at=visit.moment(urged.next_from))

    async def _urge_case(self, visit: Visit, number: str) -> None:
        try:
            filed = await urge(visit, number, visit.text, visit.key(self.title))
        except NotFound:
            visit.say("utter_repair_unknown_number")
            return
        except Conflict as error:
            if error.reason not in {"order.closed", "order.resolved"}:
                raise
            visit.say("utter_repair_case_over", order_no=number)
            return
        order = filed.open_order
        if order:
            values = {"order_no": number, "status": status_words(visit, order), "limits": limits(visit, order)}
            done = "utter_case_urged" if filed.urged and filed.urged.dispatched else "utter_case_urge_noted"
            visit.show(done, values, card=case_card(visit, order))

    async def _nothing_to_repair(self, visit: Visit) -> list[Event]:
        """No repair is open: the newest open order of another kind is meant, or nothing is."""
        others = [order for order in await visit.backend.orders(visit.user) if order.open]
        spoken_of = next((order for order in others if order.order_no == visit.slot("order_spoken")), None)
        if visit.option("late_crew_told"):
            return await SubmitComplaint(self._services).serve(visit)
        if others:
            await self._urge_case(visit, (spoken_of or others[0]).order_no)
        else:
            visit.say("utter_repair_nothing_to_urge")
        return []


class UpdateRepair(ServiceAction):
    """Takes what the customer says about an open repair."""

    title = "action_update_repair"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        said = visit.option("repair_update") or "note"
        orders = await own_orders(visit)
        number = visit.entity("ticket_no")
        order = next((order for order in orders if order.order_no == number), None) if number else None
        order = order or (orders[0] if orders else None)
        if order is None:
            return await self._without_order(visit, said)
        key = visit.key(self.title)
        if said in {"restored", "own"}:
            return await self._end(visit, order, said, key)
        if said == "again":
            visit.say("utter_repair_still_dark", order_no=order.order_no)
            await self._add(visit, order, key)
        elif said == "tell_me":
            await tell_order(visit, order)
            visit.say("utter_repair_will_tell", order_no=order.order_no)
        else:
            await self._add(visit, order, key)
            visit.say("utter_repair_noted", order_no=order.order_no)
        return []

    async def _without_order(self, visit: Visit, said: str) -> list[Event]:
        if said == "again":
            return await CheckOutage(self._services).serve(visit)
        if said == "tell_me":
            return await TellMeWhenBack(self._services).serve(visit)
        visit.say("utter_repair_restored_no_order" if said == "restored" else "utter_repair_none")
        return []

    async def _end(self, visit: Visit, order: FaultOrder, said: str, key: str) -> list[Event]:
        """Power is back, or it was the customer's own switch: the order ends by their word."""
        if said == "own":
            try:
                await visit.backend.close_own_fault(order.order_no, user=visit.user, idempotency_key=key)
            except Conflict as error:
                if error.reason not in {"order.merged", "order.move", "order.closed"}:
                    raise
            else:
                visit.say("utter_repair_own_closed", order_no=order.order_no)
                return []
        try:
            order = await visit.backend.confirm_restored(
                order.order_no, True, user=visit.user, idempotency_key=f"{key}/yes"
            )
        except Conflict as error:
            if error.reason != "order.confirmed":
                raise
        may_rate = order.status in _CAN_BE_RATED  # else the crew has not written its reply yet
        visit.say("utter_repair_restored_rate" if may_rate else "utter_repair_restored", order_no=order.order_no)
        return ask_rating(visit, order.order_no)

    async def _add(self, visit: Visit, order: FaultOrder, key: str) -> None:
        update = FaultUpdate(
            scope=visit.entity("outage_scope"),
            neighbor_power=visit.entity("neighbor_power"),
            symptom=visit.entity("fault_symptom"),
            breaker_state=visit.entity("breaker_state"),
            note=visit.text,
        )
        await visit.backend.fault_info_update(order.order_no, update, user=visit.user, idempotency_key=f"{key}/add")


ACTIONS: tuple[type[ServiceAction], ...] = (UpdateRepair, UrgeRepair)

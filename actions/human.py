"""The human skill: asks for a person, hears a complaint out, and catches the talk when the bot does not understand."""

from __future__ import annotations

from actions.base import Event, ServiceAction
from actions.handoff import PRIORITY_COMPLAINT, Handoff, hand_over
from actions.repair import order_numbers
from actions.visit import Visit
from backend.errors import BackendError


class RequestHuman(ServiceAction):
    """Asks for a person; the reception tells the place in the queue."""

    title = "action_request_human"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        _, orders = await _facts(visit)
        hand_over(visit, Handoff("asked", orders=orders))
        return []


class HandOver(ServiceAction):
    """Hands over after the third message in a row that was not understood."""

    title = "action_hand_over"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        visit.say("utter_hand_over_misunderstood")
        _, orders = await _facts(visit)
        hand_over(visit, Handoff("misunderstood", orders=orders))
        return []


class SubmitComplaint(ServiceAction):
    """Hears a complaint out and hands it over with the facts, so that nothing has to be told twice."""

    title = "action_submit_complaint"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        places, orders = await _facts(visit)
        if places or orders:
            words = visit.wording.of("utter_complaint_words")
            facts = [words["places"].format(places=places)] if places else []
            facts += [words["orders"].format(orders=words["separator"].join(orders))] if orders else []
            visit.say("utter_complaint_heard_with_facts", facts=words["separator"].join(facts))
        else:
            visit.say("utter_complaint_heard")
        hand_over(visit, Handoff("complaint", "complaint", PRIORITY_COMPLAINT, orders, {"address": places}))
        return []


async def _facts(visit: Visit) -> tuple[str, tuple[str, ...]]:
    """Bound homes and open orders; a complaint is taken also when the utility's systems are down."""
    try:
        bound = await visit.bindings()
        orders = await visit.backend.open_fault_orders(visit.user, [account.account_no for account in bound])
    except BackendError:
        return "", ()
    separator = visit.wording.of("utter_complaint_words")["separator"]
    return separator.join(account.address_masked for account in bound), order_numbers(orders)


class OfferHumanForTopic(ServiceAction):
    """Says honestly that a business is not automated yet, and offers a person or the menu."""

    title = "action_offer_human_for_topic"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        visit.say("utter_topic_not_yet", topic=visit.wording.of("utter_topic_words")[visit.intent])
        return []


ACTIONS: tuple[type[ServiceAction], ...] = (HandOver, OfferHumanForTopic, RequestHuman, SubmitComplaint)

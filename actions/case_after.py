"""After the answer: whether it settles the matter, and how it was; a no takes the case up again, 12398 is named."""

from __future__ import annotations

from rasa_sdk.events import SlotSet

from actions.base import Event, ServiceAction
from actions.follow_ups import await_follow_ups
from actions.handoff import PRIORITY_COMPLAINT, Handoff, hand_over
from actions.visit import Visit
from backend.errors import BackendRefused
from backend.models import WorkOrder
from runtime.privacy import mask_text

_LOW = 2
_RATED = {"order.rated": "utter_case_rated_before", "order.not_resolved": "utter_case_rated_too_soon"}


def judged_in(visit: Visit) -> bool | None:
    """Whether the message says that a matter is settled; None when it does not speak of that."""
    said = visit.option("case_judged")
    return None if said is None else said == "settled"


def answer_told(visit: Visit, order: WorkOrder) -> list[Event]:
    """An answer was told that the customer has not judged yet: the next words may do so."""
    if order.replied is None or order.confirmed is not None:
        return [SlotSet("order_spoken", order.order_no)]
    return [SlotSet("order_spoken", order.order_no), await_follow_ups(visit, "judged")]


async def judge(visit: Visit, order_no: str, *, satisfied: bool) -> list[Event]:
    """Tells the company whether its answer settles the matter; what it says is the customer's word."""
    key = visit.key(f"judge/{order_no}")
    try:
        await visit.backend.confirm_order(
            order_no, satisfied, user=visit.user, note=mask_text(visit.text), idempotency_key=key
        )
    except BackendRefused as error:
        if error.reason not in {"order.closed", "order.not_resolved", "order.confirmed"}:
            raise
        if not satisfied:
            visit.say("utter_case_dispute_person", order_no=order_no)
            hand_over(visit, Handoff("complaint", "complaint", PRIORITY_COMPLAINT, (order_no,)))
            return []
    if satisfied:
        visit.say("utter_case_settled", order_no=order_no)
        return ask_rating(visit, order_no)
    visit.say("utter_case_taken_up_again", order_no=order_no)
    return [SlotSet("follow_ups", None)]


def ask_rating(visit: Visit, order_no: str) -> list[Event]:
    """The question how it was has been put: the next words may be a rating of this order."""
    return [SlotSet("order_spoken", order_no), await_follow_ups(visit, "rating")]


class JudgeCase(ServiceAction):
    """Takes "it is settled" or "it is not" about the case that was told last."""

    title = "action_follow_judged"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        number, said = str(visit.slot("order_spoken") or ""), judged_in(visit)
        if not number or said is None:
            visit.say("utter_yes_to_what")
            return []
        return await judge(visit, number, satisfied=said)


class RateOrder(ServiceAction):
    """Takes a rating in digits, stars or words; once for each order."""

    title = "action_follow_rating"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        number, rating = str(visit.slot("order_spoken") or ""), rating_in(visit)
        if not number or not rating:
            visit.say("utter_case_ask_rating")
            return []
        try:
            await visit.backend.rate_order(number, rating, user=visit.user, idempotency_key=visit.key(f"rate/{number}"))
        except BackendRefused as error:
            if error.reason not in _RATED:
                raise
            visit.say(_RATED[error.reason], order_no=number)
            return [SlotSet("follow_ups", None)]
        visit.say("utter_case_rated_low" if rating <= _LOW else "utter_case_rated", rating=rating)
        return [SlotSet("follow_ups", None)]


def rating_in(visit: Visit) -> int:
    """Reads 1 to 5 from digits, stars or words; 0 when there is none."""
    stars = visit.text.count("\u2b50") + visit.text.count("\u2605")
    if stars:
        return min(stars, 5)
    digits = [int(run) for run in visit.digit_runs() if run in {"1", "2", "3", "4", "5"}]
    by_words = visit.wording.is_exactly("rating", visit.text) or visit.option("rating") or "0"
    return digits[0] if digits else int(by_words)


ACTIONS: tuple[type[ServiceAction], ...] = (JudgeCase, RateOrder)

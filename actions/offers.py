"""Offers: which of two was meant, and what was asked besides; one way for any business, none is named here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rasa_sdk.events import ActionExecuted, SlotSet, UserUttered

from actions.asks import asks_in, joined, keep, open_asks, whole
from actions.base import Event, ServiceAction
from actions.visit import Visit
from conversation.offer import Ask, Choice, Offer, bare

_LISTEN = "action_listen"


class AskWhich(ServiceAction):
    """Asks which of two businesses was meant, in the customer's words."""

    title = "action_ask_which"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        doubt = visit.tracker.latest_message.get("fallback") or {}
        wishes = visit.wording.of("utter_wish_words")
        choices = [
            Choice(wishes[intent], _place_words(visit, str(number)), whole(visit, intent))
            for number, intent in enumerate(doubt["between"], start=1)
        ]
        words, human = visit.wording.of("utter_offer_words"), visit.wording.value("payload_human")
        first, second = (choice.label for choice in choices[:2])
        buttons = [*((label, label) for label in (first, second)), (words["neither"],) * 2, (human, human)]
        visit.show("utter_ask_which", {"first": first, "second": second}, buttons=buttons)
        return [_offer(visit, choices)]


class ServeAsk(ServiceAction):
    """Hands one ask back to the dialogue as if the customer had just said it alone, and keeps the others."""

    title = "action_serve_ask"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        kept, asks = open_asks(visit), asks_in(visit)
        if len(asks) > 1:
            ask, others = asks[0], joined(kept, asks[1:])
        else:
            ask, others = _taken(visit), kept
        rest = [other for other in others if other.intent != ask.intent]
        return [SlotSet("offer", None), keep(rest), *said_alone(visit, ask)]

    def left_over(self, visit: Visit) -> list[Event]:
        """See base class; what is left is kept already."""
        return []


class OfferAsk(ServiceAction):
    """Offers the next ask that was kept."""

    title = "action_offer_ask"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        waiting = [ask for ask in open_asks(visit) if ask.is_due]
        if not waiting:
            return [keep(())]
        ask, *others = waiting
        words, wish = visit.wording.of("utter_offer_words"), visit.wording.of("utter_wish_words")[ask.intent]
        visit.show("utter_offer_ask", {"wish": wish}, buttons=[(wish, wish), (words["no"],) * 2])
        choice = Choice(wish, visit.wording.phrases("yes_no", "yes"), ask)
        return [keep([ask.offered_again(), *others]), _offer(visit, [choice])]

    def left_over(self, visit: Visit) -> list[Event]:
        """See base class; nothing was served here."""
        return []


class DropOffer(ServiceAction):
    """Takes a no: to the ask that was offered, or to both that were asked about."""

    title = "action_drop_offer"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        offer = Offer.from_wire(visit.slot("offer"))
        visit.say("utter_which_neither" if offer.is_question else "utter_offer_dropped")
        dropped = set() if offer.is_question else {choice.ask.intent for choice in offer.choices}
        return [SlotSet("offer", None), keep(ask for ask in open_asks(visit) if ask.intent not in dropped)]


def _taken(visit: Visit) -> Ask:
    """The ask of the choice that the message takes; what it says beyond the choice is added."""
    offer = Offer.from_wire(visit.slot("offer"))
    choice = offer.choice_for(visit.text, visit.intent, just_made=True) or offer.choices[0]
    said = bare(visit.text)
    if said == bare(choice.label) or said in choice.says:
        return choice.ask
    return choice.ask.with_words(visit.text, visit.tracker.latest_message.get("entities") or [])


def _offer(visit: Visit, choices: Sequence[Choice]) -> Event:
    words = visit.wording.of("utter_offer_words")
    label = words["neither"] if len(choices) > 1 else words["no"]
    refusals = (bare(label), *visit.wording.phrases("yes_no", "no"), *visit.wording.phrases("neither"))
    event: Event = SlotSet("offer", Offer(tuple(choices), refusals).to_wire())
    return event


def _place_words(visit: Visit, number: str) -> tuple[str, ...]:
    return (number, *visit.wording.phrases("list_position", number))


def said_alone(visit: Visit, ask: Ask) -> list[Event]:
    """The events of a message that says this ask and nothing else, in the same turn."""
    latest = visit.tracker.latest_message
    intent = {"name": ask.intent, "confidence": ask.confidence}
    parsed: dict[str, Any] = {
        "text": ask.text,
        "intent": intent,
        "intent_ranking": [intent],
        "entities": list(ask.entities),
        "message_id": latest.get("message_id"),
        "metadata": latest.get("metadata") or {},
    }
    return [ActionExecuted(_LISTEN), UserUttered(ask.text, parsed, input_channel=visit.user.channel.value)]


ACTIONS: tuple[type[ServiceAction], ...] = (AskWhich, DropOffer, OfferAsk, ServeAsk)

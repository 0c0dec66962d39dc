"""Offers: which of two was meant, and what was asked besides; one way for any business, none is named here."""

from __future__ import annotations

from collections.abc import Sequence

from rasa_sdk.events import SlotSet

from actions.asks import asks_in, joined, keep, open_asks, said_alone, whole
from actions.base import Event, ServiceAction
from actions.held import held_by, take_up
from actions.visit import Visit
from conversation.offer import Ask, Choice, Offer, bare


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
        return [SlotSet("offer", _offer(visit, choices, words["neither"]).to_wire())]


class ServeAsk(ServiceAction):
    """Hands one ask back to the dialogue as if the customer had just said it alone, and keeps the others."""

    title = "action_serve_ask"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class; a business left unfinished goes on where it was."""
        kept, asks = open_asks(visit), asks_in(visit)
        at_once = visit.slot("ask_now")
        if at_once:
            ask, others = Ask.from_wire(at_once), kept
        elif asks:
            ask, others = asks[0], joined(kept, asks[1:])
        else:
            ask, others = _taken(visit), kept
        rest = [other for other in others if other.intent != ask.intent]
        before = [SlotSet("offer", None), SlotSet("ask_now", None), keep(rest)]
        return [*before, *(take_up(visit, held_by(ask)) if ask.form else said_alone(visit, ask))]

    def left_over(self, visit: Visit) -> list[Event]:
        """See base class; what is left is kept already."""
        return []


class OfferAsk(ServiceAction):
    """Offers the next ask that was kept, or the business that was left unfinished."""

    title = "action_offer_ask"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        waiting = [ask for ask in open_asks(visit) if ask.is_due]
        if not waiting:
            return [keep(())]
        ask, *others = sorted(waiting, key=lambda one: not (one.form and one.intent == visit.intent))
        offer = _offer_unfinished(visit, ask) if ask.form else _offer_wish(visit, ask)
        return [keep([ask.offered_again(), *others]), SlotSet("offer", offer.to_wire())]

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


def _offer_wish(visit: Visit, ask: Ask) -> Offer:
    words, wish = visit.wording.of("utter_offer_words"), visit.wording.of("utter_wish_words")[ask.intent]
    visit.show("utter_offer_ask", {"wish": wish}, buttons=[(wish, wish), (words["no"],) * 2])
    return _offer(visit, [Choice(wish, visit.wording.phrases("yes_no", "yes"), ask)], words["no"])


def _offer_unfinished(visit: Visit, ask: Ask) -> Offer:
    """Go on, or let it go; who has just asked for the same business may begin a new one instead."""
    words, wish = visit.wording.of("utter_offer_words"), visit.wording.of("utter_wish_words")[ask.intent]
    go_on = Choice(words["go_on"], (*visit.wording.phrases("going_on"), *visit.wording.phrases("yes_no", "yes")), ask)
    if visit.intent == ask.intent:
        anew = Choice(words["anew"], visit.wording.phrases("anew"), whole(visit, ask.intent))
        buttons = [(words["go_on"],) * 2, (words["anew"],) * 2]
        visit.show("utter_offer_unfinished_or_new", {"wish": wish}, buttons=buttons)
        return _offer(visit, [go_on, anew], words["let_go"])
    buttons = [(words["go_on"],) * 2, (words["let_go"],) * 2]
    visit.show("utter_offer_unfinished", {"wish": wish}, buttons=buttons)
    return _offer(visit, [go_on], words["let_go"])


def _taken(visit: Visit) -> Ask:
    """The ask of the choice that the message takes; what it says beyond the choice is added."""
    offer = Offer.from_wire(visit.slot("offer"))
    choice = offer.choice_for(visit.text, visit.intent, just_made=True) or offer.choices[0]
    said = bare(visit.text)
    if said == bare(choice.label) or said in choice.says or choice.ask.form:
        return choice.ask
    return choice.ask.with_words(visit.text, visit.tracker.latest_message.get("entities") or [])


def _offer(visit: Visit, choices: Sequence[Choice], label: str) -> Offer:
    says = visit.wording.phrases
    refusals = (bare(label), *says("yes_no", "no"), *says("neither"), *says("letting_go"))
    return Offer(tuple(choices), refusals)


def _place_words(visit: Visit, number: str) -> tuple[str, ...]:
    return (number, *visit.wording.phrases("list_position", number))


ACTIONS: tuple[type[ServiceAction], ...] = (AskWhich, DropOffer, OfferAsk, ServeAsk)

"""What a customer asked for beside the business at hand: cut out of the message and kept; it offers nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from rasa_sdk.events import ActionExecuted, SlotSet, UserUttered

from actions.visit import Visit
from conversation.meaning import SAME, meant_by
from conversation.offer import Ask

_DANGER, _LISTEN = "danger_report", "action_listen"
# What a danger found in a part of a message counts for: enough to ask about it, the safety gate has not fired.
_DOUBTFUL = 0.5
# Asks that are part of a greater one in the same message: one order for one matter, the complaint first (taxonomy.yml,
# order_rules); what a suggestion asks for is no order of its own.
_TAKES_IN = {
    "complaint_submit": {"repair_urge", "repair_progress_query", "bill_dispute", "claim_appliance_damage"},
    "suggestion_or_praise": {"notice_subscription"},
}
_EDGES = " ,.;!?\uff0c\u3002\uff1b\uff01\uff1f\u3001\n"


def asks_in(visit: Visit) -> list[Ask]:
    """The asks of a message that holds several, danger first; nothing when there is one.

    What belongs to a greater ask is told with it: that one is then the whole message.
    """
    marked = visit.tracker.latest_message.get("asks") or []
    asks = [part for ask in marked for part in _parts(visit, str(ask["intent"]), int(ask["start"]), int(ask["end"]))]
    for greater, parts in _TAKES_IN.items():
        intents = {ask.intent for ask in asks}
        if greater in intents and intents & parts:
            others = [ask for ask in asks if ask.intent not in {greater, *parts}]
            asks = [whole(visit, greater), *others]
    return sorted(asks, key=lambda ask: ask.intent != _DANGER)


def _parts(visit: Visit, intent: str, start: int, end: int) -> list[Ask]:
    """One ask, or two where words say that something else comes first: "is it there yet, and the invoice"."""
    places = [visit.text.find(word, start + 1, end) for word in visit.wording.phrases("one_more")]
    middle = min((place for place in places if place > start), default=0)
    head = visit.text[start:middle]
    meant = meant_by(head, intent, visit.wording.patterns, has_link=False) if middle else None
    if meant is None or meant == SAME:
        return [part_of(visit, intent, start, end)]
    return [part_of(visit, meant, start, middle), part_of(visit, intent, middle, end)]


def part_of(visit: Visit, intent: str, start: int, end: int) -> Ask:
    """Cuts one ask out of the message, with the entities that stand in it."""
    entities = (
        {**entity, "start": entity["start"] - start, "end": entity["end"] - start}
        for entity in visit.tracker.latest_message.get("entities") or []
        if start <= entity.get("start", -1) < end
    )
    confidence = _confidence(visit, intent) if intent == _DANGER else 1.0
    return Ask(intent, visit.text[start:end].strip(_EDGES), tuple(entities), confidence)


def whole(visit: Visit, intent: str) -> Ask:
    """The whole message as one ask."""
    return Ask(intent, visit.text, tuple(visit.tracker.latest_message.get("entities") or []))


def _confidence(visit: Visit, intent: str) -> float:
    ranking = visit.tracker.latest_message.get("intent_ranking") or []
    return next((float(row["confidence"]) for row in ranking if row["name"] == intent), _DOUBTFUL)


def open_asks(visit: Visit) -> list[Ask]:
    """The asks that are kept for later, in their order."""
    return [Ask.from_wire(wire) for wire in visit.tracker.slots.get("open_asks") or []]


def keep(asks: Iterable[Ask]) -> dict[str, Any]:
    """Keeps these asks for later, and no others."""
    kept: dict[str, Any] = SlotSet("open_asks", [ask.to_wire() for ask in asks] or None)
    return kept


def joined(kept: Iterable[Ask], more: Iterable[Ask]) -> list[Ask]:
    """Adds asks to those kept; one business is asked for once, and the newer words count."""
    newer = {ask.intent: ask for ask in more}
    older = {ask.intent: ask for ask in kept}
    return list((older | newer).values())


def left_over(visit: Visit, served: Collection[str], *, heard: bool = True) -> list[dict[str, Any]]:
    """What is kept when the businesses `served` are: those kept before, and the other asks of a message just heard."""
    before = open_asks(visit)
    more = asks_in(visit) if heard else []
    after = [ask for ask in joined(before, more) if ask.intent not in served]
    return [] if after == before else [keep(after)]


def said_besides(visit: Visit, intent: str) -> list[dict[str, Any]]:
    """Keeps a business that follows the answer to a form's question: "building 3, and by the way my bill"."""
    places = (visit.text.find(word) for word in visit.wording.phrases("one_more"))
    start = min((place for place in places if place > 0), default=-1)
    if start < 0:
        return []
    return [keep(joined(open_asks(visit), [part_of(visit, intent, start, len(visit.text))]))]


def said_alone(visit: Visit, ask: Ask) -> list[dict[str, Any]]:
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
    return _heard(visit, ask.text, parsed)


def said_again(visit: Visit) -> list[dict[str, Any]]:
    """The events of the message just heard, as if it were said now, with all that was read in it."""
    return _heard(visit, visit.text, dict(visit.tracker.latest_message))


def _heard(visit: Visit, text: str, parsed: dict[str, Any]) -> list[dict[str, Any]]:
    return [ActionExecuted(_LISTEN), UserUttered(text, parsed, input_channel=visit.user.channel.value)]

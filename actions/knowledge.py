"""The knowledge skill: curated answers on prices, procedures, safety and saving, halls; it never makes one up."""

from __future__ import annotations

from collections.abc import Sequence

from rasa_sdk.events import SlotSet

from actions.application import Apply
from actions.application_kinds import names_transformer
from actions.base import Event, ServiceAction, take_up_paused
from actions.knowledge_base import Entry, titles
from actions.knowledge_facts import Facts
from actions.knowledge_index import Hit
from actions.knowledge_search import Hints, choices, favour
from actions.visit import Visit
from conversation.offer import Ask, Choice, Offer, bare

_TOLD = 2


class AnswerKnowledge(ServiceAction):
    """Finds the answer that is asked for, fills its figures, and adds what is known of a bound account."""

    title = "action_answer_knowledge"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        if visit.intent == "ask_procedure" and names_transformer(visit):
            return await Apply(self._services).serve(visit)
        index = visit.services.knowledge
        hits = index.search(_asked(visit), favour(index.base.entries, visit.intent, _hints(visit)))
        near = choices(hits)
        if not near:
            visit.say("utter_knowledge_unknown")
            return [SlotSet("knowledge_entry", None), SlotSet("knowledge_titles", None), *take_up_paused(visit)]
        if len({hit.entry.group for hit in near}) > 1:
            return _ask_which(visit, near)
        await _answer(visit, *_together(near))
        return [*_remembered(visit, near[0].entry), *take_up_paused(visit)]


def _remembered(visit: Visit, entry: Entry) -> list[Event]:
    """Keeps the subject for a short question after it, and which of its buttons lead to another answer."""
    known = titles(visit.services.knowledge.base.entries)
    shown = [bare(label) for label in entry.buttons if label in known]
    return [SlotSet("knowledge_entry", entry.id), SlotSet("knowledge_titles", shown or None)]


def _together(near: Sequence[Hit]) -> list[Entry]:
    """The nearest answer; two sides of one business that were asked for at once are both told."""
    told = [hit.entry for hit in near[:_TOLD]]
    return told if all(entry.business for entry in told) else told[:1]


async def _answer(visit: Visit, *entries: Entry) -> None:
    """Gives the answers, two bubbles at most: what is known of the account comes after a single one."""
    for entry in entries:
        await _tell(visit, entry, with_own=len(entries) == 1)


async def _tell(visit: Visit, entry: Entry, *, with_own: bool) -> None:
    if entry.valid_until < visit.services.clock.now().date():
        visit.say("utter_knowledge_expired", title=entry.title)
        return
    facts = Facts(visit, entry)
    answer = await facts.fill(entry.answer)
    if answer is None:
        visit.say("utter_knowledge_unknown")
        return
    buttons = [(label, label) for label in entry.buttons]
    own = await facts.own() if with_own else None
    visit.show("utter_knowledge_answer", {"answer": answer}, buttons=() if own else buttons)
    if own:
        visit.show("utter_knowledge_answer", {"answer": own}, buttons=buttons)


def _asked(visit: Visit) -> str:
    """The message without the place it names: which place it is, the utility knows better than the search."""
    without = visit.text.replace(visit.entity("address") or "\n", "")
    return without if bare(without) else visit.text


def _hints(visit: Visit) -> Hints:
    """What is known besides the words; a short question after an answer stays with its subject."""
    business = visit.entity("business_type")
    spoken_of = visit.entity("customer_class") or visit.option("knowledge_class") or ""
    before = visit.services.knowledge.base.entry(str(visit.slot("knowledge_entry") or ""))
    follows = before and visit.wording.is_shaped("knowledge_follow_up", visit.text) and _was_answered(visit)
    if not before or not follows or business not in ("", before.business):
        return Hints(business, spoken_of)
    return Hints(business or before.business, spoken_of or before.customer_class, before.group)


def _was_answered(visit: Visit) -> bool:
    """The message before this one was answered here."""
    actions = (event.get("name") for event in reversed(visit.tracker.events) if event.get("event") == "action")
    return next((name for name in actions if name != "action_listen"), AnswerKnowledge.title) == AnswerKnowledge.title


def _ask_which(visit: Visit, near: Sequence[Hit]) -> list[Event]:
    """Offers the titles; a press, a number or a place in the list is certain (bot/policies/offers.py)."""
    offered = [
        Choice(
            hit.entry.title,
            (str(number), *visit.wording.phrases("list_position", str(number))),
            Ask(hit.entry.intent, hit.entry.title),
        )
        for number, hit in enumerate(near, start=1)
    ]
    neither = visit.wording.of("utter_offer_words")["neither"]
    buttons = [*((choice.label, choice.label) for choice in offered), (neither, neither)]
    visit.show("utter_knowledge_which", {}, buttons=buttons)
    refusals = (bare(neither), *visit.wording.phrases("yes_no", "no"), *visit.wording.phrases("neither"))
    return [SlotSet("offer", Offer(tuple(offered), refusals).to_wire())]


ACTIONS: tuple[type[ServiceAction], ...] = (AnswerKnowledge,)

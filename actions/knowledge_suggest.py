"""Answers for a person to give: what the curated knowledge holds near a customer's words; it says nothing itself."""

from __future__ import annotations

from typing import Any

from actions.base import Event, ServiceAction
from actions.knowledge_facts import Facts
from actions.knowledge_search import Hints, favour
from actions.visit import Visit

SUGGESTIONS = "suggestions"
# A person chooses, so what is a little further away is shown too; nothing far is.
_NEAR, _WITHIN, _MOST = 0.3, 0.3, 3


class SuggestAnswers(ServiceAction):
    """Finds up to three answers with their figures filled, for the desk while a person has the word."""

    title = "action_suggest_answers"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        index, today = visit.services.knowledge, visit.services.clock.now().date()
        hints = Hints(visit.entity("business_type"), visit.entity("customer_class"))
        hits = index.search(visit.text, favour(index.base.entries, visit.intent, hints))
        near = [hit for hit in hits if hit.score >= max(_NEAR, hits[0].score - _WITHIN)]
        found: list[dict[str, Any]] = []
        for hit in near[:_MOST]:
            text = await Facts(visit, hit.entry).fill(hit.entry.answer) if hit.entry.valid_until >= today else None
            if text:
                entry = hit.entry
                found.append({"id": entry.id, "title": entry.title, "text": text, "score": round(hit.score, 3)})
        visit.dispatcher.utter_message(json_message={SUGGESTIONS: found})
        return []

    def left_over(self, visit: Visit) -> list[Event]:
        """See base class: nothing is served here."""
        return []


ACTIONS: tuple[type[ServiceAction], ...] = (SuggestAnswers,)

"""What is not our business: says who is responsible, by the themes of the message; an emergency comes first."""

from __future__ import annotations

from actions.base import Event, ServiceAction
from actions.conversation import served_as_talk
from actions.papers import tell_no_papers_here
from actions.visit import Visit


class AnswerOutside(ServiceAction):
    """Names who is responsible, and what we do."""

    title = "action_answer_outside"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        emergency, who = visit.emergency, visit.responsible
        if not emergency and visit.option("application_question") == "no_papers_here":
            await tell_no_papers_here(visit)
            return []
        if not emergency and served_as_talk(visit):
            return []
        if emergency:
            visit.say(f"utter_emergency_{emergency}")
        else:
            visit.say(f"utter_outside_{who}" if who else "utter_out_of_scope")
        return []


ACTIONS: tuple[type[ServiceAction], ...] = (AnswerOutside,)

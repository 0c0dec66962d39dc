"""The small-talk skill: greets, thanks back, says what it is; picks a sentence by the words said, no more."""

from __future__ import annotations

from actions.base import Event, ServiceAction
from actions.conversation import served_as_talk
from actions.visit import Visit

_OTHER = "other"


class SmallTalk(ServiceAction):
    """Answers small talk in kind."""

    title = "action_small_talk"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        if served_as_talk(visit):
            return []
        visit.say(f"utter_small_talk_{visit.option('small_talk') or _OTHER}")
        return []


ACTIONS: tuple[type[ServiceAction], ...] = (SmallTalk,)

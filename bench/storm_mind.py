"""The scripted dialogue of the storm's bot: answers as each message orders."""

from __future__ import annotations

import asyncio

from bench.storm_script import answer_to, order_of, words
from bot.back_office import Mind
from bot.dialogue import ActionEndpoint, Answer, Question
from bot.messenger import Fate, Outcome
from bot.settings import BotSettings
from bot.trackers import NewEvents, TurnTrackerStore
from conversation.errand import Errand
from conversation.reply import Button, Reply, Turn

# What a turn of the trained model takes of the clock, about; it costs no processor here.
_THINKING_SECONDS = 0.05


class ScriptedThinker:
    """Answers as the message orders."""

    async def answer(self, question: Question) -> Answer:
        """Returns the ordered answer after the ordered time."""
        order = order_of(question.text)
        await asyncio.sleep(order.wait or _THINKING_SECONDS)
        label = str(words()["button"])
        buttons = (Button(label, label),) if order.buttons else ()
        return Answer(Turn((Reply(answer_to(order), buttons),)), NewEvents(0, ()))


class NoErrands:
    """There are none: no action runs."""

    async def run(self, conversation_id: str, errand_id: int, errand: Errand) -> Outcome:
        """Refuses."""
        return Outcome(Fate.REFUSED, why="the storm has no actions")


def scripted_mind(_: BotSettings, __: TurnTrackerStore, ___: ActionEndpoint) -> Mind:
    """Thinks by the script, without Rasa."""
    return Mind(ScriptedThinker(), NoErrands())

"""Asks a customer in a quiet moment whether the phone on file is still in use; `contact_ear` hears the answer.

Only about what the notices have found (`handoff.customer.contact_faults`), never in a form, beside a question of the
bot's own, or where anything is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from bot.dialogue import Answer
from bot.reception.claim import Claim
from bot.reception.room import Room
from conversation.events import Owner
from conversation.message import Delivery
from conversation.reply import Button, Reply, Turn
from handoff import transcript
from handoff.customer import contact_faults
from handoff.customer.contact_faults import Quiet
from handoff.phrases import Phrases
from handoff.rules import read_rules
from handoff.voice import speak_as_bot
from runtime.postgres import at_once, transaction

_FOLDER = Path(__file__).parent
_FILE = "contact_ask.yml"
_QUESTION = re.compile("[?\uff1f]\\s*$")


@dataclass(frozen=True)
class ContactAskRules:
    """All of the file."""

    quiet: Quiet
    answered_within: timedelta
    kinds: tuple[str, ...]
    intents: frozenset[str]
    yes: re.Pattern[str]
    no: re.Pattern[str]
    around: re.Pattern[str]

    def answer(self, text: str) -> str:
        """Reads a whole message as `yes` or `no`; anything else is neither: empty."""
        found = self.around.match(text.strip().lower())
        said = found.group(1) if found else ""
        if self.yes.fullmatch(said):
            return "yes"
        return "no" if self.no.fullmatch(said) else ""


async def ask_about_contact(room: Room, claim: Claim, answer: Answer, intent: str, phrases: Phrases) -> bool:
    """Asks behind the answer of a turn where there is something to ask and the moment is quiet; says whether it did."""
    rules, at = contact_ask_rules(), room.clock.now()
    if (
        claim.owner is not Owner.BOT
        or intent not in rules.intents
        or not leaves_nothing_open(answer.turn, answer.events.events)
    ):
        return False
    async with at_once(room.pool) as connection:
        if not await contact_faults.to_ask(connection, claim.conversation_id, claim.seq, rules.kinds, rules.quiet, at):
            return False
    async with transaction(room.pool) as connection:
        await transcript.lock(connection, claim.conversation_id)
        found = await contact_faults.to_ask(connection, claim.conversation_id, claim.seq, rules.kinds, rules.quiet, at)
        if found is None:
            return False
        yes, no = (phrases.say(f"utter_reception_contact_{word}") for word in ("yes", "no"))
        text = phrases.say("utter_reception_contact_ask", tail=found.phone_masked[-4:])
        body = {**Reply(text, (Button(yes, yes), Button(no, no))).to_body(), "contact_fault": found.fault_id}
        lines = await speak_as_bot(connection, claim.conversation_id, claim.epoch, [body], at, claim.seq)
        if all(line.delivery is Delivery.PENDING for line in lines):
            await contact_faults.asked(connection, found.fault_id, claim.conversation_id, at)
    return True


def leaves_nothing_open(turn: Turn, events: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the bot has answered and waits for nothing: no form, no choice, no question, no request, no person."""
    if turn.handoff or turn.leaves_queue or turn.errands or turn.company_down or not turn.replies:
        return False
    if any(event.get("event") == "action" and str(event.get("name", "")).endswith("_form") for event in events):
        return False
    return not any(reply.buttons or _QUESTION.search(reply.text) for reply in turn.replies)


@lru_cache(maxsize=1)
def contact_ask_rules() -> ContactAskRules:
    """The rules of the file, read once in a process. Raises RulesError."""
    return read_rules(_FILE, _parse, _FOLDER)


def _parse(raw: dict[str, Any]) -> ContactAskRules:
    talk, trouble = timedelta(minutes=raw["talk_minutes"]), timedelta(hours=raw["trouble_hours"])
    return ContactAskRules(
        quiet=Quiet(talk, timedelta(days=raw["again_days"]), trouble),
        answered_within=timedelta(hours=raw["answer_hours"]),
        kinds=tuple(raw["kinds"]),
        intents=frozenset(raw["quiet"]),
        yes=re.compile(raw["says_yes"]),
        no=re.compile(raw["says_no"]),
        around=re.compile(raw["around"]),
    )

"""Hears the answer to "is this number still in use?": a yes closes it here, a no goes on as the wish to change it."""

from __future__ import annotations

from dataclasses import replace

from bot.reception.claim import Claim
from bot.reception.contact_ask import contact_ask_rules
from bot.reception.ear import said, show
from bot.reception.turns import House, TurnBook, close_turn
from conversation.events import Owner
from conversation.message import Line
from handoff import transcript
from handoff.customer import contact_faults
from handoff.voice import speak_as_bot
from runtime.postgres import Connection, transaction

_LONGEST = 20


class ContactEar:
    """Takes such answers out of the messages (`bot.reception.ears`); what is none passes."""

    def __init__(self, house: House, book: TurnBook) -> None:
        self._house = house
        self._book = book

    async def hear(self, claim: Claim) -> Claim | None:
        """Returns what is left of a message for the dialogue; None: it was served here.

        Raises:
            TurnLost: another worker has claimed the message.
        """
        if claim.owner is Owner.AGENT or not claim.spoken or len(claim.text) > _LONGEST:
            return claim
        rules, at = contact_ask_rules(), self._house.clock.now()
        words = said(claim)
        answer = rules.answer(words)
        if not answer or self._house.gate.check(claim.spoken):
            return claim
        since = at - rules.answered_within
        async with transaction(self._house.pool) as connection:
            fault_id = await contact_faults.asked_before(connection, claim.conversation_id, claim.seq, since=since)
            if fault_id is None and self._is_button(words):
                fault_id = await contact_faults.open_ask(connection, claim.conversation_id, since=since)
            if fault_id is not None:
                served, left = await self._take(connection, claim, fault_id, answer)
        if fault_id is None:
            return claim
        if served:
            await show(self._house, claim.conversation_id, served)
            return None
        return left

    async def _take(self, connection: Connection, claim: Claim, fault_id: int, answer: str) -> tuple[list[Line], Claim]:
        """Writes the answer down; returns the new lines, or what the dialogue is to hear instead."""
        at = self._house.clock.now()
        if answer == "no":
            await contact_faults.out_of_use(connection, fault_id)
            return [], replace(claim, text=self._house.phrases.say("utter_reception_contact_change"), shown=claim.text)
        await transcript.lock(connection, claim.conversation_id)
        await contact_faults.in_use(connection, fault_id, at)
        await close_turn(connection, claim, "done")
        phrases = self._book.tongue(claim).escalations.phrases
        body = {"text": phrases.say("utter_reception_contact_kept")}
        lines = await speak_as_bot(connection, claim.conversation_id, claim.epoch, [body], at, claim.seq)
        return lines, claim

    def _is_button(self, words: str) -> bool:
        say = self._house.phrases.say
        return words in {say("utter_reception_contact_yes"), say("utter_reception_contact_no")}

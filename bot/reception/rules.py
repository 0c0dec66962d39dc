"""The rules operators edit, read before the bot serves anybody: a file that cannot be read stops the start."""

from __future__ import annotations

from bot.reception.burst_rules import burst_rules
from bot.reception.contact_ask import contact_ask_rules
from bot.reception.triggers import trigger_rules
from handoff.desk_help.facts import fact_rules
from handoff.extras.book import extra_book
from handoff.mood.reader import mood_reader
from handoff.passing.reopening import reopen_rules
from handoff.silences.rules import silence_rules
from handoff.waiting.telling import queue_rules


def check_rules() -> None:
    """Reads every file of rules. Raises RulesError."""
    of_turns, of_people = (
        (trigger_rules, fact_rules, burst_rules, contact_ask_rules, extra_book),
        (reopen_rules, silence_rules),
    )
    for read in (*of_turns, *of_people, mood_reader, queue_rules):
        read()

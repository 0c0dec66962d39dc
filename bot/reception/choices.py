"""A typed answer that picks a button shown before: its words, or its number where buttons were written as a list."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from conversation.identity import ChannelName
from conversation.message import InboundMessage
from conversation.offer import bare
from conversation.reply import Button
from runtime.postgres import Connection

# The newest lines that are looked through for buttons.
_LINES = 8
_LONGEST = 60
_SHOWN = """
    select seq, body, reply_to from messages
    where conversation_id = $1 and role in ('bot', 'system') and delivery in ('pending', 'sent')
    order by seq desc limit $2
"""
# What people write around the number they choose: "选2", "第二个", "2号".
_AROUND = re.compile("^(?:我)?(?:选择|选|要)?第?(.{1,2}?)(?:个|项|条|号)?(?:吧|谢谢)?$")
_TEN, _UNITS = "十", "一二三四五六七八九"


async def with_choice(connection: Connection, message: InboundMessage) -> InboundMessage:
    """Returns the message as a press of the button it picks, or as it is."""
    if message.label or message.location or message.attachment or not 0 < len(message.text) <= _LONGEST:
        return message
    rows = await connection.fetch(_SHOWN, message.user.conversation_id, _LINES)
    buttons, newest = _buttons(rows)
    numbered = message.user.channel is not ChannelName.WEB
    button = pick(message.text, buttons, by_number=newest, numbered=numbered)
    return replace(message, text=button.payload, label=message.text) if button else message


def _buttons(rows: Sequence[Any]) -> tuple[tuple[Button, ...], bool]:
    """The buttons of the newest turn that had any, and whether the bot has said nothing in a later turn."""
    at = next((place for place, row in enumerate(rows) if row["body"].get("buttons")), None)
    if at is None:
        return (), False
    turn = rows[at]["reply_to"]
    lines = [row for row in rows if row["reply_to"] == turn] if turn is not None else [rows[at]]
    shown = [button for row in reversed(lines) for button in row["body"].get("buttons", ())]
    newest = all(row["reply_to"] in (turn, None) for row in rows[:at])
    return tuple(Button(button["label"], button["payload"]) for button in shown), newest


def pick(text: str, buttons: Sequence[Button], *, by_number: bool, numbered: bool) -> Button | None:
    """Returns the button that a text means: by its words, or by its number.

    Args:
        text: what the customer typed.
        buttons: the buttons of one turn, in the order they were shown.
        by_number: whether a number may still mean them.
        numbered: the customer saw them with their numbers; else a number inside one label goes first.
    """
    said = bare(text)
    worded = next((button for button in buttons if bare(button.label) == said), None)
    number = number_of(text) if by_number and not worded else None
    if number is None:
        return worded
    named = [button for button in buttons if str(number) in re.findall(r"\d+", bare(button.label))]
    if not numbered and len(named) == 1:
        return named[0]
    return buttons[number - 1] if number <= len(buttons) else None


def number_of(text: str) -> int | None:
    """The number from 1 to 19 that a text is, with nothing but the words of choosing around it."""
    found = _AROUND.match(bare(text))
    if not found:
        return None
    core = found[1]
    if core.isdecimal():
        return int(core) if 0 < int(core) < 20 else None
    ten, unit = core[0] == _TEN, core[-1]
    if ten and len(core) == 1:
        return 10
    if unit not in _UNITS or (len(core) == 2 and not ten):
        return None
    return _UNITS.index(unit) + (11 if ten else 1)

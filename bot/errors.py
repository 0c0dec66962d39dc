"""Errors of the bot.

BotError
├── DialogueFailed    the turn could not be thought through: an action or the model failed
└── TurnLost          another worker has taken the message over; this worker's answer is dropped
"""

from __future__ import annotations

from runtime.errors import GridTalkError


class BotError(GridTalkError):
    """Something in the bot's own rooms."""

    code = "bot.error"


class DialogueFailed(BotError):
    """The turn has no answer; the customer is told so and offered a person."""

    code = "bot.dialogue.failed"
    retryable = True


class TurnLost(BotError):
    """The message's turn was claimed by another worker meanwhile."""

    code = "bot.turn.lost"

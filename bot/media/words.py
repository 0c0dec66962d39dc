"""The words that stand in the transcript for what has none: a picture, a place, a voice nobody understood."""

from __future__ import annotations

from dataclasses import replace

from conversation.message import InboundMessage
from handoff.phrases import Phrases

_NAMED = frozenset({"image", "voice", "video", "file", "sticker"})


def worded(message: InboundMessage, phrases: Phrases) -> InboundMessage:
    """Returns the message with a text that a person can read in the transcript."""
    if message.location:
        mark = phrases.say("utter_reception_line_location")
        return replace(message, text=f"{mark} {message.location.label}".strip())
    if message.attachment and not message.text:
        kind = message.attachment.kind if message.attachment.kind in _NAMED else "file"
        return replace(message, text=phrases.say(f"utter_reception_line_{kind}"))
    return message

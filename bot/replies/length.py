"""How long a bubble may be: what is too long is cut between sentences; it never cuts the last bubble for the first.

The last bubble asks or concludes, so it is kept whole as far as it fits; what an earlier one has too much of moves into
the room the last one leaves, and only what fits nowhere is left out, with a sign that something is.
"""

from __future__ import annotations

import re
from dataclasses import replace

from conversation.reply import BUBBLE_CHARACTERS, Reply

_SENTENCE = re.compile("[^\u3002\uff01\uff1f!?\n]*[\u3002\uff01\uff1f!?\n]+|[^\u3002\uff01\uff1f!?\n]+$")
_CLAUSE = re.compile("[^\uff0c\uff1b,;]*[\uff0c\uff1b,;]+|[^\uff0c\uff1b,;]+$")
_LEFT_OUT = "\u2026\u2026"


def fit(replies: tuple[Reply, ...], most: int = BUBBLE_CHARACTERS) -> tuple[Reply, ...]:
    """Returns the bubbles, none of them longer than `most` characters; cards are not counted."""
    if all(len(reply.text) <= most for reply in replies):
        return replies
    *earlier, last = replies
    kept: list[Reply] = []
    for reply in earlier:
        head, rest = split(reply.text, most)
        kept.append(replace(reply, text=head))
        if rest:
            last = _before(rest, last, most)
    return (*kept, _shortened(last, most))


def split(text: str, most: int) -> tuple[str, str]:
    """Cuts a text at the end of the last sentence, or of the last clause, that fits."""
    if len(text) <= most:
        return text, ""
    for piece in (_SENTENCE, _CLAUSE):
        length = 0
        for found in piece.finditer(text):
            if len(text[: found.end()].rstrip()) > most:
                break
            length = found.end()
        if length:
            return text[:length].rstrip(), text[length:].lstrip()
    return text[:most], text[most:]


def _before(rest: str, last: Reply, most: int) -> Reply:
    """Puts what an earlier bubble could not hold in front of the last one, as much as fits."""
    room = most - len(last.text) - 1
    if len(rest) <= room:
        return replace(last, text=f"{rest}\n{last.text}" if last.text else rest)
    if room <= len(_LEFT_OUT):
        return last
    head, _ = split(rest, room - len(_LEFT_OUT))
    return replace(last, text=f"{head}{_LEFT_OUT}\n{last.text}")


def _shortened(reply: Reply, most: int) -> Reply:
    if len(reply.text) <= most:
        return reply
    head, _ = split(reply.text, most - len(_LEFT_OUT))
    return replace(reply, text=head + _LEFT_OUT)

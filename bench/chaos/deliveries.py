"""Holds what WeChat's customers read against what PostgreSQL has as sent, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bench.chaos.compare import Promise
from bench.chaos.ledgers import Ledgers, Row
from bench.storm_books import Delivery

_SPACE = re.compile(r"\s+")
# Shorter texts stand inside others.
_SHORTEST = 6


def delivered(ledgers: Ledgers, read: dict[str, list[Delivery]]) -> tuple[Promise, Promise]:
    """What the platform's customers read is what PostgreSQL has as sent; returns what is missing, what came again."""
    missing, again, checked = list[str](), list[str](), 0
    told = [row for row in ledgers.messages if row["conversation_id"].startswith("wechat:")]
    for conversation_id in sorted({row["conversation_id"] for row in told}):
        lines = [row for row in told if row["conversation_id"] == conversation_id and row["delivery"] == "sent"]
        checked += len(lines)
        lost, left = _walk(lines, read.get(conversation_id[7:], []))
        missing += [f"{conversation_id}/{row['seq']} {row['text'][:40]!r}" for row in lost]
        repeated = {_bare(row["text"]) for row in lines if len(_bare(row["text"])) >= _SHORTEST}
        again += [f"{conversation_id} {words[:40]!r}" for words in sorted(repeated) if words in left]
    return (
        Promise("WeChat's customers read every line that is `sent`", checked, tuple(missing)),
        Promise("WeChat's customers read no line twice", checked, tuple(again)),
    )


def _walk(lines: Sequence[Row], read: Iterable[Delivery]) -> tuple[list[Row], str]:
    """Finds each line behind the one before it in what was read, else anywhere; returns the lost ones and the rest."""
    text, at, lost = _bare("\0".join(one.text for one in sorted(read, key=lambda one: one.at))), 0, []
    for row in lines:
        words = _bare(row["text"])
        found = text.find(words, at)
        found = text.find(words) if found < 0 else found
        if found < 0:
            lost.append(row)
            continue
        text = text[:found] + "\1" * len(words) + text[found + len(words) :]
        at = max(at, found + len(words))
    return lost, text


def _bare(text: str) -> str:
    return _SPACE.sub("", text)

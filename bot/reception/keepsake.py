"""The conversation as a text for the customer to keep: who said what and when, every number in it masked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from conversation.evaluation import Evaluation, EvaluationKind
from conversation.message import Line, Role
from handoff.phrases import Phrases
from runtime.clock import SHANGHAI
from runtime.privacy import mask_text


def write(lines: Sequence[Line], said: Sequence[Evaluation], phrases: Phrases, *, at: datetime) -> str:
    """Writes the lines the customer has seen, oldest first; evaluations stand below the lines they are about."""
    opinions = {one.seq: one for one in said}
    head = phrases.say("utter_door_transcript_head", at=_moment(at))
    parts = [head, *("\n".join(_entry(line, opinions.get(line.seq), phrases)) for line in lines)]
    return mask_text("\n\n".join(parts)) + "\n"


def _entry(line: Line, opinion: Evaluation | None, phrases: Phrases) -> Iterator[str]:
    yield f"[{_moment(line.at)}] {_speaker(line, phrases)}"
    if line.text:
        yield line.text
    if card := line.body.get("card"):
        yield from _card(card)
    if opinion:
        yield from _opinion(opinion, phrases)


def _speaker(line: Line, phrases: Phrases) -> str:
    if line.role is Role.AGENT:
        return phrases.say("utter_door_transcript_agent", agent=line.agent.name if line.agent else "").rstrip()
    return phrases.say(f"utter_door_transcript_{line.role.value}")


def _card(card: dict[str, Any]) -> Iterator[str]:
    yield f"\u3010{card['title']}\u3011"
    for row in [*card["rows"], *([card["total"]] if "total" in card else [])]:
        yield f"{row['label']}\uff1a{row['value']}"
    if card.get("note"):
        yield str(card["note"])


def _opinion(one: Evaluation, phrases: Phrases) -> Iterator[str]:
    if one.kind is EvaluationKind.SERVICE:
        yield phrases.say("utter_door_transcript_service", stars=one.opinion.value)
    else:
        yield phrases.say(f"utter_door_transcript_{'helped' if one.opinion.value > 0 else 'not_helped'}")
    if one.opinion.comment:
        yield phrases.say("utter_door_transcript_comment", comment=one.opinion.comment)


def _moment(at: datetime) -> str:
    return at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")

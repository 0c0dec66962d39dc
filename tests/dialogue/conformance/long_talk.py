"""A long talk with the trained model, recorded turn by turn: what customers say in every dialogue case, in one chat."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from rasa.shared.core.events import deserialise_events
from rasa.shared.core.trackers import DialogueStateTracker

from bot.checkpoints import checkpoint, is_worth_it, known_before, opened, place_of, slim
from tests.dialogue.conformance.house import House

CASES = Path(__file__).parent.parent / "cases"
Stored = dict[str, Any]


@dataclass(frozen=True)
class Recorded:
    """Everything that was stored of a talk, and how much of it after each turn."""

    key: str
    events: tuple[Stored, ...]
    turns: tuple[int, ...]


async def record(house: House, seed: int, turns: int) -> Recorded:
    """Talks for so many turns, the words of one case after those of another."""
    talk, ends = house.talk(("6201011006117",)), []
    for text in _said(seed, turns):
        talk.seq += 1
        await talk.again(text)
        ends.append(len(house.trackers.stored[talk.conversation_id]))
    stored = json.loads(json.dumps(house.trackers.stored[talk.conversation_id]))
    return Recorded(talk.conversation_id, tuple(stored), tuple(ends))


def _said(seed: int, turns: int) -> list[str]:
    files = sorted(CASES.rglob("*.yml"))
    random.Random(seed).shuffle(files)
    steps = (step for file in files for step in yaml.safe_load(file.read_text(encoding="utf-8"))["steps"])
    lines = (str(step.get("say") or step.get("or_say") or step.get("press") or "") for step in steps)
    return [text for text in lines if text and "${" not in text][:turns]


def whole(house: House, recorded: Recorded, end: int) -> DialogueStateTracker:
    """The tracker of the talk up to `end`, read whole."""
    return _tracker(house, recorded.key, recorded.events[:end])


def bounded(house: House, recorded: Recorded, ends: Sequence[int]) -> list[DialogueStateTracker]:
    """The trackers of the talk up to each end, as the store of the house reads them: slim, from the last checkpoint."""
    rows: list[Stored] = []
    trackers, waiting, stands = [], sorted(ends), 0
    for turn in recorded.turns:
        while waiting and waiting[0] < turn:
            more = _rows(recorded.events[stands : waiting.pop(0)], len(rows))
            trackers.append(_tracker(house, recorded.key, [event for _, event in opened([*rows, *more])]))
        rows += _rows(recorded.events[stands:turn], len(rows))
        rows += _rows(_due(house, opened(rows)), len(rows))
        stands = turn
    return trackers


def _due(house: House, stored: Sequence[tuple[int, Stored]]) -> list[Stored]:
    events = deserialise_events([event for _, event in stored])
    positions = [position for position, _ in stored]
    place = place_of(events)
    if place is None or not is_worth_it(place, positions.count(0)):
        return []
    known = known_before(events, place, house.trackers.domain.slots)
    return [json.loads(json.dumps(checkpoint(known, positions[place], events[-1].timestamp)))]


def _rows(events: Sequence[Stored], after: int) -> list[dict[str, Any]]:
    return [{"position": number, "event": slim(event)} for number, event in enumerate(events, start=after + 1)]


def _tracker(house: House, key: str, events: Sequence[Stored]) -> DialogueStateTracker:
    copied = json.loads(json.dumps(list(events)))
    return DialogueStateTracker.from_dict(key, copied, house.trackers.domain.slots)

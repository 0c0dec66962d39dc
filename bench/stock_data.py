"""What stock Rasa is trained on: our sentences, all or a sample of each intent, the day's lines, stories of our rules.

TED learns from stories only, and the project has rules only; so the rules "this intent, that action" are strung
together to talks of a few turns, as a customer goes from one business to another.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from bench.day_lines import read_day_lines
from tools.train import PROJECT

_NLU, _RULES = PROJECT / "data" / "nlu", PROJECT / "data" / "rules"
_STORIES_PER_RULE, _TURNS, _SEED = 2, (2, 6), 7
_VERSION = "3.1"

Rule = tuple[str, str]


def data_of(folder: Path, sentences: int | None, *, intents: Sequence[str] = ()) -> list[str]:
    """Writes stock's training data into `folder`; returns the paths that `rasa train --data` is given.

    Args:
        folder: an empty folder.
        sentences: how many sentences of each intent, None for all.
        intents: only these, all when empty.
    """
    stories = folder / "stories.yml"
    _write(stories, {"stories": stories_from(_known(plain_rules(), intents), random.Random(_SEED))})
    nlu, day = folder / "nlu.yml", folder / "day.yml"
    _write(nlu, {"nlu": sampled(read_sentences(intents), sentences, random.Random(_SEED))})
    taught = {intent: lines for intent, lines in read_day_lines().items() if not intents or intent in intents}
    _write(day, {"nlu": [_block(intent, [f"- {line}" for line in lines]) for intent, lines in taught.items()]})
    return [str(nlu), str(day), str(_RULES), str(stories)]


def plain_rules() -> list[Rule]:
    """Returns (intent, action) of each rule that is nothing else."""
    rules = []
    for file in sorted(_RULES.glob("*.yml")):
        for rule in yaml.safe_load(file.read_text(encoding="utf-8"))["rules"]:
            steps = rule["steps"]
            if "condition" not in rule and [sorted(step) for step in steps] == [["intent"], ["action"]]:
                rules.append((steps[0]["intent"], steps[1]["action"]))
    return rules


def stories_from(rules: Sequence[Rule], chance: random.Random) -> list[dict[str, Any]]:
    """Strings rules together, each at least once."""
    waiting = list(rules)
    chance.shuffle(waiting)
    stories = []
    for number in range(_STORIES_PER_RULE * len(rules)):
        count = chance.randint(*_TURNS)
        turns = [waiting.pop() if waiting else chance.choice(rules) for _ in range(count)]
        steps = [step for intent, action in turns for step in ({"intent": intent}, {"action": action})]
        stories.append({"story": f"talk {number}", "steps": steps})
    return stories


def read_sentences(intents: Sequence[str] = ()) -> dict[str, list[str]]:
    """Returns the marked sentences of each intent as they stand in the files."""
    found: dict[str, list[str]] = {}
    for file in sorted(_NLU.glob("*.yml")):
        for block in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]:
            if not intents or block["intent"] in intents:
                found.setdefault(block["intent"], []).extend(block["examples"].strip().splitlines())
    return found


def sampled(sentences: dict[str, list[str]], count: int | None, chance: random.Random) -> list[dict[str, str]]:
    """Returns so many sentences of each intent as Rasa's blocks."""
    blocks = []
    for intent, lines in sentences.items():
        chosen = lines if count is None or count >= len(lines) else sorted(chance.sample(lines, count))
        blocks.append(_block(intent, chosen))
    return blocks


def _block(intent: str, lines: Sequence[str]) -> dict[str, str]:
    return {"intent": intent, "examples": "\n".join(lines) + "\n"}


def _known(rules: Sequence[Rule], intents: Sequence[str]) -> list[Rule]:
    return [rule for rule in rules if not intents or rule[0] in intents]


def _write(file: Path, content: dict[str, Any]) -> None:
    text = yaml.safe_dump({"version": _VERSION, **content}, allow_unicode=True, sort_keys=False)
    file.write_text(text, encoding="utf-8")

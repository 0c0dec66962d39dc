"""Holds what a model understands against what it understood before: nothing may change where only memory should.

python -m tools.same_mind --write before.jsonl      what it understands now, a line each
python -m tools.same_mind --against before.jsonl    whether it still does: intents, entities, confidences to 1e-6
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog

from bot import lean
from runtime.clock import SHANGHAI, write_clock
from tools import say
from tools.train import PROJECT, model_path

_SENTENCES = ("holdout.jsonl", "counter.jsonl", "danger.jsonl", "examiner_a.jsonl", "examiner_b.jsonl")
_COMPARED = ("intent", "intent_ranking", "entities", "asks")
_TOLERANCE = 1e-6
_NOON = datetime(2026, 11, 21, 12, 0, tzinfo=SHANGHAI)


@dataclass(frozen=True)
class Difference:
    """A text that is understood otherwise than before."""

    text: str
    what: str


def main(arguments: Sequence[str]) -> int:
    """Writes or compares; returns 1 where something differs."""
    parser = argparse.ArgumentParser(prog="python -m tools.same_mind", description=__doc__)
    parser.add_argument("--model", type=Path, default=None, help="the model archive; the present one when left out")
    task = parser.add_mutually_exclusive_group(required=True)
    task.add_argument("--write", type=Path, help="where to write what is understood")
    task.add_argument("--against", type=Path, help="what was written before")
    options = parser.parse_args(arguments)
    understood = list(understand(options.model or model_path(), sentences()))
    if options.write:
        lines = (json.dumps(row, ensure_ascii=False) for row in understood)
        options.write.write_text("\n".join(lines) + "\n", encoding="utf-8")
        say.line(f"{len(understood)} sentences written to {options.write}")
        return 0
    before = [json.loads(line) for line in options.against.read_text(encoding="utf-8").splitlines()]
    found = list(differences(before, understood))
    for difference in found[:20]:
        say.line(f"{difference.text}: {difference.what}")
    say.line(f"{len(understood)} sentences, {len(found)} understood otherwise")
    return 1 if found else 0


def sentences() -> list[str]:
    """The held-out sentences."""
    files = (PROJECT / "tests" / "nlu" / name for name in _SENTENCES)
    return [
        json.loads(line)["text"] for file in files for line in file.read_text(encoding="utf-8").splitlines() if line
    ]


def understand(model: Path, texts: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Parses each text with a worker's engine, at one and the same time of one day."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with tempfile.TemporaryDirectory(prefix="gridtalk-clock-") as folder:
        write_clock(Path(folder) / "clock.json", _NOON)
        os.environ["GRIDTALK_CLOCK_FILE"] = str(Path(folder) / "clock.json")
        lean.import_rasa()
        yield from asyncio.run(_parse(model, texts))


async def _parse(model: Path, texts: Sequence[str]) -> list[dict[str, Any]]:
    from rasa.core.agent import Agent  # after `lean.import_rasa`

    from bot.engine import mend_engine

    mend_engine()
    agent = Agent.load(model)
    found = []
    for text in texts:
        parsed = await agent.parse_message(text)
        found.append(
            {"text": text, **{key: parsed.get(key) for key in ("intent", "intent_ranking", "entities", "asks")}}
        )
    return found


def differences(before: Sequence[dict[str, Any]], now: Sequence[dict[str, Any]]) -> Iterator[Difference]:
    """Tells what is understood otherwise than before; a confidence may move by 1e-6."""
    if len(before) != len(now):
        yield Difference("", f"{len(before)} sentences before, {len(now)} now")
    for old, new in zip(before, now, strict=False):
        for key in ("text", "entities", "asks"):
            if old.get(key) != new.get(key):
                yield Difference(new["text"], f"{key}: {old.get(key)} -> {new.get(key)}")
        if not _ranked_alike([old["intent"], *old["intent_ranking"]], [new["intent"], *new["intent_ranking"]]):
            yield Difference(new["text"], f"intents: {old['intent_ranking'][:3]} -> {new['intent_ranking'][:3]}")


def _ranked_alike(old: Sequence[dict[str, Any]], new: Sequence[dict[str, Any]]) -> bool:
    names = [row["name"] for row in old] == [row["name"] for row in new]
    pairs = zip(old, new, strict=False)
    return names and all(abs(a["confidence"] - b["confidence"]) <= _TOLERANCE for a, b in pairs)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

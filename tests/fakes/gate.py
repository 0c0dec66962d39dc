"""The safety gate without Rasa: trained once a process on the sentences of danger alone, which takes two seconds."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from pathlib import Path

from bot.policies.danger_model import CALM, DangerModel
from bot.policies.danger_words import read_words
from bot.policies.safety import SafetyGate

DATA = Path(__file__).parents[2] / "data"


@functools.cache
def trained_gate() -> SafetyGate:
    """Returns the gate; the product's has learned from the calm sentences of the training data as well."""
    return SafetyGate(DangerModel.train(read_words(DATA / "dictionary" / "danger"), list(_rows())))


def _rows() -> Iterator[tuple[str, str]]:
    for file in sorted((DATA / "danger").glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").split("\n"):
            if line.strip():
                row = json.loads(line)
                yield row["text"], row["kind"] if row["danger"] else CALM

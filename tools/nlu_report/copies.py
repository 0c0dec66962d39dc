"""Which held-out sentences are copies of training sentences, letter for letter; near copies are a test's matter."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

# [八月](bill_period) and [八月]{"entity": "bill_period"}
_MARKED = re.compile(r"\[([^\]]*)\](?:\([^)]*\)|\{[^}]*\})")


def training_texts(data: Path) -> Iterator[str]:
    """Gives the sentences the model and the safety gate are trained on."""
    for file in sorted((data / "nlu").glob("*.yml")):
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.strip().startswith("- ") and not line.strip().startswith("- intent:"):
                yield _MARKED.sub(r"\1", line.strip()[2:])
    for file in sorted((data / "danger").glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.strip():
                yield json.loads(line)["text"]


def copies(texts: Iterable[str], trained: Iterable[str]) -> list[str]:
    """Returns the texts that are trained on, marks and spaces aside."""
    known = {_bare(text) for text in trained}
    return [text for text in texts if _bare(text) in known]


def _bare(text: str) -> str:
    return "".join(char for char in text if char.isalnum()) or text

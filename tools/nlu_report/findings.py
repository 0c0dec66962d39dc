"""What one run of the report found, before any of it is written down: sentences, danger, memory, training, machine."""

from __future__ import annotations

import asyncio
import json
import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench.results import describe_machine
from tools import say, train
from tools.labelled import read_labelled, read_lines
from tools.measure_danger import measure, open_gate, read_dangers
from tools.measure_nlu import parse_with
from tools.nlu_figures import Parsed, report
from tools.nlu_report.copies import copies, training_texts
from tools.nlu_report.memory import Memory, measure_memory
from tools.trained_model import fallback_threshold, load_agent

PROJECT = Path(__file__).parents[2]
SENTENCES = PROJECT / "tests" / "nlu"
# file -> title; the examiners' sentences are held out and decide, the others were built with or are older
EXAMINERS = {"examiner_a.jsonl": "Examiner A", "examiner_b.jsonl": "Examiner B"}
OTHERS = {"holdout.jsonl": "Holdout", "counter.jsonl": "Development set"}
DANGER = {"danger_examiner.jsonl": "Held out", "danger.jsonl": "Development"}
_PACKAGES = ("rasa", "scikit-learn", "python-crfsuite", "spacy", "jieba", "OpenCC", "pypinyin", "numpy", "tensorflow")


@dataclass(frozen=True)
class SentenceSet:
    """A set of labelled sentences, parsed, and its figures."""

    title: str
    parsed: tuple[Parsed, ...]
    figures: dict[str, Any]


@dataclass(frozen=True)
class DangerSet:
    """A set of labelled sentences for the safety gate; without figures when its file is not there."""

    title: str
    file: str
    figures: dict[str, Any] | None


@dataclass(frozen=True)
class Findings:
    """Everything the report tells."""

    model: str
    is_stale: bool
    measured_at: str
    command: str
    machine: dict[str, Any]
    load: float
    versions: dict[str, str]
    pooled: SentenceSet
    sets: tuple[SentenceSet, ...]
    danger: tuple[DangerSet, ...]
    memory: Memory
    training_seconds: float | None
    groups: dict[str, str]
    copied: dict[str, list[str]]


def find(model: Path, command: str, folder: Path = SENTENCES) -> Findings:
    """Measures everything with a model.

    Raises:
        ToolError: a file of sentences or the model cannot be read.
    """
    load = os.getloadavg()[0]
    with say.timed("the safety gate"):
        danger = danger_sets(model, folder)
    with say.timed("the memory of the understanding"):
        texts = [row["text"] for row in read_labelled(folder / next(iter(EXAMINERS)))]
        memory = measure_memory(model, texts)
    with say.timed("the held-out sentences"):
        pooled, sets = _sentence_sets(model, folder)
    return Findings(
        model=model.name,
        is_stale=model.name != train.model_path().name,
        measured_at=datetime.now().astimezone().isoformat(timespec="minutes"),
        command=command,
        machine=describe_machine(),
        load=load,
        versions={"python": platform.python_version(), **{name: version(name) for name in _PACKAGES}},
        pooled=pooled,
        sets=sets,
        danger=danger,
        memory=memory,
        training_seconds=training_seconds(model.name),
        groups=groups(PROJECT / "data" / "nlu"),
        copied=_copied(folder),
    )


def _copied(folder: Path) -> dict[str, list[str]]:
    files = [folder / name for name in (*EXAMINERS, *OTHERS, *DANGER)]
    trained = set(training_texts(PROJECT / "data"))
    read = {file.name: read_lines(file, {"text": str}) for file in files if file.is_file()}
    return {name: copies((row["text"] for row in rows), trained) for name, rows in read.items()}


def danger_sets(model: Path, folder: Path) -> tuple[DangerSet, ...]:
    """Measures the gate on each set of danger that is there."""
    gate = open_gate(model)
    return tuple(
        DangerSet(title, file, measure(read_dangers(folder / file), gate) if (folder / file).is_file() else None)
        for file, title in DANGER.items()
    )


def training_seconds(model: str, record: Path = train.RECORD) -> float | None:
    """Returns how long the training of this very model took; nothing when it is not known."""
    try:
        written = json.loads(record.read_text(encoding="utf-8"))
        return float(written["seconds"]) if written["model"] == model else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def groups(folder: Path) -> dict[str, str]:
    """Returns the skill of each intent: the training file it lives in."""
    return {
        line.removeprefix("- intent:").strip(): file.stem
        for file in sorted(folder.glob("*.yml"))
        for line in (line.strip() for line in file.read_text(encoding="utf-8").splitlines())
        if line.startswith("- intent:")
    }


def _sentence_sets(model: Path, folder: Path) -> tuple[SentenceSet, tuple[SentenceSet, ...]]:
    titles = {**EXAMINERS, **OTHERS}
    read = {file: read_labelled(folder / file) for file in titles}
    agent = load_agent(model)
    threshold = fallback_threshold(agent)
    parsed = {file: asyncio.run(parse_with(agent, rows)) for file, rows in read.items()}
    sets = tuple(_set(title, f"tests/nlu/{file}", parsed[file], threshold) for file, title in titles.items())
    both = [row for file in EXAMINERS for row in parsed[file]]
    return _set("Examiners A and B", "tests/nlu/examiner_*.jsonl", both, threshold), sets


def _set(title: str, file: str, parsed: Sequence[Parsed], threshold: float) -> SentenceSet:
    return SentenceSet(title, tuple(parsed), report(Path(file), parsed, threshold))

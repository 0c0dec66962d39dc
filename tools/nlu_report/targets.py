"""The targets of the understanding, and whether they are reached; the figures of the examiners' sentences decide."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tools.nlu_report.findings import DangerSet, Findings, SentenceSet

Figures = dict[str, Any]
_HARD = ("typo", "voice", "traditional", "dialect", "no_keyword", "long", "near_miss")
_ENTITIES = {
    **dict.fromkeys(("account_no", "phone", "amount", "date", "bill_period", "time_period"), 0.95),
    "address": 0.90,
}


@dataclass(frozen=True)
class Wanted:
    """A figure and its limit; `at_least` says on which side of the limit it has to lie."""

    name: str
    limit: float
    at_least: bool
    form: str

    @property
    def text(self) -> str:
        """The limit as it is written."""
        return ("≥ " if self.at_least else "≤ ") + self.form.format(self.limit)


@dataclass(frozen=True)
class Row:
    """A line of the table: what was wanted, the value that decides (or nothing), and the others."""

    wanted: Wanted
    value: float | None
    others: tuple[float | None, ...] = ()

    @property
    def reached(self) -> bool | None:
        """Whether the target is reached; nothing when it could not be measured."""
        if self.value is None:
            return None
        return self.value >= self.wanted.limit if self.wanted.at_least else self.value <= self.wanted.limit


def entity_target(name: str) -> float | None:
    """Returns the F1 that is wanted of an entity."""
    return _ENTITIES.get(name)


def weakest(figures: Figures) -> list[str]:
    """Returns the intents that occur, the one with the lowest recall or F1 first."""
    met = {name: scores for name, scores in figures["per_intent"].items() if scores["support"]}
    return sorted(met, key=lambda name: (min(met[name]["recall"], met[name]["f1"]), met[name]["f1"]))


def rows(findings: Findings) -> list[Row]:
    """Returns every target with its figures."""
    return [*_of_sentences(findings), *_of_danger(findings.danger), *_of_the_machine(findings)]


def _of_sentences(findings: Findings) -> Iterator[Row]:
    sets = (findings.pooled, *findings.sets)
    for wanted, read in _readings():
        value, *others = (_read(read, one) for one in sets)
        yield Row(wanted, value, tuple(others))


def _read(read: Callable[[Figures], float | None], one: SentenceSet) -> float | None:
    return read(one.figures)


def _readings() -> Iterator[tuple[Wanted, Callable[[Figures], float | None]]]:
    yield _part("everyday (clean)", 0.95), _tag("clean")
    for tag in _HARD:
        yield _part(f"hard: {tag}", 0.90), _tag(tag)
    yield _part("worst intent, recall", 0.85), _worst("recall")
    yield _part("worst intent, F1", 0.85), _worst("f1")
    yield _part("out of scope caught", 0.90), lambda figures: figures["fallback"]["oos_recall"]
    yield _part("refused wrongly", 0.03, at_least=False), lambda figures: figures["fallback"]["false_refusals"]
    yield Wanted("calibration error (ECE)", 0.05, False, "{:.3f}"), lambda figures: figures["ece"]
    for name, limit in _ENTITIES.items():
        yield Wanted(f"entity {name}, F1", limit, True, "{:.3f}"), _entity(name)


def _part(name: str, limit: float, at_least: bool = True) -> Wanted:
    return Wanted(name, limit, at_least, "{:.1%}")


def _tag(tag: str) -> Callable[[Figures], float | None]:
    return lambda figures: figures["per_tag"].get(tag)


def _worst(score: str) -> Callable[[Figures], float | None]:
    return lambda figures: min(scores[score] for scores in figures["per_intent"].values() if scores["support"])


def _entity(name: str) -> Callable[[Figures], float | None]:
    def read(figures: Figures) -> float | None:
        found = figures["entities"].get(name)
        return found["f1"] if found else None

    return read


def _of_danger(sets: tuple[DangerSet, ...]) -> Iterator[Row]:
    held, developed = (one.figures or {} for one in sets)
    for wanted, key in (
        (_part("danger recognised", 1.0), "recall"),
        (_part("danger, false alarms", 0.02, at_least=False), "false_alarm_rate"),
    ):
        yield Row(wanted, held.get(key), (None, None, None, developed.get(key)))


def _of_the_machine(findings: Findings) -> Iterator[Row]:
    latencies = [one.figures["latency_ms"]["p95"] for one in (findings.pooled, *findings.sets)]
    yield Row(Wanted("parse p95, ms", 5, False, "{:.1f}"), latencies[0], tuple(latencies[1:]))
    yield Row(Wanted("memory of the understanding, MB", 150, False, "{:.0f}"), findings.memory.added)
    yield Row(Wanted("training, s", 300, False, "{:.0f}"), findings.training_seconds)

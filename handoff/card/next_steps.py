"""The next steps proposed to an agent: the first three rules of next_steps.yml that fit, their words filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from string import Formatter
from typing import Any

import yaml

from handoff.card.situation import Situation
from handoff.errors import PhraseError
from handoff.phrases import Phrases
from runtime.yaml_files import read_yaml

MOST = 3
_RULES = Path(__file__).with_name("next_steps.yml")
_KNOWN = frozenset({"id", "all", "any", "none", "act", "fields", "say"})


@dataclass(frozen=True)
class Rule:
    """One row of the rules: when it fits, which dialog it opens, which sentence it puts before the agent."""

    id: str
    say: str
    all: frozenset[str] = frozenset()
    any: frozenset[str] = frozenset()
    none: frozenset[str] = frozenset()
    act: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)

    def fits(self, situation: Situation) -> bool:
        """Whether every condition holds."""
        marks = situation.marks
        return self.all <= marks and (not self.any or bool(self.any & marks)) and not self.none & marks


@dataclass(frozen=True)
class NextStep:
    """One proposal: words for the composer, and the act whose dialog it opens, if any."""

    id: str
    reply: str
    act: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)

    def to_wire(self) -> dict[str, Any]:
        """Returns the `NextStep` of contracts/console.openapi.yml."""
        return {"id": self.id, "reply": self.reply, "act": self.act, "fields": dict(self.fields)}


@dataclass(frozen=True)
class NextSteps:
    """The rules in their order, the most pressing first."""

    rules: tuple[Rule, ...]
    phrases: Phrases

    @classmethod
    def load(cls, phrases: Phrases, path: Path = _RULES) -> NextSteps:
        """Reads the rules.

        Raises:
            PhraseError: they cannot be read, have a word nobody knows, or name a sentence that is not there.
        """
        try:
            rules = tuple(_rule(row) for row in read_yaml(path)["rules"])
        except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError) as error:
            raise PhraseError(f"{path} does not read as rules of next steps", path=str(path)) from error
        lost = sorted({rule.say for rule in rules} - phrases.texts.keys())
        if lost:
            raise PhraseError(f"no response {', '.join(lost)}", response=lost)
        return cls(rules, phrases)

    def of(self, situation: Situation) -> tuple[NextStep, ...]:
        """Proposes at most three steps; a rule whose words lack a value is passed over."""
        found: list[NextStep] = []
        for rule in self.rules:
            if len(found) == MOST:
                break
            if rule.fits(situation) and self._can_say(rule, situation):
                found.append(self._suggestion(rule, situation))
        return tuple(found)

    def _can_say(self, rule: Rule, situation: Situation) -> bool:
        needed = _blanks(self.phrases.texts[rule.say]).union(*map(_blanks, rule.fields.values()))
        return all(situation.values.get(name) for name in needed)

    def _suggestion(self, rule: Rule, situation: Situation) -> NextStep:
        values = situation.values
        fields = {name: value.format_map(values) for name, value in rule.fields.items()}
        return NextStep(rule.id, self.phrases.say(rule.say, **values), rule.act, fields)


def _blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def _rule(row: dict[str, Any]) -> Rule:
    unknown = row.keys() - _KNOWN
    if unknown:
        raise ValueError(f"unknown words in a rule: {', '.join(sorted(unknown))}")
    conditions = {name: frozenset(row.get(name, ())) for name in ("all", "any", "none")}
    return Rule(row["id"], row["say"], act=row.get("act", ""), fields=row.get("fields", {}), **conditions)

"""The Rasa side of the tree: domain, training data and actions agree with each other."""

from __future__ import annotations

import importlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from actions.base import ServiceAction
from actions.registry import ACTIONS
from tests.architecture.tree import PROJECT, module_name, python_files

_EXAMPLES_AT_LEAST = 15


def _load(file: Path) -> dict[str, Any]:
    return yaml.safe_load(file.read_text(encoding="utf-8")) or {}


def _domain_files() -> list[Path]:
    return [PROJECT / "domain.yml", *sorted((PROJECT / "domain").glob("*.yml"))]


def _domain(key: str) -> Iterator[str]:
    for file in _domain_files():
        for item in _load(file).get(key) or []:
            yield next(iter(item)) if isinstance(item, dict) else item


def _intents_of(file: Path) -> Iterator[tuple[str, int]]:
    for block in _load(file).get("nlu") or []:
        if "intent" in block:
            yield block["intent"], sum(line.startswith("- ") for line in block.get("examples", "").splitlines())


def _nlu_files() -> list[Path]:
    return sorted((PROJECT / "data" / "nlu").glob("**/*.yml"))


def test_no_intent_is_defined_in_two_files() -> None:
    homes = Counter(intent for file in _nlu_files() for intent in {name for name, _ in _intents_of(file)})

    assert homes
    assert [intent for intent, count in homes.items() if count > 1] == []


def test_every_intent_has_fifteen_examples() -> None:
    thin = {intent: count for file in _nlu_files() for intent, count in _intents_of(file) if count < _EXAMPLES_AT_LEAST}

    assert thin == {}


def test_trained_intents_and_domain_intents_are_the_same() -> None:
    trained = {intent for file in _nlu_files() for intent, _ in _intents_of(file)}
    declared = set(_domain("intents"))

    assert trained - declared == set()
    assert declared - trained <= {"nlu_fallback", "out_of_scope"}


def test_every_response_can_be_read_out() -> None:
    """A screen reader speaks the text; `…_words` hold the labels that actions put into other sentences."""
    silent = [
        f"{file.name}: {name}"
        for file in _domain_files()
        for name, variants in (_load(file).get("responses") or {}).items()
        if not name.endswith("_words") and not any(variant.get("text") for variant in variants)
    ]

    assert silent == []


def test_every_rasa_file_starts_with_its_version_and_says_its_skill() -> None:
    files = [*_domain_files(), *sorted((PROJECT / "data").glob("**/*.yml"))]

    headless = [str(file.relative_to(PROJECT)) for file in files if not _has_head(file.read_text(encoding="utf-8"))]

    assert headless == []


def test_action_names_are_unique_and_those_of_the_domain() -> None:
    names = [kind().name() for kind in ACTIONS]
    declared = {name for name in _domain("actions") if name.startswith(("action_", "validate_"))}

    assert [name for name, count in Counter(names).items() if count > 1] == []
    assert declared == set(names)


def test_no_action_is_forgotten_in_the_registry() -> None:
    for file in python_files("actions"):
        importlib.import_module(module_name(file))

    leaves = (kind for kind in _leaves(ServiceAction) if not kind.__module__.startswith("actions.questions"))
    forgotten = [kind.__qualname__ for kind in leaves if kind not in ACTIONS]

    assert forgotten == []


def _has_head(text: str) -> bool:
    first = text.splitlines()[:4]
    return any(line.startswith("version:") for line in first) and any(line.startswith("#") for line in first)


def _leaves(base: type[ServiceAction]) -> Iterator[type[ServiceAction]]:
    """Yields the actions nobody derives from, tests' own toys excepted."""
    below = [kind for kind in base.__subclasses__() if kind.__module__.startswith("actions.")]
    for kind in below:
        yield from _leaves(kind)
    if not below:
        yield base

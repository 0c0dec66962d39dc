"""How the entity finder was chosen: the chain over characters, its hints, another training of it, spaCy, rules alone.

python -m bench.nlu_entities [--epochs 8]

Every row is trained on data/nlu and judged by exact spans on the held-out sets, in one run on one machine.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pycrfsuite
import spacy
from rasa.shared.nlu.training_data.message import Message
from spacy.tokens import Doc
from spacy.training import Example

from bench.nlu_choices import SETS
from bot.importer import SkillDomainImporter
from bot.nlu.concepts import SpacyConceptMatcher
from bot.nlu.entities.places import Gazetteer
from bot.nlu.entities.rules import Extractors
from bot.nlu.entities.shapes import Scene, labels, shapes, stretches
from bot.nlu.entities.span import Span
from bot.nlu.entities.tagger import _annotated, _scene
from bot.nlu.normalizer import ChineseNormalizer
from bot.nlu.tokenizer import JiebaTokenizer
from runtime.clock import SHANGHAI
from tools.labelled import read_lines
from tools.quiet import keep_logs_off

_NOW = datetime(2026, 11, 21, 10, tzinfo=SHANGHAI)
_TARGETS = ("account_no", "phone", "amount", "date", "bill_period", "time_period", "address")
Spans = set[tuple[str, int, int]]
Finder = Callable[[Scene], Spans]


@dataclass(frozen=True)
class Marked:
    """A scene and what is marked in it."""

    scene: Scene
    spans: tuple[Span, ...]


class Material:
    """The marked sentences, prepared by the pipeline's own components."""

    def __init__(self, sets: Sequence[Path]) -> None:
        config = {**JiebaTokenizer.get_default_config(), "dictionary_path": "data/dictionary"}
        self._tokenizer = JiebaTokenizer.create(config, None, None, None)  # type: ignore[arg-type]
        defaults = SpacyConceptMatcher.get_default_config()
        self._concepts = SpacyConceptMatcher.create(defaults, None, None, None)  # type: ignore[arg-type]
        places = Path("data/dictionary/places.txt").read_text(encoding="utf-8").splitlines()
        self.rules = Extractors(Gazetteer.from_lines(places))
        data = SkillDomainImporter("config.yml", "domain.yml", ["data"]).get_nlu_data()
        self.taught = list(self._marked(data.training_examples))
        self.held = [row for file in sets for row in self._marked(_rows(file))]

    def _marked(self, messages: list[Message]) -> Iterator[Marked]:
        for message in self._concepts.process(ChineseNormalizer().process(messages)):
            message.set("text_tokens", self._tokenizer.tokenize(message, "text"))
            proposed = self.rules.find(message.get("text"), _NOW)
            yield Marked(_scene(message, message.get("intent") or "", proposed), tuple(_annotated(message)))


def _rows(file: Path) -> list[Message]:
    rows = read_lines(file, {"text": str, "intent": str, "entities": list})
    return [Message({"text": row["text"], "intent": row["intent"], "entities": row["entities"]}) for row in rows]


def chain(material: Material, algorithm: str, rounds: int, see: Callable[[Scene], Scene]) -> Finder:
    """Trains the chain by one of crfsuite's algorithms on scenes as `see` shows them."""
    trainer = pycrfsuite.Trainer(algorithm=algorithm, verbose=False)
    trainer.set_params({"max_iterations": rounds, "feature.possible_transitions": True, "feature.minfreq": 2})
    for row in material.taught:
        trainer.append(shapes(see(row.scene)), labels(row.scene.text, row.spans))
    with tempfile.TemporaryDirectory(prefix="gridtalk-bench-") as folder:
        file = Path(folder) / "chain.crfsuite"
        trainer.train(str(file))
        trained = file.read_bytes()
    tagger = pycrfsuite.Tagger()
    tagger.open_inmemory(trained)
    return lambda scene: set(stretches(tagger.tag(shapes(see(scene))))) if scene.text else set()


def spacy_ner(material: Material, epochs: int) -> Finder:
    """Trains spaCy's transition-based NER over characters."""
    nlp = spacy.blank("zh")
    ner = nlp.add_pipe("ner")
    examples = []
    for row in material.taught:
        doc = _doc(nlp, row.scene.text)
        tags = labels(row.scene.text, row.spans)
        spans = [(start, end, name) for name, start, end in stretches(tags)]
        for _, _, name in spans:
            ner.add_label(name)
        examples.append(Example.from_dict(doc, {"entities": spans}))
    optimizer = nlp.initialize(lambda: examples[:200])
    for _ in range(epochs):
        random.shuffle(examples)
        for start in range(0, len(examples), 128):
            nlp.update(examples[start : start + 128], sgd=optimizer, drop=0.2)

    def find(scene: Scene) -> Spans:
        doc = ner(_doc(nlp, scene.text)) if scene.text else None
        return {(entity.label_, entity.start, entity.end) for entity in doc.ents} if doc is not None else set()

    return find


def _doc(nlp: Any, text: str) -> Doc:
    return Doc(nlp.vocab, words=list(text), spaces=[False] * len(text))


def rows(material: Material, epochs: int) -> Iterator[tuple[str, Callable[[], Finder]]]:
    """Gives each contender by name."""
    names = {
        "rules alone": lambda: lambda scene: {(s.entity, s.start, s.end) for s in material.rules.find(scene.text, _NOW)}
    }
    yield from names.items()
    yield "chain, passive-aggressive, as shipped", lambda: chain(material, "pa", 15, lambda scene: scene)
    yield "chain, L-BFGS 50 rounds", lambda: chain(material, "lbfgs", 50, lambda scene: scene)
    yield "chain without rules and concepts", lambda: chain(material, "pa", 15, lambda scene: replace(scene, hints=()))
    yield "chain without the intent", lambda: chain(material, "pa", 15, lambda scene: replace(scene, intent=""))
    yield f"spaCy NER, {epochs} epochs", lambda: spacy_ner(material, epochs)


def judge(find: Finder, held: Sequence[Marked]) -> tuple[dict[str, float], float]:
    """Returns F1 by exact span (all, and each entity with a target), and milliseconds a sentence."""
    started = time.perf_counter()
    found = [find(row.scene) for row in held]
    took = (time.perf_counter() - started) * 1000 / len(held)
    gold = [{(span.entity, span.start, span.end) for span in row.spans} for row in held]
    scores = {"all": _f1(found, gold)}
    for name in _TARGETS:
        scores[name] = _f1([_only(name, spans) for spans in found], [_only(name, spans) for spans in gold])
    return scores, took


def _only(name: str, spans: Spans) -> Spans:
    return {span for span in spans if span[0] == name}


def _f1(found: Sequence[Spans], gold: Sequence[Spans]) -> float:
    hit = sum(len(a & b) for a, b in zip(found, gold, strict=True))
    return 2 * hit / max(sum(map(len, found)) + sum(map(len, gold)), 1)


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.nlu_entities", description=__doc__)
    parser.add_argument("--epochs", type=int, default=8)
    options = parser.parse_args(arguments)
    keep_logs_off()
    random.seed(7)
    material = Material([Path(name) for name in SETS[:2]])
    sys.stdout.write(f"| entities | all | {' | '.join(_TARGETS)} | training s | ms |\n|---|{'---:|' * 10}\n")
    for name, train in rows(material, options.epochs):
        started = time.perf_counter()
        find = train()
        seconds = time.perf_counter() - started
        scores, took = judge(find, material.held)
        cells = " | ".join(f"{score:.3f}" for score in scores.values())
        sys.stdout.write(f"| {name} | {cells} | {seconds:.0f} | {took:.2f} |\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())

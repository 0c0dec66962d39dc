"""How the understanding was chosen: a table of classifiers with views taken away or added.

python -m bench.nlu_choices [--sets tests/nlu/examiner_a.jsonl ...]

Every row is trained on data/nlu and judged on the held-out sets, in one run on one machine.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from bot.importer import SkillDomainImporter
from bot.nlu.augmentation import TrainingAugmenter
from bot.nlu.classifier import sentence_of
from bot.nlu.concepts import SpacyConceptMatcher
from bot.nlu.features import FeatureOptions, FeatureSpace, Sentence
from bot.nlu.normalizer import ChineseNormalizer
from bot.nlu.tokenizer import JiebaTokenizer
from tools.labelled import read_lines
from tools.quiet import keep_logs_off

SETS = ("tests/nlu/examiner_a.jsonl", "tests/nlu/examiner_b.jsonl", "tests/nlu/counter.jsonl")
_FULL = FeatureOptions()
_NO_VARIANTS: dict[str, Any] = {"slips": 0.0, "losses": 0.0}
_VARIANTS: dict[str, Any] = {"slips": 0.3, "losses": 0.3}


@dataclass(frozen=True)
class Choice:
    """One row: what is seen, what is added to the data, and what learns."""

    name: str
    options: FeatureOptions = _FULL
    variants: bool = True
    learner: str = "svm"
    regularization: float = 1.0
    lean: float = 0.2


CHOICES = (
    Choice("as shipped"),
    Choice("without slips and losses", variants=False),
    Choice("without concepts", replace(_FULL, concept_weight=0.0)),
    Choice("without sounds", replace(_FULL, sound_weight=0.0)),
    Choice("without words", replace(_FULL, word_weight=0.0)),
    Choice("words only", replace(_FULL, char_weight=0.0, sound_weight=0.0, concept_weight=0.0)),
    Choice("characters only", replace(_FULL, sound_weight=0.0, word_weight=0.0, concept_weight=0.0)),
    Choice("characters 1-3", replace(_FULL, char_n=3)),
    Choice("concepts counted double", replace(_FULL, concept_weight=1.0)),
    Choice("every feature seen once", replace(_FULL, min_count=1)),
    Choice("C 0.3", regularization=0.3),
    Choice("C 2", regularization=2.0),
    Choice("no lean to out of scope", lean=0.0),
    Choice("logistic regression", learner="logistic"),
    Choice("ridge", learner="ridge"),
    Choice("naive Bayes (complement)", learner="bayes"),
    Choice("nearest 12 neighbours", learner="neighbours"),
)


class Workshop:
    """The training data and the held-out sets, prepared once by the pipeline's own components."""

    def __init__(self, sets: Sequence[Path]) -> None:
        dictionary = {**JiebaTokenizer.get_default_config(), "dictionary_path": "data/dictionary"}
        self._tokenizer = JiebaTokenizer.create(dictionary, None, None, None)  # type: ignore[arg-type]
        lexicon = SpacyConceptMatcher.get_default_config()
        self._concepts = SpacyConceptMatcher.create(lexicon, None, None, None)  # type: ignore[arg-type]
        self.held = {file.stem: self._held(file) for file in sets}
        self._taught: dict[bool, tuple[list[Sentence], np.ndarray[Any, Any]]] = {}

    def taught(self, variants: bool) -> tuple[list[Sentence], np.ndarray[Any, Any]]:
        """Returns the training sentences and their intents, with variants or without."""
        if variants not in self._taught:
            data = SkillDomainImporter("config.yml", "domain.yml", ["data"]).get_nlu_data()
            data = ChineseNormalizer().process_training_data(data)
            settings = _VARIANTS if variants else _NO_VARIANTS
            data = TrainingAugmenter({**TrainingAugmenter.get_default_config(), **settings}).process_training_data(data)
            messages = data.intent_examples
            self._read(messages)
            labels = np.array([message.get("intent") for message in messages])
            self._taught[variants] = [sentence_of(message) for message in messages], labels
        return self._taught[variants]

    def _held(self, file: Path) -> tuple[list[Sentence], np.ndarray[Any, Any]]:
        from rasa.shared.nlu.training_data.message import Message

        rows = read_lines(file, {"text": str, "intent": str})
        messages = ChineseNormalizer().process([Message.build(row["text"]) for row in rows])
        self._read(messages)
        return [sentence_of(message) for message in messages], np.array([row["intent"] for row in rows])

    def _read(self, messages: list[Any]) -> None:
        for message in messages:
            message.set("text_tokens", self._tokenizer.tokenize(message, "text"))
        self._concepts.process(messages)


def _learners() -> dict[str, Callable[[Choice], Any]]:
    from sklearn.linear_model import LogisticRegression, RidgeClassifier
    from sklearn.naive_bayes import ComplementNB
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.svm import LinearSVC

    return {
        "svm": lambda choice: LinearSVC(C=choice.regularization, random_state=7),
        "logistic": lambda _: LogisticRegression(C=20, solver="liblinear"),
        "ridge": lambda _: RidgeClassifier(alpha=1.0),
        "bayes": lambda _: ComplementNB(alpha=0.3),
        "neighbours": lambda _: KNeighborsClassifier(12, metric="cosine", weights="distance"),
    }


def measure(choice: Choice, workshop: Workshop) -> tuple[list[tuple[float, float, float]], float]:
    """Returns accuracy, out-of-scope recall and wrong refusals for each set, and the seconds of training."""
    sentences, labels = workshop.taught(choice.variants)
    started = time.perf_counter()
    space = FeatureSpace.learn(sentences, choice.options)
    learner = _learners()[choice.learner](choice).fit(space.matrix(sentences), labels)
    seconds = time.perf_counter() - started
    results = []
    for texts, gold in workshop.held.values():
        found = _predict(learner, space.matrix(texts), choice.lean)
        outside = gold == "out_of_scope"
        refused = float((found[~outside] == "out_of_scope").mean())
        results.append((float((found == gold).mean()), float((found[outside] == gold[outside]).mean()), refused))
    return results, seconds


def _predict(learner: Any, matrix: Any, lean: float) -> np.ndarray[Any, Any]:
    if not hasattr(learner, "decision_function") or not lean:
        return np.asarray(learner.predict(matrix))
    margins = learner.decision_function(matrix)
    margins[:, list(learner.classes_).index("out_of_scope")] += lean
    return np.asarray(learner.classes_[margins.argmax(axis=1)])


def table(choices: Sequence[Choice], workshop: Workshop) -> Iterator[str]:
    """Gives the lines of the table, one a choice, as they are measured."""
    names = list(workshop.held)
    yield "| classifier | " + " | ".join(f"{name}: right / caught / refused" for name in names) + " | s |"
    yield "|---|" + "---:|" * (len(names) + 1)
    for choice in choices:
        results, seconds = measure(choice, workshop)
        cells = [f"{right:.1%} / {caught:.0%} / {refused:.1%}" for right, caught, refused in results]
        yield f"| {choice.name} | {' | '.join(cells)} | {seconds:.0f} |"


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.nlu_choices", description=__doc__)
    parser.add_argument("--sets", type=Path, nargs="+", default=[Path(name) for name in SETS])
    parser.add_argument("--only", help="a part of the names of the rows wanted")
    options = parser.parse_args(arguments)
    keep_logs_off()
    random.seed(7)
    workshop = Workshop(options.sets)
    wanted = [choice for choice in CHOICES if not options.only or options.only in choice.name]
    for line in table(wanted, workshop):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())

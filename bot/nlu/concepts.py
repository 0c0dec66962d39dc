"""Many ways of saying one thing become one concept: spaCy matches the lexicon over characters; it decides no intent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from spacy.matcher.phrasematcher import PhraseMatcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

from bot.nlu.errors import DictionaryMissing, ModelIncomplete
from bot.nlu.lexicons import read_lexicon

CONCEPTS = "concepts"
_LEXICON_FILE = "concepts.txt"


@dataclass(frozen=True)
class Concept:
    """A concept's name and the stretch of text that says it."""

    name: str
    start: int
    end: int


class ConceptLexicon:
    """Finds the lexicon's forms in a text; where two overlap, the longer one stands.

    The tokens are characters (the default segmenter of spaCy's `zh`), because words cut differently from sentence to
    sentence would hide 5% of the forms (docs/nlu.md).
    """

    def __init__(self, entries: Iterable[tuple[str, str]]) -> None:
        """Builds the matcher from (name, form) pairs."""
        self._vocab = Vocab()  # bare: nothing of a language is asked of it, only characters
        self._matcher = PhraseMatcher(self._vocab, attr="ORTH")
        forms: dict[str, list[str]] = {}
        for name, form in entries:
            forms.setdefault(name, []).append(form)
        for name, said in forms.items():  # one concept at a time: the documents of all would take 80 MB for a moment
            self._matcher.add(name, [self._doc(form) for form in said])

    def find(self, text: str) -> list[Concept]:
        """Returns the concepts of a normalised text, in its order."""
        if not text:
            return []
        matches = self._matcher(self._doc(text))
        longest_first = sorted(matches, key=lambda match: (match[1] - match[2], match[1]))
        taken = bytearray(len(text))
        found = []
        for key, start, end in longest_first:
            if not any(taken[start:end]):
                taken[start:end] = b"\x01" * (end - start)
                found.append(Concept(self._vocab.strings[key], start, end))
        return sorted(found, key=lambda concept: concept.start)

    def _doc(self, text: str) -> Doc:
        return Doc(self._vocab, words=[char.lower() for char in text], spaces=[False] * len(text))


# Registered as a featurizer because Rasa runs those over the training data too.
@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class SpacyConceptMatcher(GraphComponent):
    """Notes on each message which concepts of the lexicon it holds."""

    @staticmethod
    def supported_languages() -> list[str]:
        """See base class."""
        return ["zh"]

    @staticmethod
    def required_packages() -> list[str]:
        """See base class."""
        return ["spacy"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """See base class."""
        return {
            # folder of lexicon files (*.txt, "name: form form" a line, # comments); saved with the model
            "lexicon_path": "data/dictionary/concepts",
        }

    def __init__(self, lexicon: str, model_storage: ModelStorage, resource: Resource) -> None:
        """Builds the matcher from the lexicon's text."""
        self._lexicon = lexicon
        self._concepts = ConceptLexicon(read_lexicon(lexicon, _LEXICON_FILE))
        self._model_storage = model_storage
        self._resource = resource

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SpacyConceptMatcher:
        """See base class."""
        return cls(_read_folder(Path(config["lexicon_path"])), model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> SpacyConceptMatcher:
        """Loads the lexicon that training saved."""
        try:
            with model_storage.read_from(resource) as folder:
                lexicon = (Path(folder) / _LEXICON_FILE).read_text(encoding="utf-8")
        except (ValueError, FileNotFoundError) as error:
            raise ModelIncomplete("the model holds no concepts", resource=resource.name) from error
        return cls(lexicon, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Saves the lexicon with the model."""
        with self._model_storage.write_to(self._resource) as folder:
            (Path(folder) / _LEXICON_FILE).write_text(self._lexicon, encoding="utf-8")
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Sets the concepts of each message."""
        for message in messages:
            message.set(CONCEPTS, self._concepts.find(message.get(TEXT) or ""))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Sets the concepts of the training examples."""
        self.process(training_data.training_examples)
        return training_data


def _read_folder(folder: Path) -> str:
    files = sorted(folder.glob("*.txt"))
    if not files:
        raise DictionaryMissing("no lexicon of concepts in the folder", folder=str(folder))
    texts = {file: file.read_text(encoding="utf-8") for file in files}
    for file, text in texts.items():
        for _ in read_lexicon(text, str(file)):
            pass  # a wrong line is told with its file's name before the texts are joined
    return "\n".join(texts.values())

"""Words for the later rooms: jieba with the trade's own dictionary; it never touches jieba's process-wide dictionary."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jieba
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.errors import DictionaryMissing, ModelIncomplete

# Account numbers, phones and order numbers: a letter at most, then digits, with single hyphens inside; or spoken digits.
_NUMBER = re.compile(r"[A-Za-z]?\d{4,}(?:-\d+)*|[零〇一二三四五六七八九幺两洞拐]{5,}")
_WORDS_FILE, _COMMON_FILE = "words.txt", "common_words.txt"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=True)
class JiebaTokenizer(Tokenizer):
    """Cuts text into words with a private jieba and a dictionary saved with the model."""

    @staticmethod
    def supported_languages() -> list[str]:
        """See base class."""
        return ["zh"]

    @staticmethod
    def required_packages() -> list[str]:
        """See base class."""
        return ["jieba"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """See base class."""
        return {
            # folder of word lists (*.txt, "word frequency" a line, # comments); None: jieba's own words only
            "dictionary_path": None,
            # how often a word of jieba's own dictionary must have been seen to be kept: 70% of its 350,000 words were
            # seen fewer than ten times and would take 50 MB
            "least_frequency": 10,
            # whether intent names are split into parts
            "intent_tokenization_flag": False,
            # where intent names are split
            "intent_split_symbol": "_",
            # expression that splits tokens further
            "token_pattern": None,
            # where a response selector's intent splits into prefix and suffix
            "prefix_separator_symbol": None,
        }

    def __init__(self, config: dict[str, Any], storage: tuple[ModelStorage, Resource], words: str, common: str) -> None:
        """Builds the private dictionary from `words`, the text of the word lists, over `common`, jieba's own words."""
        super().__init__(config)
        self._model_storage, self._resource = storage
        self._words, self._common = words, common
        self._jieba = jieba.Tokenizer()
        self._jieba.FREQ, self._jieba.total = self._jieba.gen_pfdict(_NamedBytes(common.encode()))
        self._jieba.initialized = True
        self._jieba.load_userdict(io.StringIO(words))

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> JiebaTokenizer:
        """See base class."""
        words = _read_words(config["dictionary_path"])
        return cls(config, (model_storage, resource), words, _common_words(config["least_frequency"]))

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> JiebaTokenizer:
        """Loads the words that training saved, wherever the folder is now."""
        try:
            with model_storage.read_from(resource) as name:
                words, common = (
                    (Path(name) / file).read_text(encoding="utf-8") for file in (_WORDS_FILE, _COMMON_FILE)
                )
        except (ValueError, FileNotFoundError) as error:
            raise ModelIncomplete("the model holds no word list", resource=resource.name) from error
        return cls(config, (model_storage, resource), words, common)

    def train(self, training_data: TrainingData) -> Resource:
        """Saves the words with the model."""
        with self._model_storage.write_to(self._resource) as folder:
            (Path(folder) / _WORDS_FILE).write_text(self._words, encoding="utf-8")
            (Path(folder) / _COMMON_FILE).write_text(self._common, encoding="utf-8")
        return self._resource

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """See base class."""
        return self._apply_token_pattern(list(self._cut(message.get(attribute))))

    def _cut(self, text: str) -> Iterator[Token]:
        end = 0
        for number in _NUMBER.finditer(text):
            yield from self._cut_words(text[end : number.start()], end)
            yield Token(number.group(), number.start())
            end = number.end()
        yield from self._cut_words(text[end:], end)

    def _cut_words(self, text: str, offset: int) -> Iterator[Token]:
        for word, start, _ in self._jieba.tokenize(text):
            if not word.isspace():
                yield Token(word, offset + start)


class _NamedBytes(io.BytesIO):
    """What jieba reads a dictionary from: a binary file with a name."""

    name = _COMMON_FILE


def _common_words(least: int) -> str:
    """The words of jieba's dictionary that were seen often enough, in jieba's form."""
    with jieba.Tokenizer().get_dict_file() as file:
        lines = (line.split(" ") for line in file.read().decode("utf-8").splitlines())
        return "\n".join(f"{parts[0]} {parts[1]}" for parts in lines if int(parts[1]) >= least)


def _read_words(folder: str | None) -> str:
    if folder is None:
        return ""
    files = sorted(Path(folder).glob("*.txt"))
    if not files:
        raise DictionaryMissing("no word list in the dictionary folder", folder=folder)
    lines = (line.strip() for file in files for line in file.read_text(encoding="utf-8").splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("#"))

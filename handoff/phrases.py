"""The sentences the fork says to the customer, from `domain/human.yml`; no Chinese is written in code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from types import MappingProxyType

import yaml

from handoff.errors import PhraseError
from runtime.yaml_files import read_yaml


@dataclass(frozen=True)
class Phrases:
    """The responses of some domain files, by name."""

    texts: Mapping[str, str]

    @classmethod
    def load(cls, *paths: Path) -> Phrases:
        """Reads the first text of every response in the files.

        Raises:
            PhraseError: a file cannot be read, or a response has no text.
        """
        texts: dict[str, str] = {}
        for path in paths:
            texts |= _read(path)
        return cls(MappingProxyType(texts))

    def say(self, name: str, **blanks: object) -> str:
        """Returns the sentence with its blanks filled.

        Raises:
            PhraseError: there is no such sentence, or a blank of it is not given.
        """
        if name not in self.texts:
            raise PhraseError(f"no response {name}", response=name)
        text = self.texts[name]
        missing = sorted({field for _, field, _, _ in Formatter().parse(text) if field is not None} - set(blanks))
        if missing:
            raise PhraseError(f"{name} lacks {', '.join(missing)}", response=name, missing=missing)
        return text.format_map(blanks)


def _read(path: Path) -> dict[str, str]:
    try:
        responses = read_yaml(path)["responses"]
        return {name: str(variants[0]["text"]).strip() for name, variants in responses.items()}
    except (OSError, yaml.YAMLError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise PhraseError(f"{path} does not read as responses with a text", path=str(path)) from error

"""The words of the actions room, read from YAML: what customers say (words/), the labels of cards (domain/).

No Chinese stands in the code of this room; a name that the files do not hold is an error, not an empty string.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from actions.errors import WordingMissing
from runtime.yaml_files import read_yaml

T = TypeVar("T")
Labels = Mapping[str, str]
# A blank or a hyphen between digits belongs to the way people write long numbers in groups.
_GROUPING = re.compile(r"(?<=\d)[\s\-]+(?=\d)")
MOBILE = re.compile(r"1[3-9]\d{9}")
PHONE = re.compile(rf"{MOBILE.pattern}|0\d{{9,11}}")
# What a file of words may hold.
_SECTIONS = ("options", "values", "patterns", "spoken_digits", "themes")
_NOISE = re.compile(r"[\s,.!?~;:、，。！？；：…]+")


def plain(text: str) -> str:
    """Returns `text` without blanks, punctuation, or differences of width and case."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", text)).lower()


def digit_runs(text: str) -> list[str]:
    """Lists the numbers in `text`, with the blanks and hyphens people put into long ones taken out."""
    return re.findall(r"\d+", _GROUPING.sub("", unicodedata.normalize("NFKC", text)))


@dataclass(frozen=True)
class Wording:
    """Every word list and label the actions need; built once in `__main__` and handed down."""

    options: Mapping[str, Mapping[str, tuple[str, ...]]]
    values: Mapping[str, str]
    labels: Mapping[str, Labels]
    # who is responsible, and for which themes of a message; the first line that fits counts
    themes: tuple[tuple[str, frozenset[str]], ...]
    # shapes of answers, tried on `plain` text
    patterns: Mapping[str, re.Pattern[str]]
    # a digit as it is spoken -> the digit
    spoken_digits: Mapping[str, str]
    # the names of the sentences that the domain has
    responses: frozenset[str] = frozenset()

    @classmethod
    def load(cls, words_dir: Path, domain_dir: Path) -> Wording:
        """Reads the word lists and the `utter_*_words` label responses of the domain files.

        Raises:
            WordingMissing: there are no files, or two of them hold the same name.
        """
        words = _merged(sorted(words_dir.glob("*.yml")))
        options = {
            name: {value: tuple(plain(said) for said in says) for value, says in choices.items()}
            for name, choices in words["options"].items()
        }
        themes = tuple((line["who"], frozenset(line["of"])) for line in words["themes"]["themes"])
        patterns = {name: re.compile(pattern) for name, pattern in words["patterns"].items()}
        spoken = {char: digit for digit, chars in words["spoken_digits"].items() for char in chars}
        responses = _responses(sorted(domain_dir.glob("*.yml")))
        labels = {name: items[0]["custom"] for name, items in responses.items() if name.endswith("_words")}
        return cls(options, words["values"], labels, themes, patterns, spoken, frozenset(responses))

    def value(self, name: str) -> str:
        """Returns the taxonomy's own spelling of a value the code compares with or sends.

        Raises:
            WordingMissing: no file of words has such a value.
        """
        return _found(self.values, name)

    def of(self, name: str) -> Labels:
        """Returns the labels held by the response `name`.

        Raises:
            WordingMissing: no domain file holds them.
        """
        return _found(self.labels, name)

    def option(self, name: str, text: str) -> str | None:
        """Reads which option of the list `name` a text means: the longest phrase that it holds wins."""
        said = plain(text)
        choices = self.options.get(name, {}).items()
        hits = [(len(phrase), value) for value, phrases in choices for phrase in phrases if phrase in said]
        return max(hits)[1] if hits else None

    def is_exactly(self, name: str, text: str) -> str | None:
        """Reads an option only when the text is nothing but one of its phrases, as a pressed button is."""
        said = plain(text)
        return next((value for value, phrases in self.options.get(name, {}).items() if said in phrases), None)

    def says_only(self, name: str, text: str) -> str | None:
        """Reads an option only when the text holds nothing beside its phrases but particles."""
        value = self.option(name, text)
        return None if value is None or self.without((name, "particles"), text) else value

    def without(self, names: Iterable[str], text: str) -> str:
        """Returns what is left of a text when the phrases of these lists are taken out, the longest first."""
        said = plain(text)
        for phrase in sorted((phrase for name in names for phrase in self.phrases(name)), key=len, reverse=True):
            said = said.replace(phrase, "")
        return said

    def holds(self, name: str, text: str) -> bool:
        """Tells whether a shape stands anywhere in the text."""
        return bool(self.patterns[name].search(text))

    def has(self, response: str) -> bool:
        """Tells whether the domain has such a sentence."""
        return response in self.responses

    def is_shaped(self, name: str, text: str) -> bool:
        """Tells whether the whole text has a shape."""
        return bool(self.patterns[name].fullmatch(plain(text)))

    def digit_runs(self, text: str) -> list[str]:
        """Lists the numbers in a text, also where the digits are spoken one by one."""
        return digit_runs(self.patterns["spoken_number"].sub(self._digits, text))

    def _digits(self, spoken: re.Match[str]) -> str:
        return "".join(self.spoken_digits.get(char, char) for char in spoken.group() if not char.isspace())

    def phrases(self, name: str, value: str = "") -> tuple[str, ...]:
        """Lists the phrases of an option list, or of one of its values, as `plain` writes them."""
        choices = self.options.get(name, {})
        return tuple(phrase for key, phrases in choices.items() for phrase in phrases if value in ("", key))

    def responsible(self, themes: Collection[str]) -> str | None:
        """Names who is responsible for what a message speaks of."""
        return next((who for who, names in self.themes if names.intersection(themes)), None)

    def moment(self, when: datetime, now: datetime) -> str:
        """Writes a time as people say it on the day of `now`."""
        words, day = self.of("utter_shared_words"), (when.date() - now.date()).days
        shape = words["moment_today"] if day == 0 else words["moment_tomorrow"] if day == 1 else words["moment_day"]
        return shape.format(month=when.month, day=when.day, time=when.strftime("%H:%M"))

    def day(self, when: date) -> str:
        """Writes a date without its year."""
        return self.of("utter_shared_words")["day"].format(month=when.month, day=when.day)

    def month(self, period: str) -> str:
        """Writes a period YYYY-MM."""
        year, month = period.split("-")
        return self.of("utter_shared_words")["month"].format(year=year, month=int(month))


def money(amount: Decimal) -> str:
    """Writes an amount of yuan with two decimals."""
    return f"{amount:.2f}"


def energy(kwh: Decimal) -> str:
    """Writes a quantity or a unit price without needless zeros."""
    return f"{kwh.normalize():f}"


def _found(words: Mapping[str, T], name: str) -> T:
    if name not in words:
        raise WordingMissing(name, name=name)
    return words[name]


def _merged(files: Iterable[Path]) -> dict[str, dict[str, Any]]:
    words: dict[str, dict[str, Any]] = {name: {} for name in _SECTIONS}
    for file in files:
        for section, held in read_yaml(file).items():
            names = held if isinstance(held, dict) else {section: held}
            twice = set(names) & set(words[section])
            if twice:
                raise WordingMissing(f"{file.name}: another file holds {sorted(twice)} too", name=file.name)
            words[section] |= names
    return words


def _responses(files: Iterable[Path]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for file in files:
        found |= (read_yaml(file) or {}).get("responses") or {}
    return found

"""How characters are read: the answers of pypinyin without tones, from tables a fiftieth as large as its own.

pypinyin keeps every phrase as lists of lists: 56 MB in each process, a third of a second at each start. Here a table of
characters and the few phrases that are read otherwise than their characters are made from it once, in a process that
ends (`python -m runtime.readings FOLDER`), and kept (`runtime.kept`). What is answered is the same (tested).
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import unicodedata
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from runtime.kept import kept

_PROJECT = Path(__file__).parent.parent
_FORMAT, _FILE = 1, "readings.json"


@dataclass(frozen=True)
class Readings:
    """The tables.

    Args:
        chars: every character that has a reading, sorted.
        numbers: for each of them, which syllable it is.
        syllables: the syllables that a character alone may be read as.
        every: those and the ones of its other readings.
        phrases: by their first character, the phrases that a text is cut into, a line each.
        odd: the phrases that are read otherwise than character by character.
        chinese: what is cut into phrases at all.
    """

    chars: str
    numbers: array[int]
    syllables: tuple[str, ...]
    every: frozenset[str]
    phrases: dict[str, str]
    odd: dict[str, tuple[str, ...]]
    chinese: re.Pattern[str]

    def of_char(self, char: str) -> str:
        """The first reading of a character, without tone; nothing when it has none."""
        place = bisect_left(self.chars, char)
        found = place < len(self.chars) and self.chars[place] == char
        return self.syllables[self.numbers[place]] if found else ""

    def of_text(self, text: str) -> Iterator[str]:
        """The syllables of a text; what stands between Chinese comes whole."""
        for run in self.chinese.split(text):
            if not run:
                continue
            if not self.chinese.match(run):
                yield run
                continue
            for piece in self._cut(run):
                yield from self.odd.get(piece) or [self.of_char(char) or char for char in piece]

    def _cut(self, run: str) -> Iterator[str]:
        """Cuts as pypinyin's segmenter: the longest phrase from here on, or one character."""
        while run:
            group = self.phrases.get(run[0], "")
            longest, end = 0, 1
            while end <= len(run) and f"\n{run[:end]}" in group:
                if f"\n{run[:end]}\n" in group:
                    longest = end
                end += 1
            if end > len(run) and not longest:  # the rest begins a phrase and is none: pypinyin looks no further
                yield from run
                return
            yield run[: longest or 1]
            run = run[longest or 1 :]


@lru_cache(maxsize=1)
def readings() -> Readings:
    """The tables, made at the first start on a machine."""
    folder = kept("readings", f"pypinyin-{version('pypinyin')}-{_FORMAT}", _make_elsewhere)
    made = json.loads((folder / _FILE).read_text(encoding="utf-8"))
    return Readings(
        chars=made["chars"],
        numbers=array("H", made["numbers"]),
        syllables=tuple(made["syllables"]),
        every=frozenset(made["every"]),
        phrases=made["phrases"],
        odd={phrase: tuple(read.split(" ")) for phrase, read in made["odd"].items()},
        chinese=re.compile(made["chinese"]),
    )


def toneless(reading: str) -> str:
    """A syllable without the mark of its tone; `v` stands for the u with two dots."""
    spelled = unicodedata.normalize("NFD", reading).replace("u\u0308", "v")
    return "".join(char for char in spelled if not unicodedata.combining(char))


def _make_elsewhere(folder: Path) -> None:
    command = [sys.executable, "-W", "ignore", "-m", "runtime.readings", str(folder)]
    subprocess.run(command, cwd=_PROJECT, check=True)


def _make(folder: Path) -> None:
    from pypinyin import lazy_pinyin  # heavy: only in the process that makes the tables
    from pypinyin.constants import RE_HANS
    from pypinyin.phrases_dict import phrases_dict
    from pypinyin.pinyin_dict import pinyin_dict

    first = {chr(code): toneless(read.split(",")[0]) for code, read in pinyin_dict.items()}
    syllables = sorted(set(first.values()))
    number = {syllable: place for place, syllable in enumerate(syllables)}
    groups: dict[str, list[str]] = {}
    odd = {}
    for phrase in sorted(phrases_dict):
        groups.setdefault(phrase[0], []).append(phrase)
        read = lazy_pinyin(phrase)
        if read != [first.get(char) or char for char in phrase]:
            odd[phrase] = " ".join(read)
    made = {
        "chars": "".join(sorted(first)),
        "numbers": [number[first[char]] for char in sorted(first)],
        "syllables": syllables,
        "every": sorted({toneless(read) for reads in pinyin_dict.values() for read in reads.split(",")}),
        "phrases": {char: "\n".join(["", *phrases, ""]) for char, phrases in groups.items()},
        "odd": odd,
        # Split by it, a text falls into what is Chinese and what is not, both kept.
        "chinese": f"({RE_HANS.pattern.removeprefix('^').removesuffix('$')})",
    }
    (folder / _FILE).write_text(json.dumps(made, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    _make(Path(sys.argv[1]))

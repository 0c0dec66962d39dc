"""What an entity's words mean: values learned from the annotated data, nearest for words not seen; numbers are the rules' work."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

from bot.nlu.entities.span import Span

_VALUES_FILE = "values.json"


class ValueBook:
    """The values of entities whose words stand for something else: 黑灯瞎火 is 全无电."""

    def __init__(self, meanings: dict[str, dict[str, str]]) -> None:
        """Keeps, for each entity, words and their value."""
        self._meanings = meanings
        self._pieces = {
            entity: [(_pieces(words), value) for words, value in known.items()] for entity, known in meanings.items()
        }

    @classmethod
    def learn(cls, said: Iterable[tuple[str, Span]]) -> ValueBook:
        """Learns from (words, span) pairs; entities whose words are their own value are left out."""
        votes: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
        for words, span in said:
            votes[span.entity][words][span.value] += 1
        named = {
            entity: known
            for entity, known in votes.items()
            if any(value != words for words, values in known.items() for value in values)
        }
        return cls(
            {
                entity: {words: values.most_common(1)[0][0] for words, values in sorted(known.items())}
                for entity, known in sorted(named.items())
            }
        )

    def __contains__(self, entity: str) -> bool:
        """Tells whether the entity's words stand for something else."""
        return entity in self._meanings

    def value(self, entity: str, words: str) -> str | None:
        """Returns the value of the words; of words not seen, the value of the likest; None when none is like them."""
        known = self._meanings[entity].get(words)
        if known is not None:
            return known
        asked = _pieces(words)
        scores: Counter[str] = Counter()
        for pieces, value in self._pieces[entity]:
            shared = len(asked & pieces)
            if shared:
                scores[value] = max(scores[value], round(1000 * shared / len(asked | pieces)))
        return scores.most_common(1)[0][0] if scores else None

    def save(self, folder: Path) -> None:
        """Writes the book."""
        (folder / _VALUES_FILE).write_text(json.dumps(self._meanings, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> ValueBook:
        """Reads what `save` wrote."""
        return cls(json.loads((folder / _VALUES_FILE).read_text(encoding="utf-8")))


def _pieces(words: str) -> frozenset[str]:
    return frozenset([*words, *(words[start : start + 2] for start in range(len(words) - 1))])

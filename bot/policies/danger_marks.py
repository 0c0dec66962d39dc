"""What the words of danger say of a text, as marks for the gate's classifier; it decides nothing.

Three questions are put to a text: which words follow which, how the text is built, and whether each sign of danger is
in the reach of a word that denies, supposes, dates or borrows it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from bot.nlu.features import Sentence
from bot.policies.danger_words import CLAUSE, Word

# Families of signs.txt: what danger is seen by, and what it happens to.
_SIGNS = frozenset(
    {"spark", "glow", "sound", "boom", "smoke", "fire", "smell", "hot", "shock", "hurt"}
    | {"down", "tilt", "water", "oil", "bare", "climb"}
)
_SUBJECTS = frozenset({"wire", "pole", "equip", "meter", "inside", "metal"})
# Families of modes.txt that may take a sign back.
_TAKING_BACK = frozenset(
    {"over", "fixed", "deny", "suppose", "ask", "spoken", "figure", "trade", "calm"}
    | {"unsure", "device", "money", "outage"}
)
_TAIL = " ,，。.!！~～"
# How many words ahead an ordered pair may reach, and how many subjects of a clause count.
_REACH, _SUBJECTS_TOLD = 7, 2


def describe(text: str, found: Sequence[Word]) -> Sentence:
    """Returns a normalised text as the classifier sees it: groups, families, pairs near and far, and their reach."""
    marks = (*_pairs(found), *_frame(text, found), *_reach(found))
    families = tuple(word.family for word in found)
    return Sentence(text, words=families, concepts=tuple(word.group for word in found), marks=marks)


def _pairs(words: Sequence[Word]) -> Iterator[str]:
    """Ordered pairs: `deny<smoke` somewhere in the text, `deny<<smoke` in one clause; of families with a `~`."""
    families = [word.family for word in words]
    for number, word in enumerate(words):
        for later in range(number + 1, min(number + 1 + _REACH, len(words))):
            other, pair = words[later], f"{families[number]}<{families[later]}"
            yield from (f"{word.group}<{other.group}", f"~{pair}")
            if word.clause == other.clause:
                yield from (f"{word.group}<<{other.group}", f"~<{pair}")


def _frame(text: str, words: Sequence[Word]) -> Iterator[str]:
    """How long the text is, how it begins and ends, and what its last clause speaks of."""
    clauses = sum(1 for _ in CLAUSE.finditer(text))
    tail = text.rstrip(_TAIL)
    yield from (f"length {min(len(text) // 8, 6)}", f"clauses {min(clauses, 5)}")
    yield from (f"end {tail[-1:]}", f"end {tail[-2:]}", f"begin {text[:2]}")
    if text.rstrip().endswith(("?", "\uff1f")):
        yield "asks"
    if "!" in text or "\uff01" in text:
        yield "calls"
    if words:
        yield from (f"first {words[0].group}", f"last {words[-1].group}")
    yield from (f"in the end {word.group}" for word in words if word.clause == clauses - 1)


def _reach(words: Sequence[Word]) -> Iterator[str]:
    """For each sign: what may take it back in its clause and elsewhere; a sign that nothing takes back is bare."""
    clauses = [list(members) for _, members in groupby(words, key=lambda word: word.clause)]
    everywhere = {word.family for word in words if word.family in _TAKING_BACK}
    bare = 0
    for number, clause in enumerate(clauses):
        families = [word.family for word in clause]
        taken_back = bool(_TAKING_BACK.intersection(families))
        signs = [place for place, family in enumerate(families) if family in _SIGNS]
        yield from _subjects(families, signs, taken_back)
        for place in signs:
            yield from _neighbours(clause, families, place)
            if not taken_back:
                bare += 1
                yield from _bare(families[place], everywhere, last=number == len(clauses) - 1)
    yield f"bares {min(bare, 3)}"


def _neighbours(clause: Sequence[Word], families: Sequence[str], place: int) -> Iterator[str]:
    """The words nearest before and after a sign that may take it back."""
    before = [clause[at].group for at in range(place) if families[at] in _TAKING_BACK]
    after = [clause[at].group for at in range(place + 1, len(clause)) if families[at] in _TAKING_BACK]
    yield f"{families[place]} after {before[-1] if before else '-'}"
    yield f"{families[place]} before {after[0] if after else '-'}"


def _bare(sign: str, elsewhere: set[str], *, last: bool) -> Iterator[str]:
    yield f"bare {sign}"
    if last:
        yield f"bare {sign} in the end"
    yield from (f"bare, elsewhere {family}" for family in sorted(elsewhere))
    if not elsewhere:
        yield from ("all bare", f"all bare {sign}")


def _subjects(families: Sequence[str], signs: Sequence[int], taken_back: bool) -> Iterator[str]:
    """What the signs of a clause happen to."""
    subjects = [family for family in families if family in _SUBJECTS]
    if signs and not subjects:
        yield f"nothing does {families[signs[0]]}"
    for subject in subjects[:_SUBJECTS_TOLD]:
        yield from (f"{subject} does {families[place]}{'' if taken_back else ', bare'}" for place in signs)

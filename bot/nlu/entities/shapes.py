"""What the tagger sees of each character: its neighbours, its word, what the rules and the lexicon say there; pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.nlu.entities.span import Span

_PAD = 3
OUTSIDE = "O"


@dataclass(frozen=True)
class Scene:
    """One normalised text with what earlier components made of it.

    Attributes:
        text: the normalised text.
        words: its words as (start, end), in order.
        intent: what the sentence is about, as far as known.
        hints: stretches named by rules and lexicon: a rule's guess at an entity, a concept.
    """

    text: str
    words: tuple[tuple[int, int], ...]
    intent: str
    hints: tuple[tuple[str, int, int], ...]


def shapes(scene: Scene) -> list[list[str]]:
    """Returns the features of each character, as strings."""
    text = scene.text
    padded = "\x02" * _PAD + text + "\x03" * _PAD
    words = _words(text, scene.words)
    found = [_around(padded, place + _PAD) for place in range(len(text))]
    for place, (part, word, before, after) in enumerate(words):
        found[place] += [
            f"s={part}",
            f"w={word}",
            f"p={before}",
            f"n={after}",
            f"pw={before}/{word}",
            f"wn={word}/{after}",
        ]
        found[place].append(f"i={scene.intent}")
    for name, start, end in scene.hints:
        for place in range(start, min(end, len(text))):
            where = "B" if place == start else "I"
            found[place] += [f"h={where}{name}", f"hi={name}/{scene.intent}"]
        if start:
            found[start - 1].append(f"h+={name}")
        if end < len(text):
            found[end].append(f"h-={name}")
    return found


def labels(text: str, entities: Iterable[Span]) -> list[str]:
    """Returns B-, I- and O for each character; of two that overlap the first stands."""
    tags = [OUTSIDE] * len(text)
    for span in entities:
        if span.end <= len(text) and all(tag == OUTSIDE for tag in tags[span.start : span.end]):
            tags[span.start : span.end] = [f"B-{span.entity}"] + [f"I-{span.entity}"] * (span.end - span.start - 1)
    return tags


def stretches(tags: Sequence[str]) -> list[tuple[str, int, int]]:
    """Returns (entity, start, end) of each run of labels; an I- without its B- begins one."""
    found: list[tuple[str, int, int]] = []
    entity, start = "", 0
    for place, tag in enumerate([*tags, OUTSIDE]):
        goes_on = tag.startswith("I-") and tag[2:] == entity
        if not goes_on:
            if entity:
                found.append((entity, start, place))
            entity, start = ("" if tag == OUTSIDE else tag[2:]), place
    return found


def _around(padded: str, at: int) -> list[str]:
    char = padded[at]
    return [
        "b",
        f"0{char}",
        f"-1{padded[at - 1]}",
        f"+1{padded[at + 1]}",
        f"-2{padded[at - 2]}",
        f"+2{padded[at + 2]}",
        f"-3{padded[at - 3]}",
        f"+3{padded[at + 3]}",
        f"-10{padded[at - 1 : at + 1]}",
        f"01{padded[at : at + 2]}",
        f"-2-1{padded[at - 2 : at]}",
        f"12{padded[at + 1 : at + 3]}",
        f"-101{padded[at - 1 : at + 2]}",
        f"-210{padded[at - 2 : at + 1]}",
        f"012{padded[at : at + 3]}",
        f"k{_kind(char)}",
    ]


def _kind(char: str) -> str:
    if char.isdigit():
        return "d"
    if char.isascii():
        return "a" if char.isalpha() else "p"
    return "h" if "\u4e00" <= char <= "\u9fff" else "p"


def _words(text: str, bounds: Sequence[tuple[int, int]]) -> list[tuple[str, str, str, str]]:
    """For each character: its part of its word, the word, the words before and behind."""
    found = [("S", char, "", "") for char in text]
    names = ["", *(text[start:end] for start, end in bounds), ""]
    for number, (start, end) in enumerate(bounds, start=1):
        last = end - start - 1
        for place in range(start, min(end, len(text))):
            step = place - start
            part = "S" if last == 0 else "B" if step == 0 else "E" if step == last else "M"
            found[place] = (part, names[number], names[number - 1], names[number + 1])
    return found

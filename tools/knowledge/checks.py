"""What may be wrong with a curated answer, said in one sentence each, in the words of an editor."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date

from actions.knowledge_base import Entry, KnowledgeBase
from actions.knowledge_facts import PLACEHOLDER, guide_pieces
from actions.wording import Wording
from backend.models import ApplicationGuide
from backend.wire import applications as wire
from conversation.reply import BUBBLE_CHARACTERS
from tools.knowledge import figures
from utility.applications import rules
from utility.applications import wire as show
from utility.applications.catalogue import read_books
from utility.regions import regions_of
from utility.seed.file import read_city

INTENTS = frozenset({"ask_tariff_policy", "ask_procedure", "ask_safety_saving", "ask_channel_info"})
_WORDS_DIR, _DOMAIN = figures.PROJECT / "actions" / "words", figures.PROJECT / "domain"
_LEAST_QUESTIONS, _LONGEST_TITLE = 3, 20
# A quantity belongs into a table; telephone numbers and the names of documents are words.
_TYPED = re.compile(
    r"(?<![\d〔.])\d+(?:\.\d+)?\s*(?:元|度|天|日|个?工作日|小时|分钟|%|米|千瓦|伏|年|个?月|人|倍|分(?!钟|户|步|开|别))"
)
# What the utility is asked for while a customer waits; named here so that a slip of the pen is found.
_HALLS = ("hours", "days", "where", "phones", "services", "machines")
_MINE = ("tail", "used", "tier", "left", "plan_since", "no_tou", "free", "month", "issued", "due", "status")
LIVE = frozenset(
    {"region", "today", "price_note", "manager.text", *(f"halls.{n}" for n in _HALLS), *(f"mine.{n}" for n in _MINE)}
)


def findings(base: KnowledgeBase, day: date) -> list[str]:
    """Everything that is wrong with the answers on `day`."""
    known = base.figures_at(day)
    pieces = guides(known, day)
    shared = Counter(title for title in (entry.title for entry in base.entries))
    asked = Counter(text for entry in base.entries for text in {*entry.asked})
    found = [finding for entry in base.entries for finding in _of_entry(entry, known | pieces, day)]
    found += [f"The title {title!r} stands on {count} answers." for title, count in shared.items() if count > 1]
    found += [f"The question {text!r} stands under {count} answers." for text, count in asked.items() if count > 1]
    if figures.FILE.read_text(encoding="utf-8") != figures.written(figures.made()):
        found.append("standards.yml differs from the utility's tables: run python -m tools.knowledge figures.")
    return found


def guides(known: dict[str, str], day: date) -> dict[str, str]:
    """The pieces of every business's guide, as the utility would tell them on `day`."""
    words = Wording.load(_WORDS_DIR, _DOMAIN).of("utter_knowledge_words")
    return {
        f"guide.{guide.code}.{name}": text
        for guide in _guides(known, day)
        for name, text in guide_pieces(guide, words, known).items()
    }


def _guides(known: dict[str, str], day: date) -> Iterator[ApplicationGuide]:
    version = read_books().catalogue.at(day, regions_of(read_city()["utility"]["province_table"]))
    for kind in version.value.types:
        name = rules.limit_name(kind, {})
        limit = show.limit(name, int(known[f"limit.{name}.n"]), day.isoformat(), "") if name else None
        yield wire.guide(show.business_type(kind, {}, limit, version))


def _of_entry(entry: Entry, known: dict[str, str], day: date) -> Iterator[str]:
    """The findings of one answer."""
    if entry.intent not in INTENTS:
        yield f"{entry.id}: the intent {entry.intent} is none of {', '.join(sorted(INTENTS))}."
    if entry.valid_until < day:
        yield f"{entry.id}: it was valid until {entry.valid_until}; check it and set a new day."
    if len(entry.questions) < _LEAST_QUESTIONS:
        yield f"{entry.id}: {len(entry.questions)} ways of asking are too few to be found by."
    if len(entry.title) > _LONGEST_TITLE:
        yield f"{entry.id}: the title has {len(entry.title)} characters, a button holds {_LONGEST_TITLE}."
    for text in (entry.answer, *entry.mine):
        yield from (f"{entry.id}: {finding}" for finding in _of_text(text, known))


def _of_text(text: str, known: dict[str, str]) -> Iterator[str]:
    names = PLACEHOLDER.findall(text)
    yield from (f"no table holds {{{name}}}." for name in names if name not in known and name not in LIVE)
    typed = _TYPED.search(PLACEHOLDER.sub("", text))
    if typed:
        yield f"{typed[0]!r} is typed by hand: name the figure of a table instead."
    length = len(PLACEHOLDER.sub(_longest(known), text))
    if length > BUBBLE_CHARACTERS:
        yield f"the answer has {length} characters with its figures, a bubble holds {BUBBLE_CHARACTERS}."
    if "{" in PLACEHOLDER.sub("", text):
        yield "a brace is left open."


def _longest(known: dict[str, str]) -> Callable[[re.Match[str]], str]:
    return lambda found: known.get(found[1], "0" * 30 if found[1] == "price_note" else "0" * 6)

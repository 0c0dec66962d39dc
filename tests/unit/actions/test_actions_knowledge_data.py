"""The curated answers hold on the demo's day, their figures are the utility's, and held-out questions find them."""

from __future__ import annotations

import asyncio
from datetime import date
from decimal import Decimal

import pytest

from actions.errors import WordingMissing
from actions.knowledge_base import KnowledgeBase
from actions.knowledge_search import first
from bench.knowledge import BestMatching, hints_of, misses, read
from conversation.identity import ChannelName, ChannelUser
from tests.builders import Counter, read_knowledge
from tools.knowledge import checks, figures

DEMO_DAY = date(2026, 11, 21)
LIN = "6201011006117"
# What our search gets right of the held-out questions at the first answer, and how far it leaves BM25 behind.
_RIGHT, _AHEAD = 0.88, 0.10


def test_an_editor_would_find_nothing_wrong() -> None:
    assert checks.findings(read_knowledge().base, DEMO_DAY) == []


def test_there_are_answers_enough_besides_the_guides() -> None:
    written = [entry for entry in read_knowledge().base.entries if "." not in entry.id]

    assert len(written) >= 120


def test_figures_are_those_of_the_utilitys_tables() -> None:
    assert figures.FILE.read_text(encoding="utf-8") == figures.written(figures.made())


def test_prices_are_those_an_account_is_billed_by() -> None:
    known = read_knowledge().base.figures_at(DEMO_DAY)
    counter = Counter(bound=(LIN,))

    view = asyncio.run(counter.backend.tariff(LIN, ChannelUser(ChannelName.WEB, "visitor")))

    assert [Decimal(known[f"tariff.tier{tier.tier}.price"]) for tier in view.tiers] == [t.price for t in view.tiers]
    assert [Decimal(known[f"tariff.tier{tier}.other"]) for tier in (1, 2)] == list(view.bounds or ())


@pytest.mark.parametrize("spoilt", ["{limit.of_nothing}", "只要 3 天", "长" * 301], ids=["no table", "typed", "long"])
def test_a_spoilt_answer_is_told_in_a_sentence(spoilt: str) -> None:
    entry = read_knowledge().base.entries[0]
    base = KnowledgeBase((type(entry)(**{**entry.__dict__, "answer": spoilt}),), read_knowledge().base.figures)

    found = [finding for finding in checks.findings(base, DEMO_DAY) if finding.startswith(entry.id)]

    assert len(found) == 1


def test_ways_of_asking_for_no_entry_are_refused(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("knowledge")
    (folder / "ways.yml").write_text("ways: {nothing: [什么]}\n", encoding="utf-8")

    with pytest.raises(WordingMissing):
        KnowledgeBase.read(folder)


def test_held_out_questions_find_their_answer() -> None:
    index, rows = read_knowledge(), read("measured")

    wrong = misses(lambda row: first(index, row["say"], intent=row["intent"], hints=hints_of(row)).entry.id, rows)
    rival = misses(BestMatching(index.base), rows)

    assert len(rows) >= 150
    assert 1 - len(wrong) / len(rows) >= _RIGHT
    assert (len(rival) - len(wrong)) / len(rows) >= _AHEAD

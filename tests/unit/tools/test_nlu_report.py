"""The report of the understanding: what it calls reached, what it says is missing, and what it leaves alone."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tools import train
from tools.measure_danger import measure
from tools.nlu_figures import Parsed, report
from tools.nlu_report import targets
from tools.nlu_report.copies import copies, training_texts
from tools.nlu_report.findings import DangerSet, Findings, SentenceSet, groups, training_seconds
from tools.nlu_report.markdown import escaped
from tools.nlu_report.memory import Memory
from tools.nlu_report.page import EMPTY_PAGE, between, render
from tools.nlu_report.picture import draw
from tools.nlu_report.statistics import interval
from tools.say import ToolError

MACHINE = {"system": "Linux x86_64", "processor": "Abacus", "cores": 2, "memory_gb": 8}


def _row(gold: str, predicted: str, tag: str = "clean", text: str = "电费|多少") -> Parsed:
    row = {"text": text, "intent": gold, "tags": [tag], "entities": []}
    return Parsed(row, predicted, 0.9, predicted, 0.9, frozenset(), 2.0, 1.0)


def _set(title: str, *rows: Parsed) -> SentenceSet:
    return SentenceSet(title, rows, report(Path("f"), rows, 0.25))


class _BlindGate:
    def check(self, text: str) -> None:
        """Sees nothing."""


def _danger() -> dict[str, Any]:
    return measure([{"text": "有人触电了", "danger": True, "kind": "shock"}], _BlindGate())


def _findings(*rows: Parsed, held_out: dict[str, Any] | None = None) -> Findings:
    one = _set("Examiner A", *(rows or (_row("deny", "deny"), _row("out_of_scope", "out_of_scope", "typo"))))
    return Findings(
        model="gridtalk-1.tar.gz",
        is_stale=False,
        measured_at="2026-11-21T10:00+08:00",
        command="make nlu",
        machine=MACHINE,
        load=0.1,
        versions={"rasa": "3.6.21"},
        pooled=one,
        sets=(one,),
        danger=(DangerSet("Held out", "danger_examiner.jsonl", held_out), DangerSet("Development", "d", _danger())),
        memory=Memory(500.0, 520.0, 600.0, 610.0, 200),
        training_seconds=None,
        groups={"deny": "conversation"},
        copied={"holdout.jsonl": []},
    )


def _reached(findings: Findings) -> dict[str, bool | None]:
    return {row.wanted.name: row.reached for row in targets.rows(findings)}


def test_a_target_is_reached_missed_or_not_measured() -> None:
    reached = _reached(_findings(_row("deny", "deny"), _row("deny", "affirm", "typo")))

    assert (reached["everyday (clean)"], reached["hard: typo"], reached["hard: voice"]) == (True, False, None)


def test_the_limit_itself_is_reached() -> None:
    rows = [_row("deny", "deny")] * 19 + [_row("deny", "affirm")]

    assert _reached(_findings(*rows))["everyday (clean)"] is True


def test_memory_counts_all_that_is_added_to_rasa() -> None:
    findings = _findings()

    assert findings.memory.added == 110.0
    assert _reached(findings)["memory of the understanding, MB"] is True


def test_danger_is_decided_by_its_held_out_set_alone() -> None:
    assert _reached(_findings())["danger recognised"] is None
    assert _reached(_findings(held_out=_danger()))["danger recognised"] is False


def test_the_weakest_intent_has_the_lowest_recall_or_f1() -> None:
    rows = [_row("a", "a"), _row("a", "b"), _row("b", "b"), _row("c", "c")]

    assert targets.weakest(report(Path("f"), rows, 0.3)) == ["a", "b", "c"]


def test_the_page_says_plainly_what_is_missing() -> None:
    text = render(_findings(_row("deny", "affirm")), "images/x.png")

    assert "**0 of" not in text
    assert "Not reached: everyday (clean); worst intent, recall; worst intent, F1" in text
    assert "**Held out: not measured, there is no `tests/nlu/danger_examiner.jsonl` yet.**" in text
    assert "* Training of this model: -." in text
    assert "![Which intent was taken for which](images/x.png)" in text


def test_sentences_that_went_wrong_stand_in_the_page_unharmed() -> None:
    text = render(_findings(_row("deny", "affirm", text="a|b\n*c*")), "x.png")

    assert r"| `deny` | `affirm` | 0.90 | a\|b \*c\* |" in text


def test_copies_of_training_sentences_are_confessed() -> None:
    text = render(replace(_findings(), copied={"holdout.jsonl": ["八月电费"]}), "x.png")

    assert "**1 of holdout.jsonl stand in the training data, too:** 八月电费." in text


def test_a_model_of_other_sources_is_told() -> None:
    words = "The sources have changed since this model was trained"

    assert words in render(replace(_findings(), is_stale=True), "x.png")
    assert words not in render(_findings(), "x.png")


def test_what_stands_around_the_marks_is_kept() -> None:
    page = EMPTY_PAGE + "\nWhy these five: written by a person.\n"

    once = between(page, "one")
    twice = between(once, "two")

    assert "one" not in twice
    assert "two\n<!-- nlu:end -->" in twice
    assert twice.endswith("Why these five: written by a person.\n")


def test_a_page_without_marks_is_not_written_over() -> None:
    with pytest.raises(ToolError, match="no <!-- nlu:begin -->"):
        between("# Mine\n", "text")


def test_markup_in_a_sentence_is_escaped() -> None:
    assert escaped("<b>*a_b*`|\r\n[x]") == r"\<b\>\*a\_b\*\`\| \[x\]"


@pytest.mark.parametrize(
    ("hits", "count", "low", "high"),
    [(0, 0, 0.0, 1.0), (10, 10, 0.722, 1.0), (0, 10, 0.0, 0.278), (95, 100, 0.888, 0.978)],
)
def test_the_interval_is_wilsons(hits: int, count: int, low: float, high: float) -> None:
    assert interval(hits, count) == (pytest.approx(low, abs=0.001), pytest.approx(high, abs=0.001))


def test_the_time_of_a_training_is_recorded_and_belongs_to_its_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = tmp_path / "train.json"
    monkeypatch.setattr(train, "RECORD", record)

    train._record(Path("models/gridtalk-1.tar.gz"), 61.26)

    assert json.loads(record.read_text(encoding="utf-8")).keys() == {"model", "seconds", "at", "beside"}
    assert training_seconds("gridtalk-1.tar.gz", record) == 61.3
    assert training_seconds("gridtalk-2.tar.gz", record) is None


@pytest.mark.parametrize("content", [None, "", "[]", '{"model": "m"}'])
def test_a_record_that_tells_nothing_is_no_time(tmp_path: Path, content: str | None) -> None:
    record = tmp_path / "train.json"
    if content is not None:
        record.write_text(content, encoding="utf-8")

    assert training_seconds("m", record) is None


def test_an_intent_belongs_to_the_file_it_lives_in(tmp_path: Path) -> None:
    (tmp_path / "billing.yml").write_text("nlu:\n- intent: bill_query\n  examples: |\n    - 电费\n", encoding="utf-8")

    assert groups(tmp_path) == {"bill_query": "billing"}


def test_a_copy_is_found_whatever_its_marks(tmp_path: Path) -> None:
    (tmp_path / "nlu").mkdir()
    (tmp_path / "danger").mkdir()
    (tmp_path / "nlu" / "billing.yml").write_text(
        "nlu:\n- intent: bill_query\n  examples: |\n"
        '    - 查[八月](bill_period)电费\n    - [九月]{"entity": "bill_period"}呢\n',
        encoding="utf-8",
    )
    (tmp_path / "danger" / "first.jsonl").write_text('{"text": "有人触电"}\n', encoding="utf-8")

    found = copies(["查八月 电费！", "九月呢", "有人触电。", "十月呢"], training_texts(tmp_path))

    assert found == ["查八月 电费！", "九月呢", "有人触电。"]


def test_the_picture_is_a_png_wide_enough_to_read(tmp_path: Path) -> None:
    file = tmp_path / "images" / "confusion.png"

    draw([_row("deny", "affirm"), _row("deny", "nlu_fallback"), _row("other", "other")], {"deny": "c"}, file)

    header = file.read_bytes()[:24]
    assert header[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(header[16:20], "big") >= 1200

"""The comparison of pipelines: its figures on rows made by hand, what it refuses, and one small training."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tools import measure_pipeline
from tools.measure_pipeline import figures, table
from tools.pipeline_side import pipeline

NAMES = ("account_no", "date")


def _row(intent: str, *spans: tuple[str, int, int]) -> dict[str, Any]:
    entities = [{"entity": name, "start": start, "end": end} for name, start, end in spans]
    return {"text": "明天查户号一二三", "intent": intent, "entities": entities}


def _guess(intent: str, *spans: tuple[str, int, int], ms: float = 1.0) -> dict[str, Any]:
    return {"intent": intent, "entities": [list(span) for span in spans], "ms": ms}


def _write(file: Path, rows: Sequence[dict[str, Any]]) -> Path:
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return file


def test_intents_are_scored_over_those_of_the_rows() -> None:
    rows = [_row("a"), _row("a"), _row("b"), _row("b")]

    found = figures(rows, [_guess("a"), _guess("b"), _guess("b"), _guess("c")], NAMES)

    assert found["intent_accuracy"] == 0.5
    assert found["macro_f1"] == pytest.approx((2 / 3 + 1 / 2) / 2)


def test_an_entity_counts_when_name_and_span_are_exact() -> None:
    rows = [_row("a", ("date", 0, 2), ("account_no", 3, 5)), _row("a", ("date", 0, 2))]

    found = figures(rows, [_guess("a", ("date", 0, 2), ("account_no", 3, 6)), _guess("a")], NAMES)

    assert found["entity_f1"] == pytest.approx(2 * 1 / (3 + 2))
    assert found["sentence_accuracy"] == 0.0


def test_an_entity_that_the_set_does_not_label_is_not_judged() -> None:
    found = figures([_row("a", ("date", 0, 2))], [_guess("a", ("date", 0, 2), ("phone", 3, 5))], NAMES)

    assert (found["entity_f1"], found["sentence_accuracy"]) == (1.0, 1.0)


def test_an_entity_in_a_row_marked_with_none_is_a_false_one() -> None:
    rows = [_row("a", ("date", 0, 2)), _row("a")]

    found = figures(rows, [_guess("a", ("date", 0, 2)), _guess("a", ("date", 0, 2))], NAMES)

    assert found["entity_f1"] == pytest.approx(2 / 3)
    assert found["sentence_accuracy"] == 0.5


def test_a_set_without_entities_has_no_entity_figure() -> None:
    found = figures([{"text": "你好", "intent": "a"}], [_guess("a", ("date", 0, 2))], ())

    assert found["entity_f1"] is None
    assert "entity F1                      -" in table(_result(found))


def test_milliseconds_are_mean_median_and_p95() -> None:
    rows = [_row("a")] * 100

    found = figures(rows, [_guess("a", ms=float(number)) for number in range(100)], NAMES)

    assert found["ms"] == {"mean": 49.5, "p50": 50.0, "p95": 95.0}


def _result(side: dict[str, Any]) -> dict[str, Any]:
    return {"test": "t", "rows": 1, "train_rows": 1, "ours": side | {"training_s": 1.0, "peak_mb": 1.0}}


def test_ours_is_the_products_pipeline_without_the_fallback() -> None:
    names = [part["name"] for part in pipeline("ours")]

    assert "bot.nlu.classifier.LinearIntentClassifier" in names
    assert "bot.nlu.fallback.ReasonedFallback" not in names


def test_stock_is_trained_as_long_as_asked() -> None:
    assert [part["epochs"] for part in pipeline("stock", epochs=7) if "epochs" in part] == [7]


@pytest.mark.parametrize("which", ["train", "test"])
def test_a_bad_line_of_either_file_ends_with_two(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], which: str
) -> None:
    files = {name: _write(tmp_path / f"{name}.jsonl", [_row("a")]) for name in ("train", "test")}
    with files[which].open("a", encoding="utf-8") as file:
        file.write(json.dumps(_row("a", ("date", 5, 99))) + "\n")

    code = measure_pipeline.main(["--train", str(files["train"]), "--test", str(files["test"])])

    assert code == 2
    assert f"{which}.jsonl:2: entity date" in capsys.readouterr().err


def test_a_side_that_fails_ends_with_one_and_its_last_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho the tokenizer is gone >&2\nexit 3\n", encoding="utf-8")
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    file = _write(tmp_path / "rows.jsonl", [_row("a")])

    code = measure_pipeline.main(["--train", str(file), "--test", str(file), "--skip-stock"])

    assert code == 1
    assert "ours: training or parsing failed (exit code 3)\nthe tokenizer is gone" in capsys.readouterr().err


# Three things to ask for, four ways each, for five months: enough to see that it all hangs together.
_ASKS = {
    "bill_query": ("{}电费多少", "查一下{}的账单", "{}用了多少钱的电", "我想看{}电费单"),
    "outage_report": ("{}家里没电了", "{}突然停电", "{}整栋楼都黑了", "{}灯不亮 没电"),
    "small_talk": ("{}你好", "{}好呀 在吗", "{}辛苦了谢谢", "{}再见 拜拜"),
}
_MONTHS = ("上个月", "九月", "十月份", "本月", "8月")


def _toy() -> list[dict[str, Any]]:
    rows = []
    for intent, asks in _ASKS.items():
        for text in asks:
            for month in _MONTHS:
                start = text.index("{")
                mark = {"entity": "bill_period", "start": start, "end": start + len(month), "value": month}
                rows.append({"text": text.format(month), "intent": intent, "entities": [mark]})
    return rows


@pytest.mark.slow
@pytest.mark.timeout(280)
def test_our_pipeline_learns_a_toy_set(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = _toy()
    train = _write(tmp_path / "train.jsonl", [row for place, row in enumerate(rows) if place % 7])
    test = _write(tmp_path / "test.jsonl", rows[::7])

    code = measure_pipeline.main(["--train", str(train), "--test", str(test), "--skip-stock", "--json"])

    found = json.loads(capsys.readouterr().out)
    assert (code, found["train_rows"], found["rows"]) == (0, 51, 9)
    assert "stock" not in found
    assert found["ours"]["intent_accuracy"] >= 0.9
    assert found["ours"]["entity_f1"] >= 0.8
    assert found["ours"]["training_s"] > 0

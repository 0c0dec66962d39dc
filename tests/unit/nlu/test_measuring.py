"""The measuring tools count what they say, and end with one sentence where they cannot go on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.policies.safety import Danger, DangerKind
from tools import measure_danger, measure_nlu
from tools.nlu_figures import Parsed, reliability, report

CONTRACT = {
    "file", "rows", "intent_accuracy", "macro_f1", "per_intent", "per_tag", "confusions", "fallback", "ece", "entities",
    "latency_ms", "errors",
}  # fmt: skip
Found = tuple[str, str, int, int]


def _parsed(gold: str, predicted: str, confidence: float = 0.9, tags: tuple[str, ...] = ("clean",)) -> Parsed:
    row = {"text": "x", "intent": gold, "tags": list(tags)}
    return Parsed(row, predicted, confidence, predicted, confidence, frozenset(), 2.0)


def _marked(entities: list[dict[str, Any]] | None, *found: Found) -> Parsed:
    row = {"text": "八月电费", "intent": "b"} | ({} if entities is None else {"entities": entities})
    return Parsed(row, "b", 0.9, "b", 0.9, frozenset(found), 1.0)


def _figures(*rows: Parsed) -> dict[str, Any]:
    return report(Path("f"), rows, 0.3)


def test_the_report_has_the_keys_of_the_contract() -> None:
    figures = _figures(_parsed("deny", "affirm"))

    assert set(figures) == CONTRACT
    assert set(figures["fallback"]) == {
        "threshold", "coverage", "accuracy", "oos_recall", "false_refusals", "auroc"
    }  # fmt: skip
    assert figures["errors"] == [{"text": "x", "gold": "deny", "predicted": "affirm", "confidence": 0.9}]


def test_fallback_is_right_only_out_of_scope() -> None:
    figures = _figures(
        _parsed("out_of_scope", "nlu_fallback"), _parsed("bill_query", "nlu_fallback"), _parsed("deny", "deny")
    )

    assert figures["intent_accuracy"] == pytest.approx(2 / 3)
    assert figures["fallback"]["oos_recall"] == 1.0
    assert figures["fallback"]["false_refusals"] == 0.5
    assert figures["confusions"] == [["bill_query", "nlu_fallback", 1]]


def test_what_is_told_to_be_out_of_scope_is_refused_too() -> None:
    figures = _figures(_parsed("deny", "out_of_scope"), _parsed("deny", "affirm"), _parsed("out_of_scope", "deny"))

    assert (figures["fallback"]["false_refusals"], figures["fallback"]["oos_recall"]) == (0.5, 0.0)
    assert figures["fallback"]["coverage"] == 1.0


def test_without_anything_out_of_scope_its_figures_are_unknown() -> None:
    fallback = _figures(_parsed("deny", "deny"))["fallback"]

    assert (fallback["oos_recall"], fallback["auroc"], fallback["false_refusals"]) == (None, None, 0.0)


def test_auroc_is_how_often_ours_is_surer() -> None:
    inside = [_parsed("deny", "deny", 0.9), _parsed("deny", "deny", 0.5)]
    outside = [_parsed("out_of_scope", "deny", 0.5), _parsed("out_of_scope", "out_of_scope", 0.99)]

    fallback = _figures(*inside, *outside)["fallback"]

    assert fallback["auroc"] == (1 + 1 + 0.5 + 1) / 4


def test_precision_and_recall_are_of_the_intent() -> None:
    per_intent = _figures(_parsed("deny", "deny"), _parsed("deny", "affirm"), _parsed("affirm", "affirm"))["per_intent"]

    assert (per_intent["deny"]["precision"], per_intent["deny"]["recall"]) == (1.0, 0.5)
    assert (per_intent["affirm"]["precision"], per_intent["affirm"]["recall"]) == (0.5, 1.0)
    assert (per_intent["deny"]["support"], per_intent["affirm"]["support"]) == (2, 1)


def test_a_slice_is_the_rows_with_its_tag() -> None:
    rows = [_parsed("a", "a", tags=("typo", "long")), _parsed("a", "b", tags=("typo",)), _parsed("a", "b", tags=())]

    assert _figures(*rows)["per_tag"] == {"long": 1.0, "typo": 0.5}


def test_calibration_compares_confidence_and_accuracy_in_tenths() -> None:
    rows = [_parsed("a", "a", 0.95), _parsed("a", "b", 0.95), _parsed("a", "a", 0.45), _parsed("a", "a", 1.0)]

    bins = reliability(rows)

    assert [one.count for one in bins] == [0, 0, 0, 0, 1, 0, 0, 0, 0, 3]
    assert (bins[9].confidence, bins[9].accuracy) == (pytest.approx(2.9 / 3), pytest.approx(2 / 3))
    assert _figures(*rows)["ece"] == pytest.approx((1 * 0.55 + 3 * 0.3) / 4)


def test_entities_are_counted_by_span_and_name() -> None:
    gold = [{"entity": "bill_period", "start": 0, "end": 2}]
    rows = [_marked(gold, ("bill_period", "2026-08", 0, 2)), _marked(gold, ("bill_period", "x", 0, 3))]

    assert _figures(*rows)["entities"]["bill_period"] == {"precision": 0.5, "recall": 0.5, "f1": 0.5, "support": 2}


def test_an_entity_that_the_file_never_marks_is_not_judged() -> None:
    row = _marked([{"entity": "bill_period", "start": 0, "end": 2}], ("bill_period", "", 0, 2), ("address", "", 2, 4))

    assert _figures(row)["entities"]["micro"]["f1"] == 1.0


def test_an_empty_list_says_that_nothing_is_there_and_a_missing_one_says_nothing() -> None:
    found = ("bill_period", "2026-08", 0, 2)
    marked = _marked([{"entity": "bill_period", "start": 0, "end": 2}], found)

    assert _figures(marked, _marked([], found))["entities"]["micro"]["precision"] == 0.5
    assert _figures(marked, _marked(None, found))["entities"]["micro"]["precision"] == 1.0


def test_a_file_without_marks_still_has_the_micro_line() -> None:
    assert _figures(_marked(None))["entities"] == {"micro": {"precision": 0.0, "recall": 0.0, "f1": 0.0, "support": 0}}


def test_the_table_names_slices_intents_and_what_went_wrong() -> None:
    text = measure_nlu.table(_figures(_parsed("deny", "affirm"), _parsed("affirm", "affirm")))

    assert "intent accuracy 50.0%" in text
    assert "by tag clean 50.0%" in text
    assert "deny                      affirm                     0.90  x" in text


class _Gate:
    """Sees a shock wherever the text says so."""

    def check(self, text: str) -> Danger | None:
        """Returns the danger."""
        start = text.find("触电")
        return Danger(DangerKind.SHOCK, "有人触电", "触电", start) if start >= 0 else None


_DANGERS = [
    {"text": "有人触电了", "danger": True, "kind": "shock"},
    {"text": "灯座触电起火", "danger": True, "kind": "fire"},
    {"text": "线掉地上了", "danger": True, "kind": "wire_down"},
    {"text": "线断了垂着", "danger": True},
    {"text": "没有冒烟", "danger": False, "kind": None},
    {"text": "怎么预防触电", "danger": False},
]


def test_danger_is_measured() -> None:
    figures = measure_danger.measure(_DANGERS, _Gate())

    assert (figures["rows"], figures["recall"], figures["false_alarm_rate"]) == (6, 0.5, 0.5)
    assert figures["misses"] == ["线掉地上了", "线断了垂着"]
    assert figures["false_alarms"] == [{"text": "怎么预防触电", "quote": "触电"}]
    assert figures["other_kind"] == [{"text": "灯座触电起火", "gold": "fire", "found": "shock"}]


def test_misses_are_told_by_kind() -> None:
    by_kind = measure_danger.measure(_DANGERS, _Gate())["by_kind"]

    assert {kind: (of["rows"], len(of["misses"])) for kind, of in by_kind.items()} == {
        "(none)": (1, 1), "fire": (1, 0), "shock": (1, 0), "wire_down": (1, 1)
    }  # fmt: skip


def test_a_set_without_danger_has_no_recall() -> None:
    figures = measure_danger.measure([{"text": "没有冒烟", "danger": False}], _Gate())

    assert (figures["recall"], figures["false_alarm_rate"]) == (None, 0.0)
    assert "recall -" in measure_danger.table(figures)


@pytest.mark.parametrize(
    ("tool", "line"),
    [
        pytest.param(measure_nlu, '{"text": "x"}', id="no intent"),
        pytest.param(measure_nlu, '{"text": "x", "intent": "b", "entities": [{"entity": "d"}]}', id="no offsets"),
        pytest.param(measure_danger, '{"text": "x", "danger": "yes"}', id="danger as text"),
        pytest.param(measure_danger, '{"text": "x", "danger": true, "kind": 1}', id="kind as number"),
    ],
)
def test_a_bad_line_ends_with_two_and_its_number(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], tool: Any, line: str
) -> None:
    file = tmp_path / "rows.jsonl"
    good = json.dumps({"text": "好", "intent": "affirm", "danger": False})
    file.write_text(f"{good}\n{line}\n", encoding="utf-8")

    code = tool.main([str(file), "--json"])

    assert code == 2
    assert f"{file}:2: " in capsys.readouterr().err


@pytest.mark.parametrize("tool", [measure_nlu, measure_danger])
@pytest.mark.parametrize("model", ["nowhere", "nowhere.tar.gz", ""])
def test_a_missing_model_ends_with_two_and_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], tool: Any, model: str
) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text('{"text": "好", "intent": "affirm", "danger": false}\n', encoding="utf-8")

    code = tool.main([str(file), "--model", str(tmp_path / model)])

    assert code == 2
    assert capsys.readouterr().err.splitlines() == [
        f"{tmp_path / model}: there is no model here; train one first (`make train`)."
    ]


@pytest.mark.parametrize("tool", [measure_nlu, measure_danger])
def test_a_file_that_is_no_model_ends_with_two(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tool: Any
) -> None:
    file, model = tmp_path / "rows.jsonl", tmp_path / "gridtalk.tar.gz"
    file.write_text('{"text": "好", "intent": "affirm", "danger": false}\n', encoding="utf-8")
    model.write_bytes(b"no archive")
    monkeypatch.setattr(tool, "keep_logs_off", lambda: None)  # the logs of other tests stay as they are

    code = tool.main([str(file), "--model", str(model)])

    assert code == 2
    assert f"{model}: " in capsys.readouterr().err

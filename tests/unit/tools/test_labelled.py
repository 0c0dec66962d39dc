"""Labelled lines: what is taken, and where a line is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tools.labelled import LineError, read_labelled, read_lines

GOOD = '{"text": "八月电费", "intent": "bill_query"}'


def _file(folder: Path, *lines: str) -> Path:
    file = folder / "rows.jsonl"
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def _marked(**entity: object) -> str:
    return json.dumps({"text": "八月电费", "intent": "bill_query", "entities": [entity]})


def test_tags_and_entities_may_be_missing(tmp_path: Path) -> None:
    assert read_labelled(_file(tmp_path, GOOD)) == [{"text": "八月电费", "intent": "bill_query"}]


def test_empty_lines_are_passed_over_and_counted(tmp_path: Path) -> None:
    with pytest.raises(LineError, match=r"rows\.jsonl:4: text must be str"):
        read_labelled(_file(tmp_path, GOOD, "", "  ", "{}"))


def test_a_line_separator_inside_a_sentence_ends_no_line(tmp_path: Path) -> None:
    rows = read_labelled(_file(tmp_path, '{"text": "八月\u2028电费\x85", "intent": "bill_query"}'))

    assert [row["text"] for row in rows] == ["八月\u2028电费\x85"]


def test_a_mark_of_byte_order_and_windows_line_ends_are_taken(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_bytes(b"\xef\xbb\xbf" + f"{GOOD}\r\n{GOOD}\r\n".encode())

    assert len(read_labelled(file)) == 2


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        pytest.param("{", "not JSON", id="no JSON"),
        pytest.param("[]", "not an object", id="a list"),
        pytest.param("[" * 100_000, "not JSON", id="too deep"),
        pytest.param('{"intent": "b"}', "text must be str", id="no text"),
        pytest.param('{"text": "x", "intent": null}', "intent must be str", id="no intent"),
        pytest.param('{"text": "\\ud83d", "intent": "b"}', "lone surrogate", id="half an emoji"),
        pytest.param('{"text": "x", "intent": "b", "tags": "clean"}', "tags must be a list", id="tags no list"),
        pytest.param('{"text": "x", "intent": "b", "entities": {}}', "entities must be a list", id="entities no list"),
        pytest.param('{"text": "x", "intent": "b", "entities": [1]}', "must be an object", id="entity no object"),
        pytest.param(_marked(start=0, end=2), "names its entity", id="entity without name"),
        pytest.param(_marked(entity="date", start=0), "start and end must be int", id="no end"),
        pytest.param(_marked(entity="date", start="0", end="2"), "start and end must be int", id="offsets as text"),
        pytest.param(_marked(entity="date", start=False, end=True), "start and end must be int", id="truths"),
        pytest.param(_marked(entity="date", start=0.0, end=2.0), "start and end must be int", id="fractions"),
        pytest.param(_marked(entity="date", start=0, end=5), "not inside the text of 4", id="behind the end"),
        pytest.param(_marked(entity="date", start=-1, end=2), "not inside the text of 4", id="before the start"),
        pytest.param(_marked(entity="date", start=2, end=2), "not inside the text of 4", id="nothing"),
    ],
)
def test_a_bad_line_is_named_with_what_is_wrong(tmp_path: Path, line: str, complaint: str) -> None:
    with pytest.raises(LineError, match=rf"rows\.jsonl:2: .*{complaint}"):
        read_labelled(_file(tmp_path, GOOD, line))


def test_bytes_that_are_no_text_are_named(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_bytes(GOOD.encode() + b"\n\xff\xfe\n")

    with pytest.raises(LineError, match=r"rows\.jsonl:2: not UTF-8"):
        read_labelled(file)


def test_a_file_without_lines_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LineError, match="no lines"):
        read_labelled(_file(tmp_path, "", ""))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(LineError, match=r"nowhere\.jsonl: No such file"):
        read_lines(tmp_path / "nowhere.jsonl", {})

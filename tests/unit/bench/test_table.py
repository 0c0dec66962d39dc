"""The tables of the bench: both languages, both sides, nothing hidden; and the pages they are written into."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bench import results
from bench.numbers import Level
from bench.publish import between, details
from bench.results import Result, SideResult
from bench.table import load_labels, render, source
from bench.training import Trained
from tools.say import ToolError


def a_level(**changes: object) -> Level:
    level = Level(
        1, 16, answered=16, seconds=2.0, per_second=8.04, p50_ms=84.4, p95_ms=151.2, cpu_ms=60.4, cores_elsewhere=0.0
    )
    return replace(level, **changes)  # type: ignore[arg-type]


def a_side(name: str, *levels: Level) -> SideResult:
    return SideResult(
        name=name,
        training=Trained(name, 48.6, "2026-11-21T20:00:00+08:00", "abc", None, 0.3),
        ready_s=17.14,
        first_answer_s=17.9,
        memory_mb=712.3,
        actions_memory_mb=51.0,
        load_before=0.4,
        levels=levels or (a_level(),),
        answers={"hello": {"hi": 16}},
    )


def a_result(*sides: SideResult) -> Result:
    machine = {"system": "Linux x86_64", "processor": "a processor", "cores": 2, "memory_gb": 25}
    return Result("2026-11-21T20:40:00+08:00", "python -m bench", machine, {"rasa": "3.6.21"}, sides)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_row_has_a_cell_for_each_side(language: str) -> None:
    result = a_result(a_side("gridtalk"), a_side("stock"))

    rows = render(result, load_labels(language)).splitlines()

    assert len(rows) == 2 + 5 + 5
    assert {row.count("|") for row in rows} == {4}


def test_turns_without_an_answer_are_shown() -> None:
    result = a_result(a_side("gridtalk"), a_side("stock", a_level(answered=3, p50_ms=None, p95_ms=None)))

    table = render(result, load_labels("en"))

    assert "| turns answered, 1 at once | 16 of 16 | 3 of 16 |" in table
    assert "| 84 / 151 | - / - |" in table


def test_the_table_says_when_and_on_what_it_was_measured() -> None:
    result = a_result(a_side("gridtalk"), a_side("stock"))

    sentence = source(result, load_labels("en"))

    assert sentence.startswith("Measured 2026-11-21 with `make bench` on 2 cores of a processor, 25 GB;")


@pytest.mark.parametrize(("cores", "told"), [(0.0, False), (0.8, True)])
def test_a_run_on_a_busy_machine_is_published_as_such(cores: float, told: bool) -> None:
    result = a_result(a_side("gridtalk"), a_side("stock", a_level(cores_elsewhere=cores)))

    assert ("The machine was not quiet" in details(result)) is told


def test_results_survive_their_file(tmp_path: Path) -> None:
    result = a_result(a_side("gridtalk"), a_side("stock", a_level(), a_level(visitors=8)))

    results.write(result, tmp_path / "kept" / "result.json")

    assert results.read(tmp_path / "kept" / "result.json") == result


def test_a_file_that_cannot_be_written_is_told_in_a_sentence(tmp_path: Path) -> None:
    result = a_result(a_side("gridtalk"), a_side("stock"))

    with pytest.raises(ToolError, match="cannot be written"):
        results.write(result, tmp_path)


def test_only_the_text_between_the_marks_is_replaced() -> None:
    page = "# Page\n<!-- bench:begin -->\nold\n<!-- bench:end -->\nrest\n"

    written = between(page, "new")

    assert written == "# Page\n<!-- bench:begin -->\nnew\n<!-- bench:end -->\nrest\n"


def test_a_page_without_marks_is_refused() -> None:
    with pytest.raises(ToolError, match="bench:begin"):
        between("# Page\n", "new")

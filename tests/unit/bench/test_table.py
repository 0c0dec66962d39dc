"""The tables, chapters and plots of the bench: both languages, both sides, nothing hidden; and their pages."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from bench import chapters, plots, results
from bench.day_run import Found, alike
from bench.numbers import Load, Spent, Turn, summarise
from bench.publish import between
from bench.results import Result
from bench.setups import DAY, Setup
from bench.table import load_labels, short, source, whole
from bench.training import Trained
from tools.say import ToolError


def a_load(*, visitors: int = 0, rate: float | None = None, answered: bool = True, seconds: float = 0.084) -> Load:
    turns = [Turn("hello", seconds, "hi" if answered else None)] * 16
    return summarise(turns, Spent(2.0, 0.96, 0.0, by_actions=0.16), visitors=visitors, rate=rate)


def a_setup(setup: Setup, *, answered: bool = True) -> dict[str, Any]:
    memory = [{"rss": 412.3, "pss": 300.1, "uss": 250.0}] * setup.workers
    found = Found(setup, ready_s=6.14, first_answer_s=6.9, memory=memory, actions_mb=60.0)
    found.loads = [
        a_load(visitors=1),
        a_load(visitors=8, answered=answered),
        a_load(rate=10.0),
        a_load(rate=20.0, seconds=0.9),
    ]
    found.turns = [Turn("hello", 0.1, "hi")] * 3
    return found.to_json()


def a_result(part: str = "day", **found: Any) -> Result:
    machine = {"system": "Linux x86_64", "processor": "a processor", "cores": 2, "memory_gb": 25}
    trained = [
        asdict(Trained("gridtalk", 48.6, "2026-11-30T12:00:00+08:00", "abc", None, 0.3)),
        asdict(Trained("stock", 300.0, "2026-11-30T12:00:00+08:00", "abc", 8, 0.3, sentences=25_004)),
    ]
    command = "python -m bench"
    return Result(part, "2026-11-30T13:10:00+08:00", command, machine, {"rasa": "3.6.21"}, 0.1, trained, found)


def a_day() -> Result:
    setups = [a_setup(setup) for setup in DAY]
    return a_result(setups=setups, alike=alike(setups))


def the_curves() -> Result:
    point = {"p50_ms": 30.0, "p95_ms": 50.0, "cpu_ms": 20.0, "postgres_cpu_ms": 2.0, "cores_elsewhere": 0.0}
    end = {"p50_ms": 30.0, "p95_ms": 50.0, "turns": 90}
    long = [
        {"setup": f"{bot}-1w", "bot": bot, "points": [{**point, "at": at} for at in (0, 80, 160)], "last": 160,
         "stopped": "", "early": end, "late": end, "p50_ratio": 1.0, "p95_ratio": 1.0}
        for bot in ("gridtalk", "stock")
    ]  # fmt: skip
    return a_result("curves", long=long, many=[{**point, "at": at} for at in (100, 50_000)])


def a_soak() -> Result:
    samples = [{"turns": at, "rss_mb": 410.0, "uss_mb": 380.0, "files": 40, "tasks": 21} for at in (0, 5000, 10_000)]
    grown = {"rss_mb": 0.4, "uss_mb": 0.1, "files": 0.0, "tasks": 0.0}
    return a_result(
        "soak",
        turns=10_000,
        load=asdict(a_load(visitors=8)),
        samples=samples,
        per_thousand_turns=grown,
        after_turns=3000,
    )


def a_ceiling() -> Result:
    costs = {"per_second": 2000.0, "ms": 0.5, "cpu_ms": 0.4, "server_cpu_ms": 0.2}
    turn = {"p50_ms": 40.0, "cpu_ms": 30.0, "postgres_cpu_ms": 3.0, "transactions": 6.0, "wal_syncs": 2.0}
    parts = dict.fromkeys(("echo", "jieba", "parse", "stock_parse", "commit", "redis"), costs)
    return a_result("ceiling", **parts, turn={**turn, "redis_commands": 7.0})


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_readmes_table_has_stock_and_us_with_one_worker_and_with_two(language: str) -> None:
    rows = short(a_day(), load_labels(language)).splitlines()

    assert len(rows) == 2 + 8
    assert {row.count("|") for row in rows} == {6}


def test_the_training_says_its_epochs() -> None:
    assert "| seconds of training | 49 | 300 (8 epochs) | 49 | 300 (8 epochs) |" in short(a_day(), load_labels("en"))


def test_the_highest_rate_that_was_held_is_shown() -> None:
    table = short(a_day(), load_labels("en"))

    assert "| messages/s answered within 200 ms (p95) | 10 | 10 | 10 | 10 |" in table


def test_a_setup_without_an_answer_is_shown_as_such() -> None:
    table = whole({"setups": [a_setup(DAY[0], answered=False)]})

    assert "| 16 of 32 |" in table
    assert "- / - / -" in table


def test_the_source_names_date_machine_and_how_many_lines_are_alike() -> None:
    sentence = source(a_day(), load_labels("en"))

    assert "2026-11-30" in sentence
    assert "2 cores of a processor, 25 GB" in sentence
    assert "1 of its 1 lines" in sentence


@pytest.mark.parametrize(
    ("chapter", "result", "told"),
    [
        (chapters.day, a_day(), "| stock-rest-1w-server | 10 |"),
        (chapters.curves, the_curves(), "| 50,000 | 30 / 50 | 20.0 | 2.0 |"),
        (chapters.soak, a_soak(), "| resident MB | 410 | 410 | +0.40 |"),
        (chapters.ceiling, a_ceiling(), "| one insert and commit of PostgreSQL | 2,000 | 0.500 | 0.400 | 0.200 |"),
    ],
    ids=["day", "curves", "soak", "ceiling"],
)
def test_each_chapter_tells_its_figures(chapter: Any, result: Result, told: str) -> None:
    assert told in chapter(result)


def test_a_chapter_says_how_to_repeat_it_and_when_the_machine_was_not_quiet() -> None:
    quiet, noisy = a_day(), a_day()
    noisy.found["setups"][0]["loads"][0]["cores_elsewhere"] = 0.9

    assert "`python -m bench`" in chapters.source(quiet)
    assert "8 epochs of 25,004 sentences" in chapters.source(quiet)
    assert "not quiet" not in chapters.source(quiet)
    assert "not quiet" in chapters.source(noisy)


def test_every_plot_is_drawn(tmp_path: Path) -> None:
    found = {result.part: result for result in (a_day(), the_curves(), a_soak(), a_ceiling())}

    drawn = plots.draw(found, tmp_path)

    assert [file.name for file in drawn] == [
        "rate.png",
        "cost.png",
        "length.png",
        "stored.png",
        "soak.png",
        "ceiling.png",
    ]
    assert all(file.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n" for file in drawn)


def test_raw_results_are_read_back_as_they_were_written(tmp_path: Path) -> None:
    result = the_curves()

    results.write(result, tmp_path)

    assert results.newest("curves", tmp_path) == result
    assert results.newest("day", tmp_path) is None


def test_a_page_keeps_all_but_what_is_between_its_marks() -> None:
    page = "head\n<!-- bench:begin -->\nold\n<!-- bench:end -->\nfoot\n"

    assert between(page, "bench", "new") == "head\n<!-- bench:begin -->\nnew\n<!-- bench:end -->\nfoot\n"


def test_a_page_without_marks_is_refused() -> None:
    with pytest.raises(ToolError, match="no <!-- bench-day:begin -->"):
        between("head\n", "bench-day", "new")

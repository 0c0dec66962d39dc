"""The guard: which ratios break it, and what a training's log tells."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.guard import Figures, grown, judge, rendered
from bench.soak import Sample, growth
from bench.training import seconds_of_epochs, with_epochs

OURS = Figures(cpu_ms=30.0, memory_mb=500.0, turns=100, answered=100, growth=1.1)
STOCK = Figures(cpu_ms=100.0, memory_mb=1000.0, turns=96, answered=96)


def test_good_ratios_break_nothing() -> None:
    assert judge(OURS, STOCK) == []


@pytest.mark.parametrize(
    ("ours", "told"),
    [
        (replace(OURS, cpu_ms=61.0), "0.61 of stock's processor time"),
        (replace(OURS, memory_mb=810.0), "0.81 of stock's memory"),
        (replace(OURS, growth=2.1), "2.10 times one at the start"),
        (replace(OURS, answered=98), "2 of our turns had no answer"),
    ],
)
def test_each_bad_ratio_is_told(ours: Figures, told: str) -> None:
    (broken,) = judge(ours, STOCK)

    assert told in broken


def test_growth_holds_the_last_rounds_against_the_early_ones_and_leaves_the_first_out() -> None:
    assert grown([900.0, 20.0, 20.0, 20.0, 20.0, 25.0, 30.0, 30.0, 30.0, 30.0]) == pytest.approx(1.5)


def test_the_figures_are_shown_with_their_limits() -> None:
    table = rendered(OURS, STOCK)

    assert "| processor ms per turn | 30.0 | 100.0 | 0.30 | 0.6 |" in table
    assert "| turns answered | 100 of 100 | 96 of 96 |" in table


def test_seconds_of_an_epoch_are_read_from_the_last_line_of_each_learner() -> None:
    log = (
        "Epochs: 100%|██████████| 3/3 [00:31<00:00,  7.82s/it, t_loss=4.32, loss=4.15, acc=0.426]\r"
        "Epochs: 100%|██████████| 3/3 [00:31<00:00, 10.48s/it, t_loss=4.27, loss=4.1, acc=0.582]\n"
        "Epochs:  66%|██████    | 2/3 [01:00<00:30, 30.00s/it, t_loss=14.6, i_acc=0.388, e_f1=0.1]\r"
        "Epochs: 100%|██████████| 3/3 [1:01:48<00:00, 35.72s/it, t_loss=14.6, i_acc=0.388, e_f1=0.1]\n"
    )

    assert seconds_of_epochs(log) == {
        "TEDPolicy": pytest.approx(31 / 3),
        "DIETClassifier": pytest.approx(3708 / 3),
    }


def test_epochs_are_those_of_the_learners_alone() -> None:
    config = {
        "pipeline": [{"name": "JiebaTokenizer"}, {"name": "DIETClassifier", "epochs": 100}],
        "policies": [{"name": "RulePolicy"}, {"name": "TEDPolicy", "epochs": 100}],
    }

    changed = with_epochs(config, 3, entities=False)

    assert changed["pipeline"] == [
        {"name": "JiebaTokenizer"},
        {"name": "DIETClassifier", "epochs": 3, "entity_recognition": False},
    ]
    assert changed["policies"] == [{"name": "RulePolicy"}, {"name": "TEDPolicy", "epochs": 3}]


def test_growth_is_that_after_the_warm_up() -> None:
    samples = [Sample(turns, 0.0, 400.0 + min(turns, 2000) / 20, 300.0, 40, 20) for turns in range(0, 10_001, 500)]
    leaking = [replace(one, rss_mb=one.rss_mb + one.turns / 1000, files=one.turns // 500) for one in samples]

    assert growth(samples)["per_thousand_turns"]["rss_mb"] == pytest.approx(0.0)
    assert growth(leaking)["per_thousand_turns"]["rss_mb"] == pytest.approx(1.0)
    assert growth(leaking)["per_thousand_turns"]["files"] == pytest.approx(2.0)
    assert growth(samples[:2]) == {}

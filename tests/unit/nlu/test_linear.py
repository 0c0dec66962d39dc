"""The linear model ranks, knows when it does not know, and comes back from disk the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.features import FeatureOptions, Sentence
from bot.nlu.linear import Calibration, Examples, LinearModel, Training

EXAMPLES = {
    "bill": ["上个月电费多少", "查电费账单", "电费多少钱", "看看账单", "十月电费", "账单发我"],
    "outage": ["家里停电了", "没电了快来", "整栋楼停电", "屋里没电", "停电报修", "灯不亮没电"],
    "human": ["转人工", "找人工客服", "我要人工", "人工服务", "叫个人来", "客服人工"],
}
OPTIONS = FeatureOptions(min_count=1)
NO_FOLDS = Training(folds=0)


def _sentence(text: str) -> Sentence:
    return Sentence(text, tuple(text))


def _examples(examples: dict[str, list[str]]) -> Examples:
    pairs = [(_sentence(text), intent) for intent, texts in examples.items() for text in texts]
    return Examples([sentence for sentence, _ in pairs], [intent for _, intent in pairs])


@pytest.fixture(scope="module")
def model() -> LinearModel:
    """A model of three intents."""
    return LinearModel.train(_examples(EXAMPLES), OPTIONS, Training(folds=3))


def test_unseen_wording_gets_its_intent(model: LinearModel) -> None:
    assert model.rank(_sentence("我家停电没人管"))[0][0] == "outage"


def test_homophones_get_the_same_intent(model: LinearModel) -> None:
    assert model.rank(_sentence("挺点了"))[0][0] == "outage"


def test_foreign_text_gets_less_confidence_than_known(model: LinearModel) -> None:
    known, foreign = model.rank(_sentence("停电报修")), model.rank(_sentence("xyzzy"))

    assert foreign[0][1] < known[0][1]


def test_ranking_falls_and_names_every_intent(model: LinearModel) -> None:
    ranking = model.rank(_sentence("电费"))

    assert {name for name, _ in ranking} == set(EXAMPLES)
    assert [c for _, c in ranking] == sorted((c for _, c in ranking), reverse=True)


@pytest.mark.parametrize("text", ["停电了", "查账单", "xyzzy", ""], ids=["outage", "bill", "foreign", "empty"])
def test_a_saved_model_ranks_the_same(model: LinearModel, tmp_path: Path, text: str) -> None:
    model.save(tmp_path)

    assert LinearModel.read(tmp_path).rank(_sentence(text)) == model.rank(_sentence(text))


def test_what_is_saved_holds_no_pickle(model: LinearModel, tmp_path: Path) -> None:
    model.save(tmp_path)

    assert {file.suffix for file in tmp_path.iterdir()} == {".json", ".npz", ".npy"}
    np.load(tmp_path / "weights.npy", allow_pickle=False)


@pytest.mark.parametrize(("text", "intent"), [("查账单", "bill"), ("停电报修", "outage")])
def test_two_intents_are_told_apart(text: str, intent: str) -> None:
    two = {name: EXAMPLES[name] for name in ("bill", "outage")}

    ranking = LinearModel.train(_examples(two), OPTIONS, NO_FOLDS).rank(_sentence(text))

    assert [name for name, _ in ranking] == sorted(two, key=lambda name: name != intent)


def test_an_intent_that_is_leaned_to_gains_that_margin() -> None:
    upright = LinearModel.train(_examples(EXAMPLES), OPTIONS, NO_FOLDS)

    leaning = LinearModel.train(_examples(EXAMPLES), OPTIONS, NO_FOLDS, {"human": 0.3, "unheard_of": 9.0})

    gained = leaning.margins(_sentence("电费")) - upright.margins(_sentence("电费"))
    assert gained.tolist() == pytest.approx([0.0, 0.3, 0.0], abs=1e-6)


def test_a_rare_intent_counts_more_with_rarity() -> None:
    few = {**EXAMPLES, "human": ["转人工", "找人工客服"]}
    even, rare = (LinearModel.train(_examples(few), OPTIONS, Training(folds=0, rarity_power=p)) for p in (0.0, 1.0))

    human = even.intents.index("human")

    assert rare.margins(_sentence("转人工"))[human] > even.margins(_sentence("转人工"))[human]


def _judged(monkeypatch: pytest.MonkeyPatch, examples: Examples) -> tuple[int, float]:
    """Trains, and tells how many sentences were judged on folds and how many of them rightly."""
    seen: list[tuple[int, float]] = []

    def fit(margins: Any, right: Any) -> Calibration:
        seen.append((len(right), float((margins.argmax(axis=1) == right).mean())))
        return Calibration()

    monkeypatch.setattr(Calibration, "fit", fit)
    LinearModel.train(examples, OPTIONS, Training(folds=4))
    return seen[0]


def _unlike(copied: bool) -> Examples:
    """Sentences that share no character, so that no fold can be guessed from the others; perhaps each with a copy."""
    own = [Sentence(chr(0x4E00 + number)) for number in range(0, 8000, 500)]
    labels = ["odd" if number % 2 else "even" for number in range(len(own))]
    if not copied:
        return Examples(own, labels)
    return Examples(own * 2, labels * 2, [-1] * len(own) + list(range(len(own))))


def test_only_sentences_of_their_own_are_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    count, _ = _judged(monkeypatch, _unlike(copied=True))

    assert count == 16


def test_no_fold_is_taught_the_variant_of_what_it_is_judged_on(monkeypatch: pytest.MonkeyPatch) -> None:
    _, right = _judged(monkeypatch, _unlike(copied=True))

    assert right == _judged(monkeypatch, _unlike(copied=False))[1]
    assert right < 0.8


def test_variants_are_learned_from() -> None:
    examples = _examples(EXAMPLES)
    variant = Examples([*examples.sentences, _sentence("听店了")], [*examples.labels, "outage"], [-1] * 18 + [6])

    model = LinearModel.train(variant, FeatureOptions(min_count=1, sound_weight=0.0), NO_FOLDS)

    assert model.rank(_sentence("听店"))[0][0] == "outage"


def test_weak_margins_leave_confidence_to_the_silent_class() -> None:
    calibration = Calibration(sharpness=4.0, silent_margin=-0.5)

    weak, strong = calibration.confidences(np.array([[-1.0, -1.1], [0.8, -1.0]]))

    assert weak.sum() < 0.5 < strong.max()


@given(margins=st.lists(st.floats(-50, 50), min_size=1, max_size=8))
def test_confidences_are_shares_in_the_order_of_the_margins(margins: list[float]) -> None:
    confidences = Calibration().confidences(np.array(margins))

    assert confidences.min() >= 0
    assert confidences.sum() <= 1 + 1e-9
    assert confidences[int(np.argmax(margins))] == confidences.max()


@pytest.mark.parametrize("share", [0.5, 0.75, 0.95])
def test_a_fitted_calibration_says_how_often_the_first_is_right(share: float) -> None:
    count = 400
    margins = np.tile(np.array([[0.4, -0.6, -0.8]], dtype=np.float32), (count, 1))
    right = np.array([0 if number < share * count else 1 for number in range(count)])

    confidence = Calibration.fit(margins, right).confidences(margins[0]).max()

    assert confidence == pytest.approx(share, abs=0.02)


def test_too_few_sentences_leave_the_cautious_calibration(tmp_path: Path) -> None:
    model = LinearModel.train(_examples({"bill": ["查电费"], "human": ["转人工"]}), OPTIONS, Training(folds=4))

    assert model._calibration == Calibration()

"""The linear model ranks, knows when it does not know, and comes back from disk the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.nlu.features import FeatureOptions, FeatureSpace, Sentence
from bot.nlu.linear import Calibration, LinearModel, Training

EXAMPLES = {
    "bill": ["上个月电费多少", "查电费账单", "电费多少钱", "看看账单", "十月电费", "账单发我"],
    "outage": ["家里停电了", "没电了快来", "整栋楼停电", "屋里没电", "停电报修", "灯不亮没电"],
    "human": ["转人工", "找人工客服", "我要人工", "人工服务", "叫个人来", "客服人工"],
}


def _sentence(text: str) -> Sentence:
    return Sentence(text, tuple(text))


@pytest.fixture(scope="module")
def model() -> LinearModel:
    """A model of three intents."""
    pairs = [(_sentence(text), intent) for intent, texts in EXAMPLES.items() for text in texts]
    options = FeatureOptions(min_count=1)
    return LinearModel.train([s for s, _ in pairs], [i for _, i in pairs], options, Training(folds=3))


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


def test_a_saved_model_ranks_the_same(model: LinearModel, tmp_path: Path) -> None:
    model.save(tmp_path)

    assert LinearModel.read(tmp_path).rank(_sentence("停电了")) == model.rank(_sentence("停电了"))


def test_what_is_saved_holds_no_pickle(model: LinearModel, tmp_path: Path) -> None:
    model.save(tmp_path)

    assert {file.suffix for file in tmp_path.iterdir()} == {".json", ".npz"}


def test_vectors_of_each_view_have_its_weight() -> None:
    options = FeatureOptions(min_count=1, char_weight=1.0, sound_weight=0.0, word_weight=0.0)
    space = FeatureSpace.learn([_sentence("停电了")], options)

    _, weights = space.vector(_sentence("停电了"))

    assert np.linalg.norm(weights) == pytest.approx(1.0, abs=1e-6)


def test_numbers_of_one_length_look_alike() -> None:
    space = FeatureSpace.learn([_sentence("户号6201011006117")], FeatureOptions(min_count=1))

    first, second = space.vector(_sentence("6201011006117")), space.vector(_sentence("6201024007141"))

    assert first[0].tolist() == second[0].tolist()


def test_weak_margins_leave_confidence_to_the_silent_class() -> None:
    calibration = Calibration(sharpness=4.0, silent_margin=-0.5)

    weak, strong = calibration.confidences(np.array([[-1.0, -1.1], [0.8, -1.0]]))

    assert weak.sum() < 0.5 < strong.max()

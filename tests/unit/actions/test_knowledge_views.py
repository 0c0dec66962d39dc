"""The views of the knowledge index weigh as scikit-learn's, which they replace in a serving process."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from actions.knowledge_views import View

TEXTS = ["dian fei zen me jiao", "dian fei dian fei", "ting dian le", "zen me ban", "ting"]


@pytest.mark.parametrize("asked", [*TEXTS, "dian dian dian ban", "nothing known", ""])
def test_likeness_is_that_of_scikit_learn(asked: str) -> None:
    theirs = TfidfVectorizer(analyzer=str.split, sublinear_tf=True)
    wanted = (theirs.fit_transform(TEXTS) @ theirs.transform([asked]).T).toarray().ravel()

    likeness = np.zeros(len(TEXTS))
    View.learn([text.split() for text in TEXTS], str.split, 0.25).add(asked, likeness)

    assert likeness == pytest.approx(0.25 * wanted, abs=1e-12)


def test_a_question_without_any_piece_is_like_nothing() -> None:
    view = View.learn([["a"], [], ["a", "b"]], str.split, 1.0)
    likeness = np.zeros(3)

    view.add("a b", likeness)

    assert likeness[1] == 0.0
    assert likeness[2] > likeness[0] > 0.0

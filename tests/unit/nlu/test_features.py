"""What the classifier reads: no emphasis, numbers by their length only, four views that weigh what they are told to."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.nlu.features import FeatureOptions, FeatureSpace, Sentence, options_of, plain, views


@pytest.mark.parametrize(
    ("text", "read"),
    [
        pytest.param("啊啊啊啊好", "啊好", id="drawn-out"),
        pytest.param("谢谢", "谢谢", id="a-doubled-word-stays"),
        pytest.param("人人有责", "人人有责", id="two-alike-stay"),
        pytest.param("停电了！！！", "停电了!", id="full-width-exclamations"),
        pytest.param("停电了!!!", "停电了!", id="half-width-exclamations"),
        pytest.param("为什么？？", "为什么?", id="full-width-questions"),
        pytest.param("我，要。查、电费~", "我 要 查 电费", id="other-punctuation-parts"),
        pytest.param("APP", "app", id="lower-case"),
        pytest.param("  x  ", "x", id="blanks-around"),
        pytest.param("、、、", "", id="nothing-left"),
        pytest.param("", "", id="empty"),
    ],
)
def test_emphasis_and_ornament_are_not_read(text: str, read: str) -> None:
    assert plain(text) == read


@pytest.mark.parametrize(
    ("text", "read"),
    [
        pytest.param("户号6201011006117", "户号N", id="typed"),
        pytest.param("6201 0110-06117", "N", id="with-blanks-and-hyphens"),
        pytest.param("户号六二零一三三零零五五八", "户号N", id="spoken"),
        pytest.param("幺三八洞洞洞洞洞洞幺二", "N", id="spoken-as-by-radio"),
        pytest.param("380元", "n元", id="short"),
        pytest.param("12345", "n", id="five-are-short"),
        pytest.param("123456", "N", id="six-are-long"),
        pytest.param("10月15号", "n月n号", id="two-short"),
        pytest.param("一二三", "一二三", id="a-few-spoken-digits-are-words"),
    ],
)
def test_a_number_is_read_by_its_length(text: str, read: str) -> None:
    assert plain(text) == read


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=80))
def test_reading_twice_reads_the_same_length_of_numbers(text: str) -> None:
    once = plain(text)

    assert not any(char.isdecimal() and char.isascii() for char in once)
    assert once == once.strip()


def test_the_views_are_characters_sounds_words_concepts_and_marks() -> None:
    sentence = Sentence("停电", ("停电",), ("power_off",), ("asks",))

    grams = [grams for grams, _ in views(sentence, FeatureOptions())]

    assert grams == [
        ["c:|", "c:停", "c:电", "c:|", "c:| 停", "c:停 电", "c:电 |"],
        ["s:|", "s:tin", "s:dian", "s:|", "s:| tin", "s:tin dian", "s:dian |"],
        ["w:停电"],
        ["k:power_off"],
        ["m:asks"],
    ]


@pytest.mark.parametrize("weight", [0.5, 1.0, 2.0])
def test_a_view_is_as_long_as_its_weight(weight: float) -> None:
    options = FeatureOptions(min_count=1, char_weight=weight, sound_weight=0.0, word_weight=0.0)
    space = FeatureSpace.learn([Sentence("停电了")], options)

    _, weights = space.vector(Sentence("停电了"))

    assert np.linalg.norm(weights) == pytest.approx(weight, abs=1e-6)


def test_a_feature_seen_too_seldom_is_not_learned() -> None:
    sentences = [Sentence("停电"), Sentence("停水")]

    space = FeatureSpace.learn(sentences, FeatureOptions(min_count=2, sound_n=1))

    assert {gram for gram in space.vocabulary if gram.startswith("c:")} == {"c:|", "c:停", "c:| 停"}


def test_a_rare_feature_weighs_more_than_a_common_one() -> None:
    space = FeatureSpace.learn([Sentence("停电"), Sentence("停水")], FeatureOptions(min_count=1, char_n=1))

    rarity = dict(zip(space.vocabulary, space.idf, strict=True))

    assert rarity["c:电"] > rarity["c:停"]


def test_numbers_of_one_length_look_alike() -> None:
    space = FeatureSpace.learn([Sentence("户号6201011006117")], FeatureOptions(min_count=1))

    first, second = space.vector(Sentence("6201011006117")), space.vector(Sentence("6201024007141"))

    assert first[0].tolist() == second[0].tolist()


def test_the_matrix_holds_the_vectors_as_rows() -> None:
    sentences = [Sentence("停电了"), Sentence(""), Sentence("查电费")]
    space = FeatureSpace.learn(sentences, FeatureOptions(min_count=1))

    matrix = space.matrix(sentences).toarray()

    positions, weights = space.vector(sentences[2])
    assert matrix.shape == (3, len(space.vocabulary))
    assert matrix[2, positions].tolist() == weights.tolist()


def test_options_are_picked_out_of_a_components_configuration() -> None:
    assert options_of({"char_n": 3, "folds": 4}) == FeatureOptions(char_n=3)

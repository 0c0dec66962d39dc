"""Lines of a lexicon are read as names and forms, comments and blanks aside."""

from __future__ import annotations

import pytest

from bot.nlu.errors import LexiconWrong
from bot.nlu.lexicons import read_lexicon


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        pytest.param("a: 停电 没电", [("a", "停电"), ("a", "没电")], id="two-forms"),
        pytest.param("a: 停电\na: 没电", [("a", "停电"), ("a", "没电")], id="a-name-again"),
        pytest.param("a_1 :停电", [("a_1", "停电")], id="blanks-around-the-colon"),
        pytest.param("# a: 停电\n\n  \n", [], id="comments-and-blanks"),
        pytest.param("a: 停电  # 没电", [("a", "停电")], id="a-comment-behind"),
        pytest.param("a: 電費", [("a", "电费")], id="traditional"),
        pytest.param("a: ＡＰＰ", [("a", "APP")], id="full-width"),
        pytest.param("", [], id="empty"),
    ],
)
def test_a_line_gives_its_name_with_each_form(text: str, entries: list[tuple[str, str]]) -> None:
    assert list(read_lexicon(text, "x.txt")) == entries


@pytest.mark.parametrize(
    "line", ["停电", "1a: 停电", "a:", "a b: 停电"], ids=["bare", "digit", "no-form", "blank-inside"]
)
def test_a_wrong_line_is_named(line: str) -> None:
    with pytest.raises(LexiconWrong, match="^x.txt:2: "):
        list(read_lexicon(f"a: 停电\n{line}", "x.txt"))

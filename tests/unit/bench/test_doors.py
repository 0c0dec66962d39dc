"""What counts as an answer of stock's REST channel."""

from __future__ import annotations

from typing import Any

import pytest

from bench.doors.rest import first_answer


@pytest.mark.parametrize(
    ("messages", "answer"),
    [
        pytest.param([], None, id="an empty list is no answer"),
        pytest.param([{"text": "hello"}, {"text": "again"}], "hello", id="the first words"),
        pytest.param([{"custom": {"card": {"title": "October"}}}], "October", id="a card by its title"),
        pytest.param(
            [{"custom": {"topic": "outage"}}, {"text": "where?"}], "where?", id="words to the desk are passed by"
        ),
        pytest.param([{"custom": {"topic": "outage"}}], None, id="words to the desk alone are no answer"),
    ],
)
def test_the_first_thing_a_customer_sees_is_the_answer(messages: list[dict[str, Any]], answer: str | None) -> None:
    assert first_answer(messages) == answer

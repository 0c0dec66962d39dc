"""The storm's own arithmetic: its plan, its script, its books, and what it finds in them."""

from __future__ import annotations

import pytest

from bench.storm_books import OUTSIDE_WINDOW, QUOTA, QUOTA_USED_UP, WINDOW_SECONDS, Books, Delivery
from bench.storm_checks import Line, by_lines, by_marks
from bench.storm_customers import Planned, Repeat, Weather, plan
from bench.storm_script import Order, answer_to, marks_in, number_of, order_of, said
from bench.storm_table import figures, render

ONE, TWO = Order(0), Order(1)


def _planned(*orders: Order, repeat: Repeat = Repeat.NONE) -> list[Planned]:
    return [Planned(0.0, "o1", order, repeat) for order in orders]


def _books(*texts: str) -> Books:
    books = Books()
    for number, text in enumerate(texts):
        books.wrote[number] = 0.0
        books.read["o1"].append(Delivery(float(number + 1), text))
    return books


def _line(seq: int, order: Order, *, text: str = "") -> Line:
    return Line("o1", seq, text or answer_to(order), seq - 1, str(order.number + 10_000), "sent", 1)


@pytest.mark.parametrize("order", [Order(3), Order(1999, wait=6.25), Order(7, parts=2), Order(8, buttons=True)])
def test_an_order_is_read_as_it_was_written(order: Order) -> None:
    assert order_of(said(order)) == order
    assert marks_in(answer_to(order)) == list(order.marks)
    assert {number_of(mark) for mark in order.marks} == {order.number}


def test_a_text_without_an_order_is_none() -> None:
    with pytest.raises(ValueError):
        order_of("上个月电费多少")


def test_the_same_weather_gives_the_same_storm_with_the_shares_it_says() -> None:
    weather = Weather()
    planned = plan(weather)
    slow = sum(one.order.wait >= 6 for one in planned) / len(planned)
    again = sum(one.repeat is not Repeat.NONE for one in planned) / len(planned)
    most = max(sum(one.openid == other.openid for one in planned) for other in planned[:200])

    assert planned == plan(weather)
    assert [one.at for one in planned[:3]] == [0.0, 0.02, 0.04]
    assert abs(slow - 0.05) < 0.015
    assert abs(again - 0.1) < 0.02
    assert most == 3


def test_what_is_read_once_and_in_order_is_all_right() -> None:
    books = _books(answer_to(ONE), answer_to(TWO))

    for tally in (
        by_marks(_planned(ONE, TWO), books),
        by_lines(_planned(ONE, TWO), [_line(2, ONE), _line(4, TWO)], books),
    ):
        assert (tally.lost, tally.doubled, tally.disordered) == (set(), set(), set())
        assert tally.late(books) == [1.0, 2.0]


def test_what_is_missing_is_lost_and_what_comes_again_is_doubled() -> None:
    books = _books(answer_to(ONE), answer_to(ONE))

    for tally in (
        by_marks(_planned(ONE, TWO), books),
        by_lines(_planned(ONE, TWO), [_line(2, ONE), _line(4, TWO)], books),
    ):
        assert (tally.lost, tally.doubled) == ({1}, {0})


def test_an_answer_before_the_one_it_follows_is_out_of_order() -> None:
    books = _books(answer_to(TWO), answer_to(ONE))
    lines = [_line(2, ONE), _line(4, TWO)]

    assert by_lines(_planned(ONE, TWO), lines, books).disordered == {1}
    assert by_marks(_planned(ONE, TWO), books).disordered == {0}


def test_an_answer_whose_way_broke_may_be_read_behind_later_ones() -> None:
    books = _books(answer_to(TWO), answer_to(ONE))
    planned = [*_planned(ONE, repeat=Repeat.LOST), *_planned(TWO)]

    tally = by_lines(planned, [_line(2, ONE), _line(4, TWO)], books)

    assert (tally.lost, tally.doubled, tally.disordered) == (set(), set(), set())


def test_words_inside_other_words_are_told_apart() -> None:
    books = _books("回到刚才的事：请发一下户号。", "请发一下户号。")
    planned = [*_planned(ONE, repeat=Repeat.LOST), *_planned(TWO)]

    lines = [_line(2, ONE, text="请发一下户号。"), _line(4, TWO, text="回到刚才的事：请发一下户号。")]

    tally = by_lines(planned, lines, books)
    assert (tally.lost, tally.doubled, tally.disordered) == (set(), set(), set())


def test_an_answer_in_parts_is_found_across_messages() -> None:
    long = Order(0, parts=2)
    first, _, second = answer_to(long).partition("\n")
    whole, half = _books(first, second), _books(first)

    assert by_lines(_planned(long), [_line(2, long)], whole).lost == set()
    assert by_lines(_planned(long), [_line(2, long)], half).lost == {0}
    assert by_marks(_planned(long), half).lost == {0}


def test_a_line_that_is_said_twice_by_postgresql_may_be_read_twice() -> None:
    books = _books("好的好的好的。", "好的好的好的。")
    lines = [_line(2, ONE, text="好的好的好的。"), _line(4, TWO, text="好的好的好的。")]

    assert by_lines(_planned(ONE, TWO), lines, books).doubled == set()
    assert by_lines(_planned(ONE), lines[:1], books).doubled == {0}


def test_the_platform_grants_five_messages_after_each_of_a_customer() -> None:
    books = Books()
    before = books.refusal("o1")
    books.write("o1", 0)
    for _ in range(QUOTA):
        assert books.refusal("o1") == 0
        books.take("o1", "x")
    used_up = books.refusal("o1")
    books.write("o1", 1)

    assert (before, used_up, books.refusal("o1")) == (OUTSIDE_WINDOW, QUOTA_USED_UP, 0)
    books._since["o1"] -= WINDOW_SECONDS + 1
    assert books.refusal("o1") == OUTSIDE_WINDOW
    assert books.most_of_quota == QUOTA


def test_a_repeated_push_with_the_same_answer_is_read_once() -> None:
    books = Books()
    for text in ("甲", "甲", "乙"):
        books.hear("o1", 0, text)

    assert [one.text for one in books.read["o1"]] == ["甲", "乙"]
    assert all(one.is_passive for one in books.read["o1"])


def test_the_table_shows_what_was_lost() -> None:
    books = _books(answer_to(ONE))
    tally = by_marks(_planned(ONE, TWO), books)

    table = render([figures("door", 2, 1.0, tally, books)])

    assert "| answered exactly once | 1 of 2 |" in table
    assert "| lost | 1 |" in table
    assert "| passive p50 / p95 / p99 s | - |" in table

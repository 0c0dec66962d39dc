"""A push that waits: it closes with one answer, or, while nothing else may leave, with all that was kept for it."""

from __future__ import annotations

import pytest

from connectors.wechat.exchanges import Exchange, Exchanges
from runtime.errors import StoreUnavailable

OPENID = "o1"


async def taken() -> bool:
    return True


async def test_words_that_are_kept_leave_together_when_the_time_is_over() -> None:
    late: list[str] = []
    exchanges = Exchanges(seconds=0.3, on_late=late.append)

    async def take() -> bool:
        exchange = exchanges.waiting(OPENID)
        assert exchange is not None
        assert exchange.add("一句", 100)
        assert exchange.add("二句", 100)
        assert not exchange.add("三" * 40, 100)
        return True

    assert await exchanges.answer(OPENID, "1", take) == "一句\n\n二句"
    assert late == []


async def test_who_waited_in_vain_is_told_of_once() -> None:
    late: list[str] = []
    exchanges = Exchanges(seconds=0.1, on_late=late.append)

    assert await exchanges.answer(OPENID, "1", taken) is None
    assert await exchanges.answer(OPENID, "1", taken) is None
    assert late == [OPENID]


async def test_an_answer_closes_it() -> None:
    exchanges = Exchanges(seconds=5)

    async def take() -> bool:
        exchange = exchanges.waiting(OPENID)
        assert exchange is not None
        assert exchange.give("答")
        assert not exchange.give("再答")
        assert not exchange.add("又", 100)
        return True

    assert await exchanges.answer(OPENID, "1", take) == "答"


async def test_a_promised_answer_leaves_when_it_is_recorded() -> None:
    exchanges = Exchanges(seconds=5)

    async def take() -> bool:
        exchange = exchanges.waiting(OPENID)
        assert exchange is not None
        assert exchange.promise("答")
        assert not exchange.promise("再答")
        assert exchange.is_open
        assert exchange.settle(recorded=True)
        assert exchange.is_recorded
        return True

    assert await exchanges.answer(OPENID, "1", take) == "答"


async def test_a_promise_that_was_taken_back_leaves_room_for_another_answer() -> None:
    exchanges = Exchanges(seconds=5)

    async def take() -> bool:
        exchange = exchanges.waiting(OPENID)
        assert exchange is not None
        assert exchange.promise("答")
        assert not exchange.settle(recorded=False)
        assert exchange.promise("再答")
        assert exchange.settle(recorded=True)
        return True

    assert await exchanges.answer(OPENID, "1", take) == "再答"


async def test_a_promise_that_is_not_recorded_in_time_leaves_all_the_same() -> None:
    exchanges = Exchanges(seconds=0.1)

    async def take() -> bool:
        exchange = exchanges.waiting(OPENID)
        assert exchange is not None
        return exchange.promise("答")

    assert await exchanges.answer(OPENID, "1", take) == "答"
    exchange = exchanges.of(OPENID, "1")
    assert exchange is not None
    # It has left: who carries the same words again must know.
    assert exchange.settle(recorded=False)


async def test_a_promise_to_a_push_that_failed_has_not_left() -> None:
    """PostgreSQL is lost while the words wait for their record: the push is refused, and nobody has read them."""
    exchanges = Exchanges(seconds=5)
    promised: list[Exchange] = []

    async def take() -> bool:
        exchange = exchanges.waiting(OPENID)
        assert exchange is not None
        assert exchange.promise("答")
        promised.append(exchange)
        raise StoreUnavailable("the store went away")

    with pytest.raises(StoreUnavailable):
        await exchanges.answer(OPENID, "1", take)

    assert not promised[0].settle(recorded=False)
    assert exchanges.waiting(OPENID) is None

"""A push that waits: it closes with one answer, or, while nothing else may leave, with all that was kept for it."""

from __future__ import annotations

from connectors.wechat.exchanges import Exchanges

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

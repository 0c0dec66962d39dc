"""kill -9 of the bot in the middle of a turn: the customer's message is answered once all the same."""

from __future__ import annotations

import os
import signal
import time

from tools.dialogues.books import Books, wait_until
from tools.dialogues.people import Visitor


def test_a_message_whose_turn_was_killed_is_answered_once(books: Books) -> None:
    stack = books.stack
    books.begin("fixed_now", "nobody", "web", ())
    visitor = Visitor(stack.url("bot"))
    # The company is held still, wherever the actions run, so that the turn is surely in the middle when the bot dies.
    os.kill(stack.pid("utility"), signal.SIGSTOP)
    try:
        visitor.say("北斗里5栋整栋没电了")
        assert wait_until(lambda: books.turn_waits(visitor.conversation_id), 5)
        time.sleep(0.5)
        stack.kill("bot")
    finally:
        os.kill(stack.pid("utility"), signal.SIGCONT)
    stack.restart("bot")

    assert wait_until(lambda: not books.turn_waits(visitor.conversation_id), 20)
    lines = visitor.hear()

    assert [line.role for line in lines].count("customer") == 1
    assert [line.role for line in lines].count("bot") == 1
    assert len(books.made("fault_order")) == 1


def test_a_report_kept_for_later_outlives_bot_and_company(books: Books) -> None:
    stack = books.stack
    visitor = Visitor(stack.url("bot"))
    books.begin("fixed_now", visitor.user_id, "web", ())

    def turn(text: str) -> str:
        visitor.say(text)
        assert wait_until(lambda: not books.turn_waits(visitor.conversation_id), 20)
        return "\n".join(line.text for line in visitor.hear() if line.role == "bot")

    turn("织女苑3栋整栋没电")
    books.happen({"backend": "company_down"})
    kept = turn("不留电话")
    stack.kill("bot")
    books.happen({"backend": "company_back", "wait_s": 400})
    stack.restart("bot")

    assert wait_until(lambda: not books.turn_waits(visitor.conversation_id), 20)
    told = "\n".join(line.text for line in visitor.hear() if line.role == "bot")

    (order,) = books.made("fault_order")
    assert "报修停电" in kept
    assert told.count(f"工单号 {order['order_no']}") == 1

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
    # The action server is held still, so that the turn is surely in the middle when the bot dies.
    os.kill(stack.pid("actions"), signal.SIGSTOP)
    try:
        visitor.say("北斗里5栋整栋没电了")
        assert wait_until(lambda: books.turn_waits(visitor.conversation_id), 5)
        time.sleep(0.5)
        stack.kill("bot")
    finally:
        os.kill(stack.pid("actions"), signal.SIGCONT)
    stack.restart("bot")

    assert wait_until(lambda: not books.turn_waits(visitor.conversation_id), 20)
    lines = visitor.hear()

    assert [line.role for line in lines].count("customer") == 1
    assert [line.role for line in lines].count("bot") == 1
    assert len(books.made("fault_order")) == 1

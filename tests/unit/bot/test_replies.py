"""What Rasa says becomes bubbles: text, buttons and card together, two at most."""

from __future__ import annotations

from bot.replies.channel import ReplyCollector, merge
from conversation.errand import Errand
from conversation.reply import Button, Card, HandoffRequest, Reply

CARD = {
    "kind": "bill",
    "title": "10月电费",
    "rows": [{"label": "用电", "value": "318 度"}],
    "total": {"label": "合计", "value": "190.20 元"},
}


async def test_text_buttons_and_card_make_one_bubble() -> None:
    collector = ReplyCollector("web")

    await collector.send_response(
        "web:v1", {"text": " 查到了 ", "buttons": [{"title": "开发票", "payload": "开发票"}], "custom": {"card": CARD}}
    )

    card = Card("bill", "10月电费", (("用电", "318 度"),), ("合计", "190.20 元"))
    assert collector.turn().replies == (Reply("查到了", (Button("开发票", "开发票"),), card),)


async def test_a_directive_hands_over_without_a_bubble() -> None:
    collector = ReplyCollector("web")

    await collector.send_response(
        "web:v1", {"custom": {"handoff": {"skill": "fault", "reason": "asked", "priority": 5}}}
    )

    assert collector.turn().replies == ()
    assert collector.turn().handoff == HandoffRequest("fault", "asked", 5)


async def test_an_empty_response_is_no_bubble() -> None:
    collector = ReplyCollector("web")

    await collector.send_response("web:v1", {"text": "  "})

    assert collector.turn().replies == ()


def test_many_replies_become_two_and_no_word_is_lost() -> None:
    replies = tuple(Reply(f"第{number}句") for number in range(5))

    merged = merge(replies)

    assert len(merged) == 2
    assert "\n".join(reply.text for reply in merged).split("\n") == [reply.text for reply in replies]


def test_a_card_stays_at_the_end_of_its_bubble() -> None:
    card = Card("bill", "账单", ())

    merged = merge((Reply("一", card=card), Reply("二"), Reply("三", (Button("好", "好"),))))

    assert merged == (Reply("一", card=card), Reply("二\n三", (Button("好", "好"),)))


async def test_what_a_turn_learned_is_kept_for_the_desk() -> None:
    collector = ReplyCollector("web")

    await collector.send_response("web:v1", {"custom": {"profile": {"verified": "account"}}})
    await collector.send_response("web:v1", {"text": "好的"})

    assert collector.turn().profile == {"verified": "account"}


async def test_a_request_kept_for_later_is_collected_without_a_bubble() -> None:
    collector = ReplyCollector("web")
    errand = Errand("action_report_fault", "outage_report", "报修停电", {"address": "织女苑3栋"})

    await collector.send_response("web:v1", {"custom": {"errand": errand.to_wire()}})
    await collector.send_response("web:v1", {"custom": {"errands_dropped": [3]}})

    turn = collector.turn()
    assert (turn.replies, turn.errands, turn.dropped) == ((), (errand,), (3,))

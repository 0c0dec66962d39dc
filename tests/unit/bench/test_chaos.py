"""The chaos run's own arithmetic: its plan, and that each promise is seen to be broken when its ledger is."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any, cast

import aiohttp
import pytest

from bench.chaos import compare, crew
from bench.chaos.agents import AgentLine
from bench.chaos.compare import Promise
from bench.chaos.deliveries import delivered
from bench.chaos.ledgers import Ledgers, Row
from bench.chaos.schedule import BOTS, FULL, QUICK, Kind, Said, make_plan, words
from bench.chaos.web_customers import Sent, WebCustomer
from bench.chaos.wechat_customers import Pushed
from bench.storm_books import Delivery

_AT = datetime(2026, 11, 21, 10, tzinfo=timezone.utc)
_WEB, _WECHAT = "web:v1", "wechat:o1"
_ORDER = "F26112100012"


def _row(conversation_id: str, seq: int, role: str, text: str, **more: Any) -> Row:
    plain = {"channel_message_id": None, "reply_to": None, "turn": None, "delivery": None, "owed": False, "joins": None}
    row = {"conversation_id": conversation_id, "seq": seq, "role": role, "text": text, **plain}
    return {**row, "created_at": _AT + timedelta(minutes=seq), **more}


def _ledgers() -> Ledgers:
    """Two customers who asked once and were answered; one of them reported, and was then served by an agent."""
    done, sent = {"turn": "done"}, {"delivery": "sent"}
    return Ledgers(
        messages=[
            _row(_WEB, 1, "customer", "没电了", channel_message_id="c1", **done),
            _row(_WEB, 2, "bot", f"已登记，工单号 {_ORDER}。", reply_to=1, **sent),
            _row(_WEB, 3, "customer", "转人工", channel_message_id="c2", **done),
            _row(_WEB, 4, "bot", "正在为您转接人工客服。", reply_to=3, **sent),
            _row(_WEB, 5, "agent", "您好，我是人工客服", **sent),
            _row(_WEB, 6, "customer", "好的", channel_message_id="c3", **done),
            _row(_WECHAT, 1, "customer", "你好", channel_message_id="10000", **done),
            _row(_WECHAT, 2, "bot", "您好，我是自动客服助手。", reply_to=1, **sent),
        ],
        escalations=[
            {
                "escalation_id": 1,
                "conversation_id": _WEB,
                "state": "returned",
                "accepted_at": _AT + timedelta(minutes=4.5),
                "ended_at": _AT + timedelta(minutes=9),
            }
        ],
        transitions=[{"escalation_id": 1, "conversation_id": _WEB, "name": "escalation.requested", "times": 1}],
        memory=[{"conversation_id": _WEB, "first": 1, "last": 9, "count": 9}],
        errands=[{"errand_id": 1, "state": "done", "last_error": None}],
        facts=[{"fact_id": 1, "kind": "outage_fault", "state": "told"}],
        notices=[{"notice_id": 1, "fact_id": 1, "state": "final", "good_tries": 1}],
        notice_events=[{"event_no": 1, "subject": "O1", "state": "applied"}],
        orders=[{"order_no": _ORDER, "channel": "web", "channel_user": "v1", "is_new": True}],
        short_messages=[{"phone": "13800001044", "text": "停电了"}],
    )


def _web() -> list[WebCustomer]:
    customer = WebCustomer(cast(aiohttp.ClientSession, None), [], [], 0.0, random.Random(1), visitor_id="v1")
    customer.sent = [
        Sent("c1", Said(0, "没电了", is_report=True), seq=1),
        Sent("c2", Said(1, "转人工"), seq=3),
        Sent("c3", Said(2, "好的"), seq=6),
    ]
    customer.seen = [{"seq": seq} for seq in range(1, 7)]
    return [customer]


def _pushed() -> list[Pushed]:
    return [Pushed(0, "o1", Said(0, "你好"), is_taken=True)]


def _read() -> dict[str, list[Delivery]]:
    return {"o1": [Delivery(1.0, "您好，我是自动客服助手。")]}


def _judged(
    ledgers: Ledgers,
    web: list[WebCustomer] | None = None,
    read: dict[str, list[Delivery]] | None = None,
    lines: list[AgentLine] | None = None,
) -> list[Promise]:
    people = web or _web()
    said = lines or [AgentLine(_WEB, "a1", "您好，我是人工客服", is_taken=True)]
    return [
        compare.lines_kept(ledgers, people, _pushed()),
        compare.lines_answered(ledgers),
        compare.answered_once(ledgers),
        compare.answers_in_order(ledgers),
        compare.written_in_order(ledgers, people),
        compare.pages_whole(ledgers, people),
        *delivered(ledgers, read or _read()),
        compare.nothing_open(ledgers),
        compare.orders_once(ledgers, Counter({("web", "v1"): 1}), words()["order_told"]),
        compare.orders_told(ledgers),
        compare.escalations_end(ledgers),
        compare.agents_heard(ledgers, said),
        compare.notices_end(ledgers, ["O1"]),
        compare.told_once(ledgers),
        compare.memory_whole(ledgers),
    ]


def _broken(promises: list[Promise]) -> set[str]:
    return {promise.name for promise in promises if not promise.is_kept}


def _without(place: int) -> Callable[[Ledgers], Ledgers]:
    return lambda old: replace(old, messages=[row for at, row in enumerate(old.messages) if at != place])


def _with(**changed: Any) -> Callable[[Ledgers], Ledgers]:
    """Changes the first row of a table, or adds one: `messages=(place, {...})`, `orders={...}`."""

    def change(old: Ledgers) -> Ledgers:
        for name, given in changed.items():
            rows = list(getattr(old, name))
            place, fields = given if isinstance(given, tuple) else (0, given)
            rows[place] = {**rows[place], **fields}
            old = replace(old, **{name: rows})
        return old

    return change


def _again(name: str, place: int, **changed: Any) -> Callable[[Ledgers], Ledgers]:
    def change(old: Ledgers) -> Ledgers:
        rows = list(getattr(old, name))
        return replace(old, **{name: [*rows, {**rows[place], **changed}]})

    return change


def test_a_run_that_went_well_breaks_nothing() -> None:
    assert _broken(_judged(_ledgers())) == set()


@pytest.mark.parametrize(
    ("harm", "promise"),
    [
        pytest.param(_without(0), "acknowledged lines stand in the transcript, once", id="a line is lost"),
        pytest.param(_without(6), "acknowledged lines stand in the transcript, once", id="a push is lost"),
        pytest.param(_again("messages", 0, seq=9), "acknowledged lines stand in the transcript, once", id="doubled"),
        pytest.param(_without(7), "every line is answered, or served by an agent", id="unanswered"),
        pytest.param(
            _with(messages=(0, {"turn": "pending"})), "every turn and delivery is in a final state", id="open"
        ),
        pytest.param(_again("messages", 1, seq=9), "no line is answered twice", id="the same answer again"),
        pytest.param(
            _again("messages", 1, seq=9, text="另一个", created_at=_AT), "no line is answered twice", id="another turn"
        ),
        pytest.param(
            _with(messages=(3, {"reply_to": 0})), "every line is answered, or served by an agent", id="astray"
        ),
        pytest.param(
            _again("messages", 3, seq=9, reply_to=1), "answers stand in the order of the lines", id="out of order"
        ),
        pytest.param(
            _with(messages=(0, {"channel_message_id": "c3"})),
            "a page's lines stand in the order they were written",
            id="written out of order",
        ),
        pytest.param(
            _again("messages", 4, seq=9), "pages are shown every line, once, in order", id="a line was not shown"
        ),
        pytest.param(
            _with(messages=(4, {"delivery": "suppressed"})),
            "pages are shown every line, once, in order",
            id="what was silenced was shown",
        ),
        pytest.param(
            _again("messages", 7, seq=3, text="电费已交清。"),
            "WeChat's customers read every line that is `sent`",
            id="sent and not read",
        ),
        pytest.param(
            _with(messages=(7, {"delivery": "failed"})), "every turn and delivery is in a final state", id="undelivered"
        ),
        pytest.param(_again("orders", 0, order_no="F2"), "one work order for a report, and every promised one", id="2"),
        pytest.param(
            _with(orders={"order_no": "F26112100099"}),
            "one work order for a report, and every promised one",
            id="told of an order that is not there",
        ),
        pytest.param(
            _with(errands={"state": "waiting"}), "one work order for a report, and every promised one", id="errand"
        ),
        pytest.param(
            _with(messages=(1, {"text": "已登记。"})), "who has a work order was told its number", id="untold order"
        ),
        pytest.param(_with(escalations={"state": "serving"}), "requests for a person end, each step once", id="open"),
        pytest.param(_with(transitions={"times": 2}), "requests for a person end, each step once", id="asked twice"),
        pytest.param(_without(4), "agents' lines stand once", id="an agent's line is lost"),
        pytest.param(_again("messages", 4, seq=9), "agents' lines stand once", id="an agent's line is doubled"),
        pytest.param(_with(notices={"state": "sending"}), "notices leave, and every event is read", id="stuck notice"),
        pytest.param(_with(notice_events={"subject": "O2"}), "notices leave, and every event is read", id="unheard"),
        pytest.param(_with(notices={"good_tries": 2}), "each person hears of each fact once", id="told twice"),
        pytest.param(_again("short_messages", 0), "each person hears of each fact once", id="two short messages"),
        pytest.param(_with(memory={"count": 8}), "the memory of a conversation has no hole", id="a hole"),
        pytest.param(_with(memory={"first": 2, "count": 8}), "the memory of a conversation has no hole", id="no start"),
    ],
)
def test_a_harmed_ledger_breaks_its_promise(harm: Callable[[Ledgers], Ledgers], promise: str) -> None:
    assert promise in _broken(_judged(harm(_ledgers())))


def test_a_line_of_a_burst_is_answered_with_its_first() -> None:
    burst = _row(_WECHAT, 3, "customer", "在吗", channel_message_id="10000", turn="done", joins=1)
    ledgers = replace(_ledgers(), messages=[*_ledgers().messages, burst])

    assert compare.lines_answered(ledgers).is_kept


def test_an_order_behind_an_apology_is_seen_until_it_is_told() -> None:
    silent = _with(messages=(1, {"text": "抱歉，我这边暂时办不了"}))(_ledgers())
    told = replace(silent, messages=[*silent.messages, _row(_WEB, 7, "system", f"工单号 {_ORDER}", delivery="sent")])

    assert not compare.orders_told(silent).is_kept
    assert compare.orders_told(told).is_kept


def test_a_frame_that_came_twice_is_seen() -> None:
    (customer,) = web = _web()
    customer.seen.append({"seq": 6})

    assert _broken(_judged(_ledgers(), web)) == {"pages are shown every line, once, in order"}


def test_a_parcel_that_came_twice_is_seen() -> None:
    read = {"o1": [*_read()["o1"], Delivery(2.0, "您好，我是自动客服助手。")]}

    assert _broken(_judged(_ledgers(), read=read)) == {"WeChat's customers read no line twice"}


def test_words_that_stand_inside_others_are_told_apart() -> None:
    """The end of one parcel and the whole of the next are, joined, the words of a third line."""
    texts = ("不客气。回到刚才的事：", "请发一下户号。", "回到刚才的事：请发一下户号。")
    rows = [_row(_WECHAT, seq, "bot", text, reply_to=1, delivery="sent") for seq, text in enumerate(texts, 2)]
    ledgers = replace(_ledgers(), messages=[*_ledgers().messages[:7], *rows])
    read = {"o1": [Delivery(1.0, "\n".join(texts[:2])), Delivery(2.0, texts[2])]}

    assert all(promise.is_kept for promise in delivered(ledgers, read))


def test_an_agents_line_that_was_never_taken_nor_refused_is_seen() -> None:
    lines = [
        AgentLine(_WEB, "a1", "您好，我是人工客服", is_taken=True),
        AgentLine(_WEB, "a2", "在吗"),
    ]

    assert _broken(_judged(_ledgers(), lines=lines)) == {"agents' lines stand once"}


@pytest.mark.parametrize("size", [QUICK, FULL], ids=["quick", "full"])
def test_the_same_seed_is_the_same_plan(size: Any) -> None:
    one, same, other = make_plan(3, size), make_plan(3, size), make_plan(4, size)

    assert one == same
    assert one != other
    assert len(one.faults) == size.faults
    assert all(0 <= fault.at <= size.seconds for fault in one.faults)
    assert all(sum(said.is_report for said in script) == 1 for script in (*one.web, *one.wechat))


@pytest.mark.parametrize("size", [crew.SMALL_CREW, crew.CREW], ids=["small", "whole"])
def test_a_crews_run_strikes_each_process_of_it(size: Any) -> None:
    plan = make_plan(4, size, deal=crew.deck)
    struck = {(fault.target, fault.kind) for fault in plan.faults}

    assert len(plan.faults) == size.faults
    assert {(crew.LOADER, Kind.KILL), (crew.FIRST, Kind.KILL), (crew.FIRST, Kind.RELOAD)} <= struck
    assert any((name, Kind.KILL) in struck for name in crew.MEMBERS)
    assert plan == make_plan(4, size, deal=crew.deck)


def test_a_full_run_strikes_every_part() -> None:
    struck = {(fault.target, fault.kind) for fault in make_plan(1, FULL).faults}

    for name in (*BOTS, "actions", "console", "notices", "utility"):
        assert (name, Kind.KILL) in struck
    assert {("postgres", Kind.CRASH), ("postgres", Kind.CUT), ("postgres", Kind.SLOW), ("redis", Kind.EMPTY)} <= struck

"""The knowledge skill: the right answer, its figures, an account's own facts, follow-ups, halls against the clock."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from rasa_sdk.executor import CollectingDispatcher

from actions.knowledge import AnswerKnowledge
from actions.knowledge_facts import PLACEHOLDER, Facts
from actions.visit import Visit
from backend.errors import BackendUnavailable
from conversation.reply import BUBBLE_CHARACTERS
from runtime.clock import SHANGHAI
from tests.builders import Counter, FixedClock, Spoken, read_knowledge

LIN, HUANG, FACTORY, MA = "6201011006117", "6201024007141", "6201024007182", "6201037008166"


async def _ask(counter: Counter, text: str, intent: str = "ask_tariff_policy", **entities: str) -> str:
    return _text(await counter.run(AnswerKnowledge, text, intent, **entities))


def _text(spoken: Spoken) -> str:
    return "\n".join(message.get("answer", "") for message in spoken.messages)


async def test_a_tier_is_told_with_price_region_and_date() -> None:
    said = await _ask(Counter(), "第二档多少钱")

    assert all(figure in said for figure in ("0.639", "260", "600", "星河市", "2021年10月1日", "2026年11月21日"))


async def test_a_follow_up_stays_with_the_subject() -> None:
    counter = Counter()
    await _ask(counter, "过户要带什么", "ask_procedure")

    said = await _ask(counter, "那要几天", "ask_procedure")

    assert "过户" in said
    assert "5 个工作日" in said


async def test_the_third_tier_follows_the_second() -> None:
    counter = Counter()
    await _ask(counter, "第二档多少钱")

    said = await _ask(counter, "那第三档呢")

    assert "0.889" in said


async def test_a_new_business_is_no_follow_up() -> None:
    counter = Counter()
    await _ask(counter, "过户要带什么", "ask_procedure", business_type="过户")

    said = await _ask(counter, "那销户要带什么呢", "ask_procedure", business_type="销户")

    assert "退费银行账户" in said


@pytest.mark.parametrize(
    ("account", "text", "figures"),
    [
        (LIN, "阶梯电价怎么分的", ("6117", "143", "57")),
        (HUANG, "几点算谷电", ("7141", "2026年3月1日")),
        (LIN, "几点算谷电", ("6117", "没有开峰谷")),
        (MA, "低保户有免费电吗", ("8166", "15")),
        (LIN, "几号抄表几号出账", ("6117", "11月25日", "已交清")),
    ],
    ids=lambda value: str(value)[:12],
)
async def test_a_bound_account_adds_its_own_facts(account: str, text: str, figures: tuple[str, ...]) -> None:
    said = await _ask(Counter(bound=(account,)), text)

    assert all(figure in said for figure in figures)
    assert account not in said


async def test_nobody_bound_is_asked_for_an_account() -> None:
    said = await _ask(Counter(), "阶梯电价怎么分的")

    assert "尾号" not in said
    assert "户号" not in said


async def test_own_facts_that_cannot_be_read_leave_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    counter = Counter(bound=(LIN,))
    monkeypatch.setattr(counter.backend, "tariff", _down)

    said = await _ask(counter, "第二档多少钱")

    assert "0.639" in said


async def test_what_nobody_wrote_is_said_honestly_with_a_person() -> None:
    spoken = await Counter().run(AnswerKnowledge, "核聚变的原理", "ask_safety_saving")

    assert spoken.responses == ["utter_knowledge_unknown"]


async def test_two_answers_as_near_are_offered_as_buttons() -> None:
    spoken = await Counter().run(AnswerKnowledge, "户口本", "ask_procedure")

    if spoken.responses == ["utter_knowledge_which"]:
        labels = [button["title"] for button in spoken.messages[0]["buttons"]]
        assert labels[-1] == "都不是"
        assert [choice["label"] for choice in spoken.slots["offer"]["choices"]] == labels[:-1]
    else:
        assert spoken.responses


async def test_every_title_finds_its_own_answer() -> None:
    index = read_knowledge()

    strays = [entry.title for entry in index.base.entries if index.search(entry.title)[0].entry.title != entry.title]

    assert strays == []


async def test_an_answer_past_its_day_is_not_given() -> None:
    clock = FixedClock(datetime(2030, 1, 1, 10, 0, tzinfo=SHANGHAI))
    counter = Counter()
    counter.clock.at = clock.at

    spoken = await counter.run(AnswerKnowledge, "打雷要拔插头吗", "ask_safety_saving")

    assert spoken.responses == ["utter_knowledge_expired"]


@pytest.mark.parametrize(
    ("text", "intent", "wanted"),
    [
        ("第二档多少钱", "ask_procedure", "0.639"),
        ("空开跳了怎么推", "ask_tariff_policy", "往下扳到底"),
        ("周末营业厅开门吗", "ask_procedure", "不营业"),
    ],
    ids=lambda value: value[:10],
)
async def test_the_search_looks_over_all_four_intents(text: str, intent: str, wanted: str) -> None:
    assert wanted in await _ask(Counter(), text, intent)


@pytest.mark.parametrize(
    ("text", "wanted", "never"),
    [
        ("长庚区营业厅今天开门吗", ("长庚", "不营业", "11月23日"), ("启明", "松果")),
        ("松果镇供电所现在开着吗", ("松果", "09:00—12:00", "现在开着门"), ("启明",)),
        ("银汉街那个厅星期天开不开", ("启明", "周日", "不营业"), ("松果",)),
        ("明天营业厅开门吗", ("启明", "长庚", "松果", "不营业"), ()),
        ("营业厅周六开门吗", ("09:00—16:00", "周六"), ("周日",)),
    ],
    ids=lambda value: str(value)[:10],
)
async def test_a_hall_is_told_by_place_and_day(text: str, wanted: tuple[str, ...], never: tuple[str, ...]) -> None:
    said = await _ask(Counter(), text, "ask_channel_info")

    assert all(word in said for word in wanted), said
    assert not any(word in said for word in never), said


async def test_a_bound_home_hears_of_its_own_hall() -> None:
    said = await _ask(Counter(bound=(LIN,)), "营业厅今天几点关门", "ask_channel_info")

    assert "启明" in said
    assert "长庚" not in said


async def test_a_date_named_is_the_day_that_is_told() -> None:
    said = await _ask(Counter(), "下周一营业厅开门吗", "ask_channel_info", date="2026-11-23")

    assert "11月23日" in said
    assert "08:30—17:30" in said


async def test_a_manager_is_named_with_the_public_number() -> None:
    said = await _ask(Counter(bound=(LIN,)), "我们片区经理电话多少", "ask_channel_info")

    assert "范织云" in said
    assert "0620-5550201" in said


async def test_a_place_named_has_its_own_manager() -> None:
    said = await _ask(Counter(bound=(LIN,)), "北斗里小区的网格经理是谁", "ask_channel_info", address="北斗里小区")

    assert "汤望月" in said


async def test_a_key_account_hears_of_its_own_manager() -> None:
    said = await _ask(Counter(bound=(FACTORY,)), "我们客户经理电话多少", "ask_channel_info")

    assert "梁经纬" in said


async def test_nobody_knows_whose_manager_is_meant() -> None:
    said = await _ask(Counter(), "片区经理电话多少", "ask_channel_info")

    assert "小区" in said
    assert "0620" not in said


async def test_every_answer_fills_within_a_bubble() -> None:
    counter = Counter()
    broken = {}
    for entry in read_knowledge().base.entries:
        text = await Facts(_visit(counter), entry).fill(entry.answer)
        if text is None or PLACEHOLDER.search(text) or len(text) > BUBBLE_CHARACTERS:
            broken[entry.id] = text if text is None else len(text)

    assert broken == {}


async def test_own_sentences_fit_the_accounts_of_the_city() -> None:
    entries = [entry for entry in read_knowledge().base.entries if entry.mine]
    told = set()
    for account in (LIN, HUANG, MA, FACTORY):
        counter = Counter(bound=(account,))
        told |= {entry.id for entry in entries if await Facts(_visit(counter), entry).own()}

    assert told == {entry.id for entry in entries}


def test_no_answer_names_a_contractor_or_promises() -> None:
    promises = ("保证您", "一定能", "肯定能", "百分之百", "包您")

    found = [e.id for e in read_knowledge().base.entries if any(word in e.answer for word in promises)]

    assert found == []


async def _down(*_: Any, **__: Any) -> Any:
    raise BackendUnavailable("down")


def _visit(counter: Counter) -> Any:
    tracker = counter.tracker("", "ask_procedure", {}, form=None, events=(), metadata={})
    return Visit(CollectingDispatcher(), tracker, counter.services)

"""Which of two was meant, and what was asked besides: kept with its own words, offered, taken up, dropped."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from actions.billing import ShowBill
from actions.callback import CallbackForm
from actions.conversation import TakeOffer
from actions.danger import ReportDanger
from actions.offers import AskWhich, DropOffer, OfferAsk, ServeAsk
from actions.outage_form import OutageForm
from conversation.topic import STEERING
from tests.builders import ROOT, Counter, Spoken, opened, read_wording

_SAID = "停电了，另外查下9月电费"
_MONTH = {"entity": "bill_period", "value": "2026-09", "start": 8, "end": 10}
_TWO: dict[str, Any] = {
    "entities": [_MONTH],
    "asks": [{"intent": "outage_report", "start": 0, "end": 4}, {"intent": "bill_query", "start": 4, "end": 12}],
}
_TORN: dict[str, Any] = {
    "entities": [{**_MONTH, "start": 0, "end": 2}],
    "fallback": {"reason": "unsure", "between": ["bill_query", "bill_dispute"]},
}


def heard_again(spoken: Spoken) -> dict[str, Any]:
    """The message that the action hands back to the dialogue."""
    assert [event["event"] for event in spoken.events[-2:]] == ["action", "user"]
    parsed: dict[str, Any] = spoken.events[-1]["parse_data"]
    return parsed


def kept(counter: Counter) -> list[str]:
    return [ask["intent"] for ask in counter.slots.get("open_asks") or []]


def buttons(spoken: Spoken) -> list[str]:
    return [button["payload"] for button in spoken.messages[0]["buttons"]]


async def test_the_first_ask_is_served_and_the_other_kept() -> None:
    counter = Counter()

    spoken = await counter.run(ServeAsk, _SAID, "outage_report", parsed=_TWO)

    assert (heard_again(spoken)["text"], heard_again(spoken)["intent"]["name"]) == ("停电了", "outage_report")
    assert heard_again(spoken)["entities"] == []
    assert kept(counter) == ["bill_query"]


async def test_danger_in_a_part_is_served_first() -> None:
    asks = [{"intent": "bill_query", "start": 0, "end": 4}, {"intent": "danger_report", "start": 4, "end": 12}]

    spoken = await Counter().run(ServeAsk, "查电费，另外电线掉下来", "bill_query", parsed={"asks": asks})

    assert heard_again(spoken)["intent"] == {"name": "danger_report", "confidence": 0.5}


async def test_what_was_kept_is_served_with_its_own_words() -> None:
    counter = Counter(bound=("6201011006117",))
    await counter.run(ServeAsk, _SAID, "outage_report", parsed=_TWO)
    offered = await counter.run(OfferAsk, "没有", "deny")

    spoken = await counter.run(ServeAsk, "好", "affirm")

    assert offered.responses == ["utter_offer_ask"]
    assert buttons(offered) == ["查电费账单", "不用了"]
    assert heard_again(spoken)["text"] == "另外查下9月电费"
    assert [entity["value"] for entity in heard_again(spoken)["entities"]] == ["2026-09"]
    assert heard_again(spoken)["metadata"]["channel_user"] == "visitor"
    assert kept(counter) == []


async def test_words_beyond_the_choice_are_added_to_it() -> None:
    counter = Counter()
    await counter.run(ServeAsk, _SAID, "outage_report", parsed=_TWO)
    await counter.run(OfferAsk, "没有", "deny")
    october = {"entities": [{"entity": "bill_period", "value": "2026-10", "start": 0, "end": 3}]}

    spoken = await counter.run(ServeAsk, "10月的电费", "bill_query", parsed=october)

    assert [entity["value"] for entity in heard_again(spoken)["entities"]] == ["2026-10"]


async def test_a_no_drops_the_ask() -> None:
    counter = Counter()
    await counter.run(ServeAsk, _SAID, "outage_report", parsed=_TWO)
    await counter.run(OfferAsk, "没有", "deny")

    spoken = await counter.run(DropOffer, "不用了", "deny")

    assert spoken.responses == ["utter_offer_dropped"]
    assert kept(counter) == []
    assert counter.slots["offer"] is None


async def test_danger_clears_nothing_that_was_asked_besides() -> None:
    counter = Counter()
    asks = [{"intent": "danger_report", "start": 0, "end": 7}, {"intent": "bill_query", "start": 7, "end": 14}]

    await counter.run(ReportDanger, "家里插座冒火花，顺便查下电费", "danger_report", parsed={"asks": asks})

    assert kept(counter) == ["bill_query"]


async def test_a_business_asked_again_is_not_offered_any_more() -> None:
    counter = Counter(bound=("6201011006117",))
    await counter.run(ServeAsk, _SAID, "outage_report", parsed=_TWO)

    await counter.run(ShowBill, "查电费", "bill_query")

    assert kept(counter) == []


async def test_a_chat_in_between_leaves_what_was_kept() -> None:
    counter = Counter()
    await counter.run(ServeAsk, _SAID, "outage_report", parsed=_TWO)

    await counter.run(TakeOffer, "好", "affirm")

    assert kept(counter) == ["bill_query"]


async def test_what_follows_an_answer_in_a_form_is_kept() -> None:
    counter = Counter(slots={"requested_slot": "address"})
    place = {"entity": "address", "value": "织女苑3栋", "start": 0, "end": 5}

    spoken = await counter.run(
        OutageForm, "织女苑3栋，顺便查下电费", "bill_query", form="outage_form", parsed={"entities": [place]}
    )

    assert spoken.slots["requested_slot"] == "outage_scope"
    assert counter.slots["open_asks"][0]["text"] == "顺便查下电费"
    assert counter.slots["open_asks"][0]["entities"] == []


async def test_a_form_that_opens_serves_what_was_kept_for_it() -> None:
    counter = Counter(
        slots={
            "open_asks": [
                {"intent": "outage_report", "text": "停电了", "entities": [], "confidence": 1.0, "offered": 0}
            ]
        }
    )

    await counter.run(OutageForm, "停电了", "outage_report", form="outage_form", events=opened("outage_form"))

    assert kept(counter) == []


async def test_the_question_names_both_in_the_customers_words() -> None:
    spoken = await Counter().run(AskWhich, "9月电费怎么回事", "nlu_fallback", parsed=_TORN)

    assert spoken.responses == ["utter_ask_which"]
    assert (spoken.messages[0]["first"], spoken.messages[0]["second"]) == ("查电费账单", "核对电费金额")
    assert buttons(spoken) == ["查电费账单", "核对电费金额", "都不是", "转人工"]


@pytest.mark.parametrize("text", ["核对电费金额", "第二个", "2", "后者"])
async def test_a_choice_leads_to_its_business_with_what_was_said_first(text: str) -> None:
    counter = Counter()
    await counter.run(AskWhich, "9月电费怎么回事", "nlu_fallback", parsed=_TORN)

    spoken = await counter.run(ServeAsk, text, "nlu_fallback")

    assert heard_again(spoken)["intent"] == {"name": "bill_dispute", "confidence": 1.0}
    assert heard_again(spoken)["text"] == "9月电费怎么回事"
    assert [entity["value"] for entity in heard_again(spoken)["entities"]] == ["2026-09"]


async def test_neither_is_taken_and_asked_anew() -> None:
    counter = Counter()
    await counter.run(AskWhich, "9月电费怎么回事", "nlu_fallback", parsed=_TORN)

    spoken = await counter.run(DropOffer, "都不是", "deny")

    assert spoken.responses == ["utter_which_neither"]


def test_every_business_has_words_for_a_button() -> None:
    intents = set(yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))["intents"])
    wishes = read_wording().of("utter_wish_words")

    # being called back is no business that an intent names, but its form is put aside and offered like one
    assert (intents - STEERING) | {CallbackForm.topic} == set(wishes)
    assert len(set(wishes.values())) == len(wishes)


async def test_a_complaint_takes_in_the_urge_that_stands_beside_it() -> None:
    counter, said = Counter(), "你们到底行不行？两个月停了五次，我要投诉！上个月电费也查下"
    marked = [("repair_urge", 0, 8), ("complaint_submit", 8, 21), ("bill_query", 21, 29)]
    asks = [{"intent": intent, "start": start, "end": end} for intent, start, end in marked]

    spoken = await counter.run(ServeAsk, said, "complaint_submit", parsed={"entities": [], "asks": asks})

    assert (heard_again(spoken)["text"], heard_again(spoken)["intent"]["name"]) == (said, "complaint_submit")
    assert kept(counter) == ["bill_query"]

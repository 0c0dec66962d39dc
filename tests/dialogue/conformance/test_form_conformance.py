"""What must hold in every form of the house, played with the trained model against the company in memory.

Each form is found in the registry; samples.yml says how to open and answer it, and how to write that in two minutes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from actions.danger import DangerForm
from actions.form import Form
from actions.registry import ACTIONS
from backend.errors import BackendTimeout
from tests.dialogue.conformance.house import House, Talk
from tools.train import ensure_model

FORMS: dict[str, type[Form]] = {kind.form: kind for kind in ACTIONS if issubclass(kind, Form) and kind.form}
_FILE = Path(__file__).with_name("samples.yml")
_TURNS = 16
_FILLED_BY_THE_HOUSE = frozenset({"confirmed", "check_code"})


@dataclass(frozen=True)
class Sample:
    """How a form is opened and answered."""

    open: list[str]
    answers: dict[str, str]
    bound: list[str] = field(default_factory=list)
    corrections: dict[str, str] = field(default_factory=dict)
    other: str = ""
    ends: int = 0
    begins: tuple[str, ...] = ()


SAMPLES = {name: Sample(**sample) for name, sample in (yaml.safe_load(_FILE.read_text(encoding="utf-8")) or {}).items()}
WITH_SAMPLE = sorted(FORMS.keys() & SAMPLES.keys())
each_form = pytest.mark.parametrize("form", WITH_SAMPLE)
# Who stands in danger is never sent round: whatever is said there goes to the crew, and no menu is read out.
each_calm_form = pytest.mark.parametrize("form", [form for form in WITH_SAMPLE if form != DangerForm.form])


@pytest.fixture(scope="module")
def house() -> House:
    """The dialogue, loaded once."""
    return House(ensure_model())


@pytest.mark.parametrize("form", sorted(FORMS))
def test_every_form_has_a_sample(form: str) -> None:
    assert form in SAMPLES, f"write a sample of {form} in {_FILE.name}: the head of the file says how"


def test_every_sample_is_of_a_form() -> None:
    assert sorted(SAMPLES.keys() - FORMS.keys()) == []


async def begin(house: House, form: str) -> Talk:
    """Opens the form and returns the talk at its first question."""
    sample = SAMPLES[form]
    talk = house.talk(tuple(sample.bound))
    for said in sample.open:
        await talk.say(said)
    assert talk.form == form, f"{sample.open} opened {talk.form}\n{talk.transcript}"
    return talk


async def answer(talk: Talk, form: str) -> None:
    """Gives the good answer to the question that stands."""
    asked = talk.asked
    assert asked in SAMPLES[form].answers, f"samples.yml: {form} has no answer for {asked}\n{talk.transcript}"
    await talk.say(SAMPLES[form].answers[asked])


async def walk_to_last(house: House, form: str) -> Talk:
    """Answers until the last question of the form stands."""
    asked = await slots_asked(house, form)
    talk = await begin(house, form)
    while talk.asked != asked[-1]:
        await answer(talk, form)
    return talk


async def slots_asked(house: House, form: str) -> list[str]:
    """The slots that the form asks for on the way the sample takes."""
    talk, asked = await begin(house, form), []
    while talk.form == form:
        asked.append(talk.asked)
        assert len(asked) <= _TURNS, f"{form} does not end\n{talk.transcript}"
        await answer(talk, form)
    return asked


def collected(talk: Talk, form: str) -> dict[str, Any]:
    """What the form has collected."""
    return {name: talk.slot(name) for name in FORMS[form].slots if talk.slot(name) not in (None, "")}


def written(talk: Talk, form: str) -> list[Any]:
    """The writes so far, but for those that only begin something nobody is bound by (a code that is sent, say)."""
    return [key for key in talk.recorder.keys if key[0] not in SAMPLES[form].begins]


@each_form
async def test_good_answers_complete_it(house: House, form: str) -> None:
    talk = await begin(house, form)
    for _ in range(_TURNS):
        if talk.form != form:
            break
        await answer(talk, form)

    assert talk.form is None, talk.transcript
    assert talk.slot("form_outcome") == "complete" or SAMPLES[form].ends, talk.transcript


@each_calm_form
async def test_a_digression_comes_back_to_the_same_question(house: House, form: str) -> None:
    talk = await begin(house, form)
    while talk.form == form:
        asked, before = talk.asked, collected(talk, form)
        for said in ("你好", "在吗", "谢谢"):
            await talk.say(said)
            assert (talk.form, talk.asked) == (form, asked), talk.transcript
            assert "回到刚才" in talk.text, talk.transcript
        assert collected(talk, form) == before, talk.transcript
        await answer(talk, form)


@each_calm_form
async def test_a_digression_with_a_form_of_its_own_comes_back_when_it_is_left(house: House, form: str) -> None:
    talk = await walk_to_last(house, form)
    asked, before = talk.asked, collected(talk, form)
    account = "account_manage" in FORMS[form].intents
    await talk.say(SAMPLES[form].other or ("我家停电了" if account else "我要绑定户号"))
    assert talk.form not in (None, form), talk.transcript

    await talk.say("算了")

    assert (talk.form, talk.asked) == (form, asked), talk.transcript
    assert collected(talk, form) == before, talk.transcript


@pytest.mark.parametrize(("form", "slot"), [(form, slot) for form in WITH_SAMPLE for slot in SAMPLES[form].corrections])
async def test_an_earlier_answer_is_corrected(house: House, form: str, slot: str) -> None:
    talk = await walk_to_last(house, form)
    before = talk.slot(slot)
    assert before not in (None, ""), f"samples.yml: {form} has not filled {slot} by its last question"

    await talk.say(SAMPLES[form].corrections[slot])

    assert talk.slot(slot) != before, talk.transcript
    assert talk.form == form, talk.transcript


@each_form
async def test_what_was_wrong_is_asked_again(house: House, form: str) -> None:
    asked = [slot for slot in await slots_asked(house, form) if slot not in _FILLED_BY_THE_HOUSE]
    if len(asked) < 2:
        return
    talk = await walk_to_last(house, form)
    before = [slot for slot in asked if slot != talk.asked and talk.slot(slot)][-1]

    await talk.say("前面填错了")

    assert talk.asked == before, talk.transcript


@each_form
async def test_leaving_empties_it(house: House, form: str) -> None:
    talk = await walk_to_last(house, form)
    before = written(talk, form)

    await talk.say("算了不办了")

    assert talk.form is None, talk.transcript
    assert collected(talk, form) == {}, talk.transcript
    assert written(talk, form) == before


@each_form
async def test_another_business_in_its_place_is_served_at_once(house: House, form: str) -> None:
    talk = await begin(house, form)
    bills = "bill_query" in FORMS[form].intents or "balance_query" in FORMS[form].intents
    said, served = (
        ("先不查了，我家停电了要报修", "action_check_outage") if bills else ("先不办了，帮我查电费", "action_show_bill")
    )

    await talk.say(said)

    assert talk.did(served), talk.transcript
    assert talk.form != form, talk.transcript
    assert not talk.slot("paused_form"), talk.transcript


@each_form
async def test_three_useless_answers_lead_to_a_person(house: House, form: str) -> None:
    talk = await begin(house, form)

    await talk.say("😂")
    assert talk.form == form, talk.transcript
    await talk.say("🙂🙂")
    assert "转人工" in [button.label for button in talk.buttons], talk.transcript
    await talk.say("👍")

    assert talk.reason == "misunderstood", talk.transcript
    assert talk.form is None, talk.transcript


@each_form
async def test_what_is_said_to_the_talk_is_no_answer(house: House, form: str) -> None:
    talk = await begin(house, form)
    while talk.form == form:
        asked, before = talk.asked, collected(talk, form)
        for said in ("你刚才问什么", "没看懂，啥意思", "为什么要问这个", "等一下，我去看看", "再说一遍"):
            await talk.say(said)
            assert (talk.form, talk.asked) == (form, asked), talk.transcript
        assert collected(talk, form) == before, talk.transcript
        assert not talk.slot("invalid_answers"), talk.transcript
        await answer(talk, form)


@each_form
async def test_it_begins_anew(house: House, form: str) -> None:
    talk = await begin(house, form)
    first = talk.asked
    talk = await walk_to_last(house, form)

    await talk.say("从头开始")

    assert talk.form == form, talk.transcript
    assert talk.asked == first or not talk.slot(first), talk.transcript


@each_calm_form
async def test_danger_comes_first_and_the_form_is_offered_after_it(house: House, form: str) -> None:
    talk = await walk_to_last(house, form)
    asked, before = talk.asked, collected(talk, form)

    await talk.say("电线掉地上了，在冒火花！")
    assert talk.reason == "danger", talk.transcript
    for said in ("织女苑3栋门口", "13912345678"):
        if talk.form == DangerForm.form:
            await talk.say(said)
    assert talk.form is None, talk.transcript
    if FORMS[form].topic in DangerForm.intents:
        return  # the crew that comes looks after it
    assert "还没办完" in talk.text, talk.transcript
    await talk.say("接着办")

    assert (talk.form, talk.asked) == (form, asked), talk.transcript
    assert collected(talk, form) == before, talk.transcript


@each_form
async def test_a_company_that_does_not_answer_is_told_honestly(house: House, form: str) -> None:
    talk = await walk_to_last(house, form)
    talk.backend.failure = BackendTimeout()

    await answer(talk, form)
    for _ in range(2):
        if talk.form == form:
            await answer(talk, form)

    assert talk.form is None, talk.transcript
    assert "抱歉" in talk.text or "连不上" in talk.text or talk.reason, talk.transcript


@each_form
async def test_a_process_that_dies_at_the_end_doubles_nothing(house: House, form: str) -> None:
    talk = await walk_to_last(house, form)
    last = SAMPLES[form].answers[talk.asked]
    talk.recorder.keys.clear()
    if not await talk.dies(last):
        return  # it writes nothing
    first = set(talk.recorder.keys)
    talk.recorder.keys.clear()

    await talk.again(last)

    assert set(talk.recorder.keys) >= first
    assert {name for name, _ in set(talk.recorder.keys) - first}.isdisjoint({name for name, _ in first})


@each_calm_form
async def test_left_for_half_a_day_it_is_offered_and_not_forced(house: House, form: str) -> None:
    talk = await walk_to_last(house, form)
    asked, before = talk.asked, collected(talk, form)
    talk.wait(13)

    await talk.say("你好")
    assert talk.form is None, talk.transcript
    assert "还没办完" in talk.text, talk.transcript
    await talk.say("继续")

    assert (talk.form, talk.asked) == (form, asked), talk.transcript
    assert collected(talk, form) == before, talk.transcript


@each_calm_form
async def test_a_new_session_offers_what_was_left(house: House, form: str) -> None:
    talk = await walk_to_last(house, form)
    asked, before = talk.asked, collected(talk, form)
    talk.wait(48)
    talk.expire()

    await talk.say("在吗")
    assert "还没办完" in talk.text, talk.transcript
    await talk.say("接着办")

    assert (talk.form, talk.asked) == (form, asked), talk.transcript
    assert collected(talk, form) == before, talk.transcript


@each_form
async def test_a_very_long_message_breaks_nothing(house: House, form: str) -> None:
    talk = await begin(house, form)

    await talk.say("我也不知道该怎么说好呢反正就是这么回事" * 90)

    assert talk.text, talk.transcript

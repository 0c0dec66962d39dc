"""Short answers to a notice are read as the sentence they leave out; everything else stays the customer's own words."""

from __future__ import annotations

import pytest

from bot.reception.in_light import in_light
from handoff.notices.marks import Told
from notices.kinds import the_book


@pytest.mark.parametrize(
    ("kind", "said", "meant"),
    [
        ("outage_fault", "还要多久", "什么时候来电"),
        ("outage_fault_open", "请问还要多久啊？", "什么时候来电"),
        ("outage_eta_changed", "修好了吗", "什么时候来电"),
        ("outage_progress", "为啥", "为什么停电"),
        ("outage_planned", "明天几点", "几点停电几点来电"),
        ("outage_planned_eve", "那停多久呢", "几点停电几点来电"),
        ("outage_restored", "我家还没有", "来电了我家还是没电"),
        ("outage_fault", "退订", "退订停电通知"),
        ("bill_issued", "TD", "关闭电费账单通知"),
        ("balance_low", "别再发了", "取消余额提醒"),
        ("arrears_final", "怎么交", "交电费"),
        ("bill_issued", "怎么这么多", "电费明细"),
        ("appointment_eve", "明天几点", "我的预约是什么时候"),
        ("appointment_eve", "不在家", "改预约"),
        ("order_step", "到哪了", "T26112100001的进度"),
        ("outage_rotating", "收到", "谢谢"),
        ("outage_rotating", "收到了，", "谢谢"),
    ],
)
def test_an_answer_is_read_in_the_light_of_its_notice(kind: str, said: str, meant: str) -> None:
    assert in_light(said, Told(1, kind, "T26112100001")) == meant


@pytest.mark.parametrize("said", ["我要办过户", "好的", "是的", "1", "电线掉下来了", "", "明天几点" * 20])
def test_what_says_more_or_something_else_is_left_alone(said: str) -> None:
    assert in_light(said, Told(1, "outage_planned", "T1")) == said


def test_every_kind_can_be_unsubscribed_in_its_own_words() -> None:
    left = [name for name in the_book().kinds if in_light("退订", Told(1, name, "T1")) == "退订"]

    assert left == []

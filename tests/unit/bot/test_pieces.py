"""The shapes of lines: what lacks its sentence, and what does not."""

from __future__ import annotations

import pytest

from bot.reception.burst_rules import burst_rules
from bot.reception.pieces import Shape, leads_to_number, shape_of


@pytest.mark.parametrize(
    ("shape", "lines"),
    [
        (
            Shape.HOLLOW,
            "想问下 请问 问一下 你好想问下 我想 我想查一下 我想办 帮我查一下 那个 就是 还有 我的户号是 查一下 師傅",
        ),
        (Shape.WHOSE, "我家 我们小区 我家门口 我妈家 我们这栋 门口 我家的 我們家"),
        (Shape.PLACE, "织女苑 流萤花园二期 5栋 3幢2单元 在织女苑 12号楼"),
        (Shape.TIME, "上个月 上个月的 昨天晚上 十月份的 这个月 昨天 11月"),
        (Shape.BACK, "不是 不对 说错了 不是的"),
        (Shape.NUMBER, "6201011006133 户号6201011006133 3301880012"),
        (Shape.UNFINISHED, "我家的灯， 停电的地方："),
        (Shape.GOES_ON, "家里电器的 我想说的就是"),
        (
            Shape.WHOLE,
            "你好 谢谢 停电了 查电费 转人工 我要投诉 好 我家停电了 上个月电费多少 算了 2 123456 13800000000 "
            "这个怎么回事 9月的呢 帮我查电费 我想过户 织女苑停电了 昨天停电了 你是机器人吗 什么时候来电 ？",
        ),
    ],
    ids=lambda value: value.value if isinstance(value, Shape) else "",
)
def test_the_shape_of_a_line(shape: Shape, lines: str) -> None:
    assert {line: shape_of(line) for line in lines.split()} == dict.fromkeys(lines.split(), shape)


def test_words_that_only_point_are_hollow_behind_a_picture_alone() -> None:
    assert shape_of("这个怎么回事", after_picture=True) is Shape.HOLLOW
    assert shape_of("这个怎么回事") is Shape.WHOLE


def test_a_number_belongs_to_the_line_that_announces_it() -> None:
    announced = {line: leads_to_number(line) for line in ("我的户号是", "手机号：", "我家", "查电费")}

    assert announced == {"我的户号是": True, "手机号：": True, "我家": False, "查电费": False}


@pytest.mark.parametrize(
    ("pieces", "whole"),
    [
        (["我家", "停电了"], "我家停电了"),
        (["我想", "查一下", "电费"], "我想查一下电费"),
        (["织女苑", "3幢", "停电了"], "织女苑3幢停电了"),
        (["停电了", "在织女苑"], "停电了，在织女苑"),
        (["不是", "是查上个月的"], "是查上个月的"),
        (["6201011006133", "查电费"], "6201011006133，查电费"),
        (["查电费", "查电费", "查电费"], "查电费"),
        (["我家的灯，", "一闪一闪的"], "我家的灯，一闪一闪的"),
    ],
    ids="/".join,
)
def test_pieces_are_joined_as_one_would_have_typed_them(pieces: list[str], whole: str) -> None:
    assert burst_rules().joined(pieces) == whole

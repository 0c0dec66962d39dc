"""What a customer says about a fault: how far it reaches, the neighbours, the breaker, the symptom; values of the taxonomy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from bot.nlu.entities.span import Span, is_denied

_OTHERS = (
    "(?:隔壁|邻居|邻家|对门|对面|楼上楼下|左邻右舍|周围|周边|附近|旁边|别人家?|别家|其他人家|人家|四邻|楼上|楼下|隔篱)"
    "(?:家|的|也|都|他家|他们家?|那边|几家|邻居|那户|左右){0,3}"
)

# Of each table the first value that matches counts: what is said exactly stands before what is said loosely.
_Table = tuple[tuple[str, tuple[str, ...]], ...]
_SCOPE: _Table = (
    (
        "更大范围",
        ("整条街|一条街|全镇|整个镇|整片|这一片|一大片|全城|整个区(?!域)", "附近都|周围都|周边都|好几个小区|几个村"),
    ),
    (
        "整个小区/村",
        (
            "(?:我们|俺们|咱们?)(?:小区|村|屯子?|庄|院子|厂区?|园区)(?:都|全|也)?(?=.{0,4}(?:没|停|黑|冇|断|木|无|挺|听))",
            "(?:整个|全|成个)(?:小区|村|屯子?|庄|院子|厂区?|园区)|院坝头都",
        ),
    ),
    ("整栋", ("(?:整|全|成)(?:栋|幢|座|个楼)(?:楼|大厦)?|一(?:栋|幢|座)楼?都|[整全]楼",)),
    (
        "同楼层/同单元",
        (
            "(?:整|全|这|我们|一)个?(?:层|单元|楼层|层楼)(?:都|全|也)",
            "整(?:层|个单元|个楼层)|同一?(?:层|单元)|楼道里?都",
        ),
    ),
    (
        "单户",
        (
            "(?:就|只有?|仅|单|净|光|得)是?(?:我|俺|咱|阿拉)(?:们|自己)?这?一?(?:家|屋头|户|屋企)(?:一[家户])?(?=$|[ ,，。!！没停断黑冇木无不这挺听])",
            "(?:我|俺)(?:自己)?一家|单户|就一户|一家没电|我自己家|就我没电",
        ),
    ),
    ("不清楚", ("不(?:知道|清楚|晓得)(?:别人|邻居|隔壁|周围|其他|整栋|范围|几家)",)),
)
_NEIGHBOR: _Table = (
    (
        "不清楚",
        (
            "不(?:知道|清楚|晓得)(?:别人|邻居|隔壁|周围|其他人)家?|没[看问]过?(?:邻居|隔壁|别人)",
            _OTHERS + ".{0,3}不(?:知道|清楚|晓得)",
        ),
    ),
    ("没电", (_OTHERS + "(?:没[有得]?电|冇电|停电|断电|停了|没了|黑|不亮|木电|无电|冒得电)",)),
    ("有电", (_OTHERS + "(?:有电|来电|亮|有灯|正常|好好的|没停|没事|都有|有(?=[ ,，]|$|我|就))",)),
)
_BREAKER: _Table = (
    ("不会看", ("不会看|看不懂(?:那?个?(?:开关|电?闸|空开))?", "不知道(?:闸|开关|空开|总闸)在哪")),
    ("合不上", ("[推合送扳](?:不上去?|不回去|唔返上去|唔上)", "一?[推合](?:上去?)?[就又](?:跳|掉)|推上去又掉")),
    (
        "未跳闸",
        (
            "(?:没有?|未|冇|不是|并没有?)(?:跳(?:闸|掣|电|开)?|掉闸)(?!.{0,2}(?:吗|没))",
            "(?:闸|空开|开关|漏保|总闸)(?:都|也|是)?(?:没跳|没掉|好的|正常|没问题|开着|在上面|合着)",
        ),
    ),
    ("没看", ("还?没去?看过?(?:闸|开关|空开|电箱|呢|$)",)),
    (
        "已跳闸",
        (
            "跳[了咗]?总?[闸掣电](?!了吗|没)|掉闸|自动断开",
            "(?:总闸|空开|开关|漏保|闸|电闸|漏电保护器).{0,3}?(?:跳了?|掉了?下来?|掉下去了?|落下来|跌咗)",
        ),
    ),
)
_SYMPTOM: _Table = (
    ("一跳就停", ("(?:一推|一合|推上|合上)上?去?(?:就|又|马上)(?:跳|掉)", "(?:老|一直|总|频繁|成日|经常)跳[闸掣]?")),
    (
        "部分无电",
        (
            "一半(?:屋子|房间|屋)?(?:有电|没电|亮)|只有(?:插座|灯|厨房|客厅|卧室)有?电?",
            "(?:客厅|厨房|卧室|厕所|卫生间|阳台|书房|有的(?:房间|屋|灯|插座)|部分(?:房间|插座)?)都?(?:没[有得]?电|有电|冇电|不亮)",
        ),
    ),
    ("忽明忽暗", ("忽明忽暗|忽闪(?:忽闪)?|一闪一闪|一亮一暗|闪[灯烁]|灯(?:老|一直|总)?闪",)),
    ("灯暗电压低", ("灯(?:很|好|有点|发|变)?暗|发暗|带不动", "电压(?:很|太|有点|偏)?(?:低|不够|不足|唔够)")),
    ("电压高", ("电压[太很偏过]?高",)),
    ("断相", ("[缺断少]一?[条个]?相|少一根火",)),
    ("表不亮", ("电?表(?:都|也|是)?(?:不亮|黑屏|没有?显示|不显示|冇显示)|显示屏(?:不亮|黑)",)),
    ("表不走", ("电?表[都也]?(?:不走|不转|停走)",)),
    ("表走得快", ("电?表[走跑转]得?[太很好飞]?快",)),
    ("拉闸报警", ("(?:显示|写着?|表上).{0,3}拉闸|电?表(?:一直|老)?(?:报警|滴滴响)",)),
    ("异响", ("异响|怪响|怪声|滋滋响|嗡嗡响",)),
    ("打火冒烟", ("(?<![没有不冇未])(?:打火(?!机)|冒烟|冒火花|火花|冒火星)",)),
    (
        "全无电",
        (
            "(?:家里?|屋里|屋头|屋企|全屋|整个屋子|家中|加里)(?:都|全|也|里|一点)?(?:没[有得]?电|[停断冇无木挺听]电|黑|停了)",
            "所有(?:灯|房间)?都?(?:没电|不亮)|全都?(?:没电|黑|停电|无电|断电)|一点电都没有",
        ),
    ),
)


def outage_scopes(text: str) -> Iterator[Span]:
    """Finds how far the outage reaches."""
    yield from _first("outage_scope", _SCOPE, text)


def neighbor_powers(text: str) -> Iterator[Span]:
    """Finds whether the neighbours have power."""
    yield from _first("neighbor_power", _NEIGHBOR, text)


def breaker_states(text: str) -> Iterator[Span]:
    """Finds the state of the customer's own breaker."""
    yield from _first("breaker_state", _BREAKER, text)


def fault_symptoms(text: str) -> Iterator[Span]:
    """Finds what the fault looks like."""
    yield from _first("fault_symptom", _SYMPTOM, text)


def _first(entity: str, table: _Table, text: str) -> Iterator[Span]:
    for value, patterns in table:
        for match in _compiled(patterns).finditer(text):
            if not is_denied(text, match.start()):
                yield Span(entity, value, match.start(), match.end())
                return


@lru_cache(maxsize=64)
def _compiled(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(patterns))

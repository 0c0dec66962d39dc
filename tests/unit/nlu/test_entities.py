"""Each extractor against a table of what customers write; the demo city stands at 2026-11-21."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from rasa.engine.graph import ExecutionContext
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.characters import normalize
from bot.nlu.entities.places import Gazetteer
from bot.nlu.entities.rules import EntityRules, Extractors
from runtime.clock import SHANGHAI

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=SHANGHAI)
PLACES = Path(__file__).parents[3] / "data" / "dictionary" / "places.txt"
YEAR = ",".join(f"2026-{month:02}" for month in range(1, 11))


class StillClock:
    """A clock that stands."""

    def now(self) -> datetime:
        """See base class."""
        return NOW


@pytest.fixture(scope="module")
def extractors() -> Extractors:
    """The extractors with the demo city's places."""
    return Extractors(Gazetteer.from_lines(PLACES.read_text(encoding="utf-8").splitlines()))


def _values(extractors: Extractors, text: str, entity: str) -> list[str]:
    return [span.value for span in extractors.find(normalize(text), NOW) if span.entity == entity]


@pytest.mark.parametrize(
    ("text", "entity", "values"),
    [
        ("户号6201011006117查账单", "account_no", ["6201011006117"]),
        ("户号 62010 11006117 上月", "account_no", ["6201011006117"]),
        ("6201-0110-06117", "account_no", ["6201011006117"]),
        ("６２０１０１１００６１１７", "account_no", ["6201011006117"]),
        ("六二零幺零幺幺零零六幺幺拐", "account_no", ["6201011006117"]),
        ("缴费号 0800840012345678", "account_no", ["0800840012345678"]),
        ("我想查下电费 户号是 330100001234", "account_no", ["330100001234"]),
        ("330100001234", "account_no", []),
        ("13800000012", "account_no", []),
        ("123456", "account_no", []),
        ("F26112100012", "account_no", []),
        ("幺三八洞洞洞洞洞洞幺二", "phone", ["13800000012"]),
        ("6201011006117 13800000012", "phone", ["13800000012"]),
        ("电话0620-5550101", "phone", ["0620-5550101"]),
        ("6201011006117", "phone", []),
        ("F26112100012-01到哪了", "ticket_no", ["F26112100012-01"]),
        ("单子f26112100012", "ticket_no", ["F26112100012"]),
        ("上个月电费", "bill_period", ["2026-10"]),
        ("上上个月的呢", "bill_period", ["2026-09"]),
        ("明年1月的账单", "bill_period", ["2027-01"]),
        ("下个月电费多少", "bill_period", ["2026-12"]),
        ("这个月", "bill_period", ["2026-11"]),
        ("8月份账单", "bill_period", ["2026-08"]),
        ("八月份", "bill_period", ["2026-08"]),
        ("12月", "bill_period", ["2025-12"]),
        ("去年12月电费", "bill_period", ["2025-12"]),
        ("今年三月电费", "bill_period", ["2026-03"]),
        ("2026年10月", "bill_period", ["2026-10"]),
        ("2026-10账单", "bill_period", ["2026-10"]),
        ("10月的", "bill_period", ["2026-10"]),
        ("去年全年的电费", "bill_period", ["2025"]),
        ("今年1到10月的电费", "bill_period", [YEAR]),
        ("最近三个月电费", "bill_period", ["2026-08,2026-09,2026-10"]),
        ("不是8月是9月", "bill_period", ["2026-09"]),
        ("11月25号停电吗", "bill_period", []),
        ("6201011006117", "bill_period", []),
        ("星河市启明区天琴街道流萤花园一期2栋1单元301", "address", ["星河市启明区天琴街道流萤花园一期2栋1单元301"]),
        ("北斗里3-1-1203没电", "address", ["北斗里3-1-1203"]),
        ("松果村2组6号", "address", ["松果村2组6号"]),
        ("双桥镇 梨子村 5社", "address", ["双桥镇 梨子村 5社"]),
        ("东塘村口小卖部", "address", ["东塘村口小卖部"]),
        ("菜市场对面那栋楼没电", "address", ["菜市场对面"]),
        ("不对，是三栋不是二栋", "address", ["三栋"]),
        ("线路检修到几点", "address", []),
        ("就我家没电 隔壁有", "outage_scope", ["单户"]),
        ("整栋都黑了", "outage_scope", ["整栋"]),
        ("我们小区停电了", "outage_scope", ["整个小区/村"]),
        ("就是我们家上个月电费", "outage_scope", []),
        ("就我家没电 隔壁有", "neighbor_power", ["有电"]),
        ("隔壁也没电", "neighbor_power", ["没电"]),
        ("不知道邻居有没有电", "neighbor_power", ["不清楚"]),
        ("跳闸了推不上去", "breaker_state", ["合不上"]),
        ("闸没跳但是没电", "breaker_state", ["未跳闸"]),
        ("跳闸了", "breaker_state", ["已跳闸"]),
        ("客厅有电卧室冇电", "fault_symptom", ["部分无电"]),
        ("屋企停電", "fault_symptom", ["全无电"]),
        ("一推就跳", "fault_symptom", ["一跳就停"]),
    ],
)
def test_what_customers_write_becomes_values(extractors: Extractors, text: str, entity: str, values: list[str]) -> None:
    assert _values(extractors, text, entity) == values


@pytest.mark.parametrize("text", ["", "😀" * 50, "一" * 5000, "1" * 5000, "月" * 500, "\x00\n"])
def test_odd_text_is_taken(extractors: Extractors, text: str) -> None:
    spans = extractors.find(normalize(text), NOW)

    assert all(0 <= span.start < span.end <= len(text) for span in spans)


def test_entities_keep_their_place_in_the_text(storage: LocalModelStorage, context: ExecutionContext) -> None:
    text = "户号 6201011006117 上个月"
    rules = EntityRules(PLACES.read_text(encoding="utf-8"), StillClock(), storage, Resource("rules"))

    (message,) = rules.process([Message.build(text)])

    found = {entity["entity"]: text[entity["start"] : entity["end"]] for entity in message.get("entities")}
    assert found == {"account_no": "6201011006117", "bill_period": "上个月"}


def test_the_gazetteer_travels_with_the_model(storage: LocalModelStorage, context: ExecutionContext) -> None:
    created = EntityRules.create({"gazetteer_path": str(PLACES)}, storage, Resource("rules"), context)
    resource = created.train(TrainingData())

    loaded = EntityRules.load({"gazetteer_path": "gone"}, storage, resource, context)

    (message,) = loaded.process([Message.build("织女苑")])
    assert [entity["value"] for entity in message.get("entities")] == ["织女苑"]

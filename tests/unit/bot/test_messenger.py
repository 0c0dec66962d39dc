"""An errand is run by the very call that Rasa would send, and its answer becomes bubbles."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from rasa.core.nlg import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.utils.endpoints import ClientResponseError
from rasa_sdk.executor import ActionExecutor

from actions.registry import build_actions
from backend.errors import BackendRefused, BackendUnavailable
from bot.importer import SkillDomainImporter
from bot.messenger import Fate, Messenger
from conversation.errand import Errand
from conversation.reply import Button
from tests.builders import ROOT, Counter

_SLOTS = {"address": "织女苑3栋", "area_id": "TA05", "outage_scope": "整栋", "phone": "none"}
_METADATA = {"message_id": "web:visitor/4", "channel": "web", "channel_user": "visitor"}
_MESSAGE = {"text": "不留电话", "intent": {"name": "deny"}, "entities": [], "metadata": _METADATA}
REPORT = Errand("action_report_fault", "outage_report", "报修停电", _SLOTS, _MESSAGE, {})


@dataclass
class House:
    """The action server without its wire: every call goes through JSON, as over HTTP."""

    counter: Counter = field(default_factory=Counter)
    calls: list[dict[str, Any]] = field(default_factory=list)
    instead: Callable[[], Any] | None = None

    async def request(self, *, json: dict[str, Any]) -> Any:
        self.calls.append(json)
        if self.instead:
            return self.instead()
        executor = ActionExecutor()
        for action in build_actions(self.counter.services):
            executor.register_action(action)
        return _over_the_wire(await executor.run(_over_the_wire(json)))


def _over_the_wire(value: Any) -> Any:
    return json.loads(json.dumps(value))


@pytest.fixture(scope="module")
def domain() -> Domain:
    loaded: Domain = SkillDomainImporter(domain_path=str(ROOT / "domain.yml")).get_domain()
    return loaded


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def messenger(house: House, domain: Domain) -> Messenger:
    return Messenger(house, TemplatedNaturalLanguageGenerator(domain.responses), domain)  # type: ignore[arg-type]


async def test_a_report_done_later_is_told_in_whole_sentences(messenger: Messenger, house: House) -> None:
    outcome = await messenger.run("web:visitor", 7, REPORT)

    first, second = outcome.turn.replies
    assert outcome.fate is Fate.DONE
    assert "报修停电" in first.text
    assert "45 分钟" in second.text
    assert second.buttons == (Button("抢修进度", "抢修进度"),)
    assert second.card is not None


async def test_the_key_of_the_write_is_that_of_the_first_try(messenger: Messenger, house: House) -> None:
    outcomes = [await messenger.run("web:visitor", 7, REPORT) for _ in range(2)]

    assert outcomes[0].turn == outcomes[1].turn
    assert house.calls[0]["tracker"]["latest_message"]["metadata"]["message_id"] == "web:visitor/4"


async def test_a_company_still_down_is_for_later(messenger: Messenger, house: House) -> None:
    house.counter.backend.failure = BackendUnavailable()

    outcome = await messenger.run("web:visitor", 7, REPORT)

    assert (outcome.fate, outcome.turn.replies) == (Fate.LATER, ())


async def test_a_refusal_is_told_with_the_way_to_a_person(messenger: Messenger, house: House) -> None:
    house.counter.backend.failure = BackendRefused("account.closed")

    outcome = await messenger.run("web:visitor", 7, REPORT)

    assert (outcome.fate, outcome.why) == (Fate.REFUSED, "account.closed")
    assert outcome.turn.replies[0].buttons == (Button("转人工", "转人工"),)


@pytest.mark.parametrize("error", [OSError(), asyncio.TimeoutError(), ClientResponseError(500, "no", b"")])
async def test_an_action_server_that_does_not_answer_is_for_later(
    messenger: Messenger, house: House, error: Exception
) -> None:
    def fail() -> Any:
        raise error

    house.instead = fail

    assert (await messenger.run("web:visitor", 7, REPORT)).fate is Fate.LATER


@pytest.mark.parametrize("answer", [{}, {"responses": []}, {"responses": [{"custom": {"card": {}}}]}])
async def test_an_answer_that_says_nothing_is_broken(messenger: Messenger, house: House, answer: Any) -> None:
    house.instead = lambda: answer

    assert (await messenger.run("web:visitor", 7, REPORT)).fate is Fate.BROKEN

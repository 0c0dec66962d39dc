"""Another identity of the same person: the company is told of it before the bindings are read, then the reception."""

from __future__ import annotations

from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from actions.account_manage import ManageAccount
from actions.visit import Visit
from backend.errors import NotAllowed
from backend.models import BoundAccount
from conversation.identity import ChannelName, ChannelUser
from tests.builders import Counter

LIN = "6201011006117"
PHONE = ChannelUser(ChannelName.WECHAT, "oLIN")
LINKS = {"links": [{"id": "link-1", "source": PHONE.conversation_id}]}


def counter() -> Counter:
    made = Counter()
    made.backend._city.bindings["wechat", PHONE.user_id] = [LIN]
    return made


async def test_what_the_other_identity_has_bound_is_listed() -> None:
    spoken = await counter().run(ManageAccount, "我绑定了哪些户号", "account_manage", metadata=LINKS)

    told = [message["custom"] for message in spoken.messages if message["custom"]]
    assert {"links_settled": ["link-1"]} in told
    assert "utter_account_bound_list" in spoken.responses


async def test_without_a_link_nothing_of_it_is_known() -> None:
    spoken = await counter().run(ManageAccount, "我绑定了哪些户号", "account_manage")

    assert "utter_account_bound_list" not in spoken.responses


async def test_a_link_the_company_refuses_is_settled_and_the_customer_is_served() -> None:
    class Refusing:
        """A company that knows of no links."""

        async def take_over_bindings(self, *_: object, **__: object) -> list[BoundAccount]:
            raise NotAllowed("links.unknown")

        async def bindings(self, user: ChannelUser) -> list[BoundAccount]:
            return []

    made, dispatcher = counter(), CollectingDispatcher()
    tracker = made.tracker("查电费", "bill_query", {}, form=None, events=(), metadata=dict[str, Any](LINKS))
    visit = Visit(dispatcher, tracker, made.services)
    visit.backend = Refusing()  # type: ignore[assignment]  # two calls are all that is made here

    assert await visit.bindings() == []
    assert dispatcher.messages[0]["custom"] == {"links_settled": ["link-1"]}

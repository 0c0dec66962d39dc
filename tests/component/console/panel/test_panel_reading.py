"""What the customer panel shows of the real utility, masked, and what it says when the utility is away."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from console.server.settings import ConsoleSettings
from handoff.desk import Desk
from runtime import embedded
from runtime.postgres import Pool
from tests.component.console.desk_server import Person
from tests.component.console.panel.conftest import customer
from tests.component.console.test_contract import _check
from tests.component.handoff.chats import Chat


async def test_the_folder_holds_accounts_money_and_a_year_of_bills(agent: Person, zhao: Chat) -> None:
    folder = await customer(agent, zhao)

    (account,) = folder["accounts"]["value"]
    assert (account["tail"], account["name_masked"]) == ("6224", "赵**")
    assert account["money"]["value"]["payable"] == "457.66"
    bills = account["bills"]["value"]
    assert len(bills) == 12
    assert bills[0]["period"] == "2026-10"


async def test_outages_that_concern_an_account_are_told_running_or_planned(agent: Person, lin: Chat) -> None:
    folder = await customer(agent, lin)

    outages = {one["outage_no"]: one for account in folder["accounts"]["value"] for one in account["outages"]["value"]}
    assert outages["E26111800002"]["running"] is False
    assert outages["E26111800002"]["planned_from"] == "2026-11-25T08:30:00+08:00"


async def test_no_account_number_and_no_phone_leaves_the_server_whole(agent: Person, lin: Chat) -> None:
    folder = await customer(agent, lin)

    assert re.search(r"(?<!\d)(\d{13}|1[3-9]\d{9})(?!\d)", json.dumps(folder)) is None


async def test_a_reference_names_an_account_in_its_own_chat_only(agent: Person, lin: Chat, zhao: Chat) -> None:
    mine = (await customer(agent, lin))["accounts"]["value"][0]["ref"]

    answer = await agent.get(f"/api/conversations/{zhao.id}/customer/slots?account={mine}&business_type=校表")

    assert (answer.status, answer.code) == (404, "panel.account.unknown")


async def test_free_half_days_are_offered(agent: Person, lin: Chat) -> None:
    ref = (await customer(agent, lin))["accounts"]["value"][0]["ref"]

    answer = await agent.get(f"/api/conversations/{lin.id}/customer/slots?account={ref}&business_type=校表")

    assert [(one["day"], one["period"]) for one in answer.body["slots"]][0] == ("2026-11-23", "下午")


async def test_an_order_of_somebody_else_is_unknown(agent: Person, zhao: Chat) -> None:
    answer = await agent.get(f"/api/conversations/{zhao.id}/customer/orders/T26111600003")

    assert (answer.status, answer.body["reason"]) == (409, "order.unknown")


async def test_looking_is_written_down(agent: Person, zhao: Chat, database: Pool) -> None:
    await customer(agent, zhao)

    rows = await database.fetch("select actor, action from audit where subject = $1", zhao.id)
    assert ("K0104", "panel.read") in [(row["actor"], row["action"]) for row in rows]


async def test_a_colleague_who_may_not_read_the_chat_sees_no_customer(colleague: Person, zhao: Chat) -> None:
    answer = await colleague.get(f"/api/conversations/{zhao.id}/customer")

    assert (answer.status, answer.code) == (403, "console.not_allowed")


class TestWithTheUtilityAway:
    """Nobody listens where the utility should be."""

    @pytest.fixture
    def console_settings(self, console_settings: ConsoleSettings) -> ConsoleSettings:
        """A line to a port where nobody is."""
        return replace(console_settings, utility_url=f"http://127.0.0.1:{embedded.free_port()}", panel_wait_s=2.0)

    async def test_every_part_says_that_nobody_answers_and_the_chat_goes_on(self, agent: Person, zhao: Chat) -> None:
        folder = await customer(agent, zhao)

        said = await agent.post(f"/api/conversations/{zhao.id}/messages", {"client_id": "c1", "text": "我在的"})
        troubles = {folder[name]["trouble"] for name in ("accounts", "orders", "appointments", "applications")}
        assert troubles <= {"backend.unavailable", "backend.timeout"}
        assert said.status == 201

    async def test_an_order_cannot_be_read(self, agent: Person, zhao: Chat) -> None:
        answer = await agent.get(f"/api/conversations/{zhao.id}/customer/orders/F26112100001")

        assert (answer.status, answer.code) == (503, "panel.silent")


class TestWithoutALine:
    """The operator has given the desk no token."""

    @pytest.fixture
    def console_settings(self, console_settings: ConsoleSettings) -> ConsoleSettings:
        """No token."""
        return replace(console_settings, utility_token="")

    async def test_the_panel_says_that_it_is_closed(self, agent: Person, zhao: Chat, desk: Desk) -> None:
        folder = await customer(agent, zhao)

        assert folder["accounts"] == {"trouble": "panel.closed"}


async def test_the_next_steps_come_anew_with_what_the_utility_says(agent: Person, zhao: Chat) -> None:
    before = (await agent.get(f"/api/conversations/{zhao.id}")).body["card"]["steps"]

    after = (await agent.get(f"/api/conversations/{zhao.id}/customer")).body["steps"]

    assert "reconnect_pay" not in [one["id"] for one in before]
    assert after[0]["id"] == "reconnect_pay"
    assert (after[0]["act"], after[0]["fields"]) == ("payment_link", {"purpose": "all_due"})
    assert "457.66" in after[0]["reply"]


async def test_what_the_panel_answers_is_what_the_contract_promises(agent: Person, lin: Chat) -> None:
    base = f"/api/conversations/{lin.id}"
    detail, panel = await agent.get(base), await agent.get(f"{base}/customer")
    choices, order = await agent.get("/api/panel/choices"), await agent.get(f"{base}/customer/orders/F26112100031")
    history = await agent.get(f"{base}/contacts")

    _check("console.openapi.yml", "#/components/schemas/TakeoverCard", detail.body["card"])
    _check("console.openapi.yml", "#/components/schemas/CustomerFolder", panel.body["customer"])
    _check("console.openapi.yml", "#/components/schemas/PanelChoices", choices.body["choices"])
    _check("console.openapi.yml", "#/components/schemas/CustomerOrder", order.body["order"])
    for suggestion in panel.body["steps"]:
        _check("console.openapi.yml", "#/components/schemas/NextStep", suggestion)
    for contact in history.body["contacts"]:
        _check("console.openapi.yml", "#/components/schemas/PastContact", contact)

"""Acting for the customer from the desk, on the real utility: once, by who may, with its lines in the chat."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from console.server.settings import ConsoleSettings
from conversation.identity import ChannelName
from handoff.desk import Desk
from runtime import embedded
from runtime.postgres import Pool
from tests.component.console.desk_server import Person
from tests.component.console.panel.conftest import act, customer, served_chat
from tests.component.handoff.chats import Chat, StepClock
from tests.contract.stands import HttpStand

ZHOU = "6201011006133"


async def _ref(person: Person, chat: Chat, tail: str) -> str:
    accounts = (await customer(person, chat))["accounts"]["value"]
    return str(next(one["ref"] for one in accounts if one["tail"] == tail))


async def _pay(person: Person, chat: Chat, *, key: str = "", tell: bool = False) -> Any:
    ref = await _ref(person, chat, "6224")
    return await act(
        person, chat, "payment_link", key=key, tell=tell, account=ref, purpose="all_due", period="", amount=""
    )


async def _new_lines(chat: Chat) -> list[tuple[str, str]]:
    return [line for line in await chat.lines() if line[0] in {"agent", "note"}]


async def test_a_payment_link_is_put_before_the_agent_and_noted(agent: Person, zhao: Chat) -> None:
    answer = await _pay(agent, zhao)

    outcome = answer.body["outcome"]
    assert (answer.status, outcome["sent"], outcome["shown"]["amount"]) == (201, False, "457.66")
    assert "http" in outcome["reply"]
    assert [role for role, _ in await _new_lines(zhao)] == ["note"]
    assert "act.payment_link" in await zhao.events()


async def test_a_payment_link_that_is_to_be_told_goes_out_in_the_agents_voice(agent: Person, zhao: Chat) -> None:
    answer = await _pay(agent, zhao, tell=True)

    outcome = answer.body["outcome"]
    assert outcome["sent"] is True
    assert ("agent", outcome["reply"]) in await zhao.lines()


async def test_a_double_click_does_it_once_and_tells_both_the_same(agent: Person, zhao: Chat) -> None:
    ref = await _ref(agent, zhao, "6224")
    wish = {"account": ref, "purpose": "all_due", "period": "", "amount": ""}

    first, second = await asyncio.gather(
        *(act(agent, zhao, "payment_link", key="one-click", tell=True, **wish) for _ in range(2))
    )

    assert first.body == second.body
    assert sorted(role for role, _ in await _new_lines(zhao)) == ["agent", "note"]
    assert (await zhao.events()).count("act.payment_link") == 1


async def test_a_key_that_stands_for_another_act_is_refused(agent: Person, zhao: Chat) -> None:
    await _pay(agent, zhao, key="one-click")

    answer = await act(agent, zhao, "urge", key="one-click", order_no="F26112100001", note="")

    assert (answer.status, answer.code) == (409, "panel.act.mismatch")


async def test_what_was_done_stands_in_the_closing_summary_by_its_number(agent: Person, zhao: Chat) -> None:
    number = (await _pay(agent, zhao)).body["outcome"]["shown"]["number"]

    closing = (await agent.get(f"/api/conversations/{zhao.id}/closing")).body["closing"]

    assert closing["acts"] == [{"name": "payment_link", "what": number}]


async def test_every_act_leaves_an_audit_row_with_no_number_in_it(agent: Person, zhao: Chat, database: Pool) -> None:
    await _pay(agent, zhao)

    row = await database.fetchrow("select actor, detail from audit where action = 'act.payment_link'")
    assert (row["actor"], row["detail"]["state"], row["detail"]["tail"]) == ("K0104", "done", "6224")


async def test_only_who_owns_the_chat_acts(colleague: Person, agent: Person, zhao: Chat) -> None:
    ref = await _ref(agent, zhao, "6224")

    answer = await act(colleague, zhao, "payment_link", account=ref, purpose="all_due", period="", amount="")

    assert (answer.status, answer.code) == (409, "handoff.not_owner")
    assert answer.body["agent"]["id"] == "K0104"


async def test_a_supervisor_acts_without_taking_the_word(supervisor: Person, zhao: Chat) -> None:
    answer = await _pay(supervisor, zhao, tell=True)

    assert (answer.status, answer.body["outcome"]["sent"]) == (201, False)
    assert [role for role, _ in await _new_lines(zhao)] == ["note"]
    assert (await zhao.owner())[2] == "K0104"


async def test_the_utilitys_no_comes_with_its_reason_and_figures(agent: Person, lin: Chat, database: Pool) -> None:
    ref = await _ref(agent, lin, "6117")

    answer = await act(agent, lin, "payment_link", account=ref, purpose="top_up", period="", amount="9999999")

    assert (answer.status, answer.code, answer.body["reason"]) == (409, "panel.refused", "payment.amount")
    assert set(answer.body["facts"]) >= {"least", "most"}
    assert await _new_lines(lin) == []
    state = await database.fetchval("select detail ->> 'state' from audit where action = 'act.payment_link'")
    assert state == "refused"


@pytest.mark.parametrize("amount", ["lots", "NaN", "Infinity"])
async def test_what_is_no_amount_is_refused(agent: Person, lin: Chat, amount: str) -> None:
    ref = await _ref(agent, lin, "6117")

    answer = await act(agent, lin, "payment_link", account=ref, purpose="top_up", period="", amount=amount)

    assert (answer.status, answer.body["reason"]) == (409, "payment.amount")


async def test_an_unknown_account_and_an_unknown_act_are_refused(agent: Person, zhao: Chat) -> None:
    foreign = await act(agent, zhao, "payment_link", account="0" * 16, purpose="all_due", period="", amount="")
    unknown = await act(agent, zhao, "cut_off")

    assert (foreign.status, foreign.code) == (404, "panel.account.unknown")
    assert (unknown.status, unknown.code) == (404, "panel.act.unknown")


async def test_a_fault_is_filed_and_promised(agent: Person, lin: Chat) -> None:
    ref = await _ref(agent, lin, "6117")
    told = {"address": "", "symptom": "全无电", "scope": "单户", "phone": "", "note": "客户说闻到焦味"}

    answer = await act(agent, lin, "fault", account=ref, **told)

    number = answer.body["outcome"]["shown"]["number"]
    assert number.startswith("F")
    orders = (await customer(agent, lin))["orders"]["value"]
    assert number in [one["order_no"] for one in orders]


async def test_a_fault_of_nowhere_is_refused(agent: Person, lin: Chat) -> None:
    answer = await act(agent, lin, "fault", account="", address="", symptom="", scope="", phone="", note="")

    assert (answer.status, answer.body["reason"]) == (409, "fault.no_place")


async def test_a_case_is_filed_urged_and_read_with_its_timeline(agent: Person, lin: Chat) -> None:
    ref = await _ref(agent, lin, "6117")
    told = {"kind": "opinion", "type": "服务渠道/电力短信", "text": "短信太长", "phone": "", "secrecy": ""}

    filed = await act(agent, lin, "case", account=ref, **told)
    number = filed.body["outcome"]["shown"]["number"]
    urged = await act(agent, lin, "urge", order_no=number, note="客户着急")
    read = await agent.get(f"/api/conversations/{lin.id}/customer/orders/{number}")

    assert number.startswith("O")
    assert number in urged.body["outcome"]["reply"]
    assert [line["what"] for line in read.body["order"]["timeline"]][:1] == ["opened"]


async def test_a_visit_is_booked_moved_and_cancelled(agent: Person, lin: Chat) -> None:
    ref = await _ref(agent, lin, "6117")
    slots = (await agent.get(f"/api/conversations/{lin.id}/customer/slots?account={ref}&business_type=校表")).body[
        "slots"
    ]
    first, second = slots[0]["slot_id"], slots[1]["slot_id"]

    booked = await act(agent, lin, "book", account=ref, business_type="校表", slot_id=first, phone="", note="")
    number = booked.body["outcome"]["shown"]["number"]
    moved = await act(agent, lin, "move", appointment_no=number, slot_id=second)
    same = await act(agent, lin, "move", appointment_no=number, slot_id=second)
    cancelled = await act(agent, lin, "cancel", appointment_no=number, note="")

    assert (booked.status, moved.status, cancelled.status) == (201, 201, 201)
    assert (same.status, same.body["reason"]) == (409, "appointment.same_slot")
    (appointment,) = [
        one for one in (await customer(agent, lin))["appointments"]["value"] if one["appointment_no"] == number
    ]
    assert appointment["active"] is False


async def test_a_customer_joins_a_running_outage_and_no_other(
    agent: Person, database: Pool, clock: StepClock, desk: Desk, stand: HttpStand
) -> None:
    chat = await served_chat(database, clock, desk, agent, "wx_dark")
    await _bind(agent, chat, stand, "6201024007281")
    ref = await _ref(agent, chat, "7281")

    joined = await act(agent, chat, "outage", account=ref, outage_no="E26112100001", symptom="全无电")
    elsewhere = await act(agent, chat, "outage", account=ref, outage_no="E26111800002", symptom="")

    assert joined.body["outcome"]["shown"]["outage"] == "E26112100001"
    assert (elsewhere.status, elsewhere.body["reason"]) == (409, "outage.elsewhere")


async def _bind(agent: Person, chat: Chat, stand: HttpStand, account_no: str) -> Any:
    await act(agent, chat, "code", account_no=account_no)
    code = await stand.code_sent_to(account_no)
    return await act(agent, chat, "bind", account_no=account_no, code=code)


async def test_an_account_is_bound_with_the_code_and_never_without(
    agent: Person, lin: Chat, stand: HttpStand, database: Pool
) -> None:
    sent = await act(agent, lin, "code", account_no=ZHOU)
    code = await stand.code_sent_to(ZHOU)
    wrong = await act(agent, lin, "bind", account_no=ZHOU, code=f"{(int(code) + 1) % 1_000_000:06d}")
    bound = await act(agent, lin, "bind", account_no=ZHOU, code=code)

    assert sent.body["outcome"]["shown"]["phone"] == "138****1033"
    assert (wrong.status, wrong.body["reason"]) == (409, "check_code.wrong")
    assert "tries_left" in wrong.body["facts"]
    assert bound.status == 201
    profile = await database.fetchval("select profile from conversations where conversation_id = $1", lin.id)
    assert (profile["verified"], profile["accounts"][0]["tail"]) == ("account", "6133")
    kept = str(await database.fetch("select * from desk_acts")) + str(await database.fetch("select * from audit"))
    assert ZHOU not in kept
    assert code not in kept


async def test_who_takes_the_chat_meanwhile_has_the_word(
    agent: Person, supervisor: Person, desk: Desk, zhao: Chat
) -> None:
    ref = await _ref(agent, zhao, "6224")
    await desk.take_over(zhao.id, supervisor.identity, displace=True)

    answer = await act(agent, zhao, "payment_link", tell=True, account=ref, purpose="all_due", period="", amount="")

    assert (answer.status, answer.body["agent"]["id"]) == (409, "S0001")


class TestWithTheUtilityAway:
    """Nobody listens where the utility should be."""

    @pytest.fixture
    def console_settings(self, console_settings: ConsoleSettings) -> ConsoleSettings:
        """A line to a port where nobody is."""
        return replace(console_settings, utility_url=f"http://127.0.0.1:{embedded.free_port()}", act_wait_s=2.0)

    async def test_what_is_not_known_to_be_done_is_told_so_and_may_be_repeated(
        self, agent: Person, database: Pool, clock: StepClock, desk: Desk
    ) -> None:
        chat = await served_chat(database, clock, desk, agent, "wx_demo_lin")

        answers = [await act(agent, chat, "urge", key="same-key", order_no="F1", note="") for _ in range(2)]

        assert [(answer.status, answer.code) for answer in answers] == [(503, "panel.silent")] * 2
        assert await database.fetchval("select state from desk_acts where act_key = 'same-key'") == "asked"
        assert await _new_lines(chat) == []


async def test_acting_in_a_chat_that_is_not_there(agent: Person, database: Pool, clock: StepClock) -> None:
    nowhere = Chat(database, clock, "nobody", channel=ChannelName.WECHAT)

    answer = await act(agent, nowhere, "urge", order_no="F1", note="")

    assert (answer.status, answer.code) == (404, "handoff.unknown")

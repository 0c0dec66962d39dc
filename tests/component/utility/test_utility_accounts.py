"""An account's life in the books: another holder, another name, its end; contacts that cannot be right."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio

from runtime import postgres
from runtime.postgres import Connection, transaction
from tests.fakes.utility_process import OPERATOR_TOKEN, UtilityProcess
from utility import actors
from utility.accounts import service, store
from utility.accounts.values import Person
from utility.books import generic
from utility.company import Company, open_company
from utility.errors import Clash, InvalidRequest, NotKnown

LIN, ZHAO, PENG, CLOSED = "6201011006117", "6201011006224", "6201024007299", "6201011006240"
CLERK = actors.staff("K0103")


@pytest_asyncio.fixture
async def company(utility: UtilityProcess) -> AsyncIterator[Company]:
    pool = await postgres.connect(utility.database_url, most=2)
    yield await open_company(pool, utility.clock)
    await pool.close()


async def bound(connection: Connection, account_no: str) -> int:
    return int(await connection.fetchval("select count(*) from bindings where account_no = $1", account_no))


async def changes(connection: Connection, account_no: str) -> list[tuple[str, str]]:
    rows = await connection.fetch("select kind, actor from account_changes where account_no = $1", account_no)
    return [(row["kind"], row["actor"]) for row in rows]


async def test_a_closed_account_is_its_last_holders_to_read_and_nobodys_to_use(company: Company) -> None:
    async with transaction(company.pool) as connection:
        account = await service.close_account(connection, company, LIN, CLERK)

        assert (account.status, str(account.closed_on)) == ("closed", "2026-11-21")
        assert await bound(connection, LIN) == 1
        assert await store.bound_account(connection, Person("wechat", "wx_demo_lin"), LIN) is None
        assert await store.bound_account(connection, Person("wechat", "wx_demo_lin"), LIN, ended=True) == account
        assert await changes(connection, LIN) == [("closed", "staff:K0103")]
        assert await generic.differences(connection, company) == []


@pytest.mark.parametrize("account_no", [ZHAO, "6201011006125"], ids=["overdue", "owed and not yet due"])
async def test_an_account_in_arrears_is_neither_closed_nor_given_away(company: Company, account_no: str) -> None:
    async with transaction(company.pool) as connection:
        with pytest.raises(Clash) as closing:
            await service.close_account(connection, company, account_no, CLERK)
        with pytest.raises(Clash) as giving:
            await service.change_holder(connection, company, account_no, CLERK, name="新人", phone="13800009999")

    assert (closing.value.reason, giving.value.reason) == ("account.in_arrears", "account.in_arrears")


async def test_a_new_holder_begins_without_the_old_ones_people_and_tags(company: Company) -> None:
    gao = "6201024007216"

    async with transaction(company.pool) as connection:
        account = await service.change_holder(connection, company, gao, CLERK, name="新住户", phone="13800009999")

        assert (account.name, account.contact_phone, account.tags) == ("新住户", "13800009999", ())
        assert await bound(connection, gao) == 0
        kept = await connection.fetch(
            "select name, valid_until is null as holds from contacts where account_no = $1 order by contact_id", gao
        )
        assert [tuple(row) for row in kept] == [("高牧星", False), ("新住户", True)]
        before = await connection.fetchval("select before from account_changes where account_no = $1", gao)
        assert before == {"customer_id": "C11", "name": "高牧星", "phone": "13800001111"}
        assert await generic.differences(connection, company) == []


async def test_a_right_name_stays_with_the_same_people(company: Company) -> None:
    async with transaction(company.pool) as connection:
        account = await service.rename(connection, company, LIN, CLERK, name="林望疏")

        names = await connection.fetch("select name from accounts where customer_id = 'C01'")
        assert account.name == "林望疏"
        assert {row["name"] for row in names} == {"林望疏"}
        assert await bound(connection, LIN) == 1


async def test_a_closed_account_does_not_change_any_more(company: Company) -> None:
    async with transaction(company.pool) as connection:
        for change in (service.close_account, service.rename):
            extra = {"name": "别人"} if change is service.rename else {}
            with pytest.raises(Clash) as caught:
                await change(connection, company, CLOSED, CLERK, **extra)  # type: ignore[operator]
            assert caught.value.reason == "account.closed"


async def test_bad_names_phones_and_accounts_are_refused_by_what_is_wrong(company: Company) -> None:
    async with transaction(company.pool) as connection:
        with pytest.raises(InvalidRequest) as name:
            await service.rename(connection, company, LIN, CLERK, name="  ")
        with pytest.raises(InvalidRequest) as phone:
            await service.change_holder(connection, company, LIN, CLERK, name="新人", phone="1380000117")
        with pytest.raises(NotKnown) as unknown:
            await service.close_account(connection, company, "6201000000000", CLERK)

    assert (name.value.fields["field"], phone.value.fields["field"]) == ("name", "phone")
    assert unknown.value.reason == "account.unknown"


async def test_the_contact_faults_of_the_city_are_found(utility: UtilityProcess) -> None:
    headers = {"Authorization": f"Bearer {OPERATOR_TOKEN}"}

    async with (
        aiohttp.ClientSession(utility.url, headers=headers) as client,
        client.get("/v1/contact-faults") as answer,
    ):
        content = await answer.json()

    assert [(row["account_no"], row["fault"], row["shared_with"]) for row in content["faults"]] == [
        ("6201011006257", "shared", ["6201024007265"]),
        ("6201024007265", "shared", ["6201011006257"]),
        ("6201037008273", "invalid", []),
    ]
    assert content["next_cursor"] is None


async def test_the_list_of_contact_faults_goes_on_from_its_cursor(utility: UtilityProcess) -> None:
    headers, seen, query = {"Authorization": f"Bearer {OPERATOR_TOKEN}"}, [], {"limit": "1"}

    async with aiohttp.ClientSession(utility.url, headers=headers) as client:
        for _ in range(3):
            async with client.get("/v1/contact-faults", params=query) as answer:
                content = await answer.json()
            seen += [row["account_no"] for row in content["faults"]]
            query = {"limit": "1", "cursor": content["next_cursor"] or ""}

    assert seen == ["6201011006257", "6201024007265", "6201037008273"]


async def test_the_contact_faults_are_no_business_of_a_customers_counter(client: aiohttp.ClientSession) -> None:
    async with client.get("/v1/contact-faults") as answer:
        assert (answer.status, (await answer.json())["code"]) == (403, "token.scope")


async def test_the_hospital_has_a_standby_line_and_its_line_knows_it(client: aiohttp.ClientSession) -> None:
    async with client.get("/v1/areas/TA06") as answer:
        area = await answer.json()
    async with client.get(f"/v1/lines/{area['standby_lines'][0]}") as answer:
        line = await answer.json()

    assert (area["line_id"], area["standby_lines"], area["accounts"]) == ("L2", ["L4"], 1)
    assert "TA06" in line["standby_area_ids"]
    assert "TA06" not in line["area_ids"]


async def test_an_area_names_its_buildings_and_what_feeds_it(client: aiohttp.ClientSession) -> None:
    async with client.get("/v1/areas/TA01") as answer:
        area = await answer.json()

    assert area["buildings"] == ["1栋", "2栋", "3栋", "4栋", "5栋", "6栋"]
    assert (area["line_name"], area["substation"], area["street"]) == ("10kV鹊桥一线", "110kV鹊桥变", "天琴街道")


@pytest.mark.parametrize("path", ["/v1/areas/TA99", "/v1/lines/L99"])
async def test_what_the_network_does_not_have_is_unknown(client: aiohttp.ClientSession, path: str) -> None:
    async with client.get(path) as answer:
        assert answer.status == 404


@pytest.mark.parametrize("query", [{"lat": "91", "lng": "0"}, {"lat": "1e3", "lng": "0"}, {"lat": "29"}])
async def test_a_point_that_is_none_is_a_bad_request(client: aiohttp.ClientSession, query: dict[str, str]) -> None:
    async with client.get("/v1/locations", params=query) as answer:
        assert answer.status == 400

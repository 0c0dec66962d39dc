"""A day at the operator's page, in a real browser: raise an outage, speak of it, end it, move an order, take money."""

from __future__ import annotations

import json
import re
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runtime.embedded import EmbeddedPostgres
from tests.fakes.utility_process import OPERATOR_TOKEN, UtilityProcess, running_utility

ACCOUNT = "6201011006117"


@pytest.fixture(scope="module")
def utility(postgres_server: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[UtilityProcess]:
    """The utility with the demo city."""
    folder = tmp_path_factory.mktemp("operator")
    with running_utility(postgres_server, folder, name="utility_operator_page") as process:
        yield process


@pytest.fixture
def desk(utility: UtilityProcess, page: Any) -> Any:
    """The page after the login."""
    utility.refresh()
    page.set_default_timeout(10_000)
    page.goto(f"{utility.url}/operator")
    page.fill("[name=token]", OPERATOR_TOKEN)
    page.fill("[name=staff]", "K0103")
    page.click("text=进入")
    page.wait_for_selector("#list .row")
    return page


def read(utility: UtilityProcess, path: str) -> Any:
    headers = {"Authorization": f"Bearer {OPERATOR_TOKEN}", "Acting-Staff": "K0103"}
    with urllib.request.urlopen(urllib.request.Request(utility.url + path, headers=headers), timeout=5) as answer:
        return json.load(answer)


def test_a_wrong_token_stays_outside(utility: UtilityProcess, page: Any) -> None:
    page.goto(f"{utility.url}/operator")
    page.fill("[name=token]", "wrong")
    page.fill("[name=staff]", "K0103")
    page.click("text=进入")

    page.wait_for_selector("#said.bad")

    assert page.is_visible("#login")
    assert not page.is_visible("#desk")


def test_an_outage_is_raised_spoken_of_and_ended(desk: Any, utility: UtilityProcess, screenshots: Path) -> None:
    desk.select_option("#panel [name=area_ids]", "TA05")
    desk.fill("#panel [name=cause]", "低压开关跳闸")
    desk.click("text=发布")
    desk.wait_for_selector("#list .row >> nth=2")
    [raised] = read(utility, "/v1/outages?area_id=TA05")["outages"]

    desk.click(f"#list .row:has-text('{raised['outage_no']}')")
    desk.fill("details[open] [name=eta]", "2026-11-21T12:00")
    desk.click("button:text-is('通报')")
    desk.wait_for_selector("#panel dd:has-text('K0103 说')")
    told = read(utility, f"/v1/outages/{raised['outage_no']}")
    desk.screenshot(path=str(screenshots / "operator-outage.png"))
    desk.click("summary:has-text('送电')")
    desk.click("text=确认已送电")
    desk.wait_for_selector(f"#list .row:has-text('{raised['outage_no']}')", state="detached")

    assert raised["cause"] == "低压开关跳闸"
    assert (told["eta"][:16], told["eta_said_by"]) == ("2026-11-21T12:00", "K0103")
    assert read(utility, "/v1/outages?area_id=TA05")["outages"] == []


def test_the_order_nearest_its_limit_stands_first_and_takes_a_remark(desk: Any, utility: UtilityProcess) -> None:
    desk.click("[data-view=orders]")
    used = [int(text) for text in re.findall(r"时限 (\d+)%", desk.inner_text("#list"))]
    desk.click("#list .row >> nth=0")
    desk.click("summary:has-text('备注')")
    desk.fill("details[open] [name=note][required]", "已电话联系客户")
    desk.click("details[open]:has(summary:has-text('备注')) button")

    desk.wait_for_selector("#panel li:has-text('已电话联系客户')")

    order_no = desk.inner_text("#list .row >> nth=0 >> strong")
    lines = read(utility, f"/v1/work-orders/{order_no}")["timeline"]
    assert used == sorted(used, reverse=True)
    assert (lines[-1]["note"], lines[-1]["by"]) == ("已电话联系客户", "staff:K0103")


def test_a_payment_arrives_and_a_refusal_is_shown_in_words(desk: Any) -> None:
    desk.click("[data-view=money]")
    arrival = "details:has(summary:text-is('到账'))"
    desk.fill(f"{arrival} [name=account_no]", "0000000000000")
    desk.fill(f"{arrival} [name=amount]", "12.30")
    desk.click(f"{arrival} button")
    desk.wait_for_selector("#said.bad:has-text('account.unknown')")

    desk.fill(f"{arrival} [name=account_no]", ACCOUNT)
    desk.click(f"{arrival} button")
    desk.wait_for_selector("#panel dd:has-text('12.30')")

    assert ACCOUNT in desk.inner_text("#panel")

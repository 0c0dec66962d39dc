"""The contract of a Backend, how an account stands to an offer and where its letters go."""

from __future__ import annotations

import pytest

from backend.errors import Conflict, NotAllowed
from backend.models import AudienceMember
from conversation.identity import ChannelName, ChannelUser
from tests.contract.stands import Stand

LIN, LIN_VILLAGE, ZHAO, LUO = "6201011006117", "6201037008307", "6201011006224", "6201024007281"
DENG, NOODLES, FACTORY, SOLAR = "6201024007331", "6201011006174", "6201024007182", "6201037008323"
CALM = "6201011006133"
WECHAT_LIN = ChannelUser(ChannelName.WECHAT, "wx_demo_lin")
WECHAT_ZHAO = ChannelUser(ChannelName.WECHAT, "wx_demo_zhao")
ALIPAY_DENG = ChannelUser(ChannelName.ALIPAY, "2088000000000233")


async def everybody(stand: Stand, *, standing: bool = True) -> dict[str, AudienceMember]:
    page = await stand.notices_backend.audience(everybody=True, standing=standing)
    return {member.account_no: member for member in page.members}


async def test_what_troubles_one_home_troubles_every_home_of_its_holder(stand: Stand) -> None:
    town, village = [await stand.backend.standing(no, WECHAT_LIN) for no in (LIN, LIN_VILLAGE)]

    assert (town.facts, village.facts) == (("home",), ("home", "rural"))
    assert town.troubles == village.troubles == ("fault",)


async def test_a_calm_home_has_no_trouble(stand: Stand) -> None:
    assert (await everybody(stand))[CALM].troubles == ()


async def test_an_application_that_runs_is_a_fact(stand: Stand) -> None:
    deng = await stand.backend.standing(DENG, ALIPAY_DENG)

    assert "charger_applied" in deng.facts


async def test_who_is_in_arrears_and_cut_off_is_in_trouble(stand: Stand) -> None:
    zhao = await stand.backend.standing(ZHAO, WECHAT_ZHAO)

    assert {"arrears", "cut_off"} <= set(zhao.troubles)


async def test_the_standing_of_another_ones_account_is_not_told(stand: Stand) -> None:
    with pytest.raises(NotAllowed):
        await stand.backend.standing(LUO, WECHAT_LIN)


async def test_an_audience_tells_the_standing_only_where_it_is_asked_for(stand: Stand) -> None:
    bare = {one.account_no: one for one in (await stand.notices_backend.audience(everybody=True)).members}
    told = {
        one.account_no: one for one in (await stand.notices_backend.audience(everybody=True, standing=True)).members
    }

    assert bare[LIN].facts == ()
    assert told[LIN].facts == ("home",)
    assert "business" in told[FACTORY].facts
    assert "complaint" in told[NOODLES].troubles
    assert "solar_applied" in told[SOLAR].facts


async def test_a_running_outage_and_an_open_fault_are_troubles(stand: Stand) -> None:
    told = {
        one.account_no: one for one in (await stand.notices_backend.audience(everybody=True, standing=True)).members
    }

    assert "outage" in told["6201024007216"].troubles
    assert "fault" in told["6201024007265"].troubles


async def test_an_address_is_told_masked_and_kept_once_it_can_be_one(stand: Stand) -> None:
    before = await stand.backend.mail_address(LIN, WECHAT_LIN)
    kept = await stand.backend.change_mail_address(LIN, "wang@qq.com", WECHAT_LIN, idempotency_key="mail-1")
    with pytest.raises(Conflict):
        await stand.backend.change_mail_address(LIN, "wang.qq", WECHAT_LIN, idempotency_key="mail-2")

    assert (before, kept) == ("l***@example.com", "w***@qq.com")
    assert await stand.backend.mail_address(LIN, WECHAT_LIN) == "w***@qq.com"
    members = (await stand.notices_backend.audience(account_no=LIN)).members
    assert members[0].email == "wang@qq.com"


async def test_an_address_is_taken_away_again_and_another_ones_is_not_touched(stand: Stand) -> None:
    gone = await stand.backend.change_mail_address(LIN, "", WECHAT_LIN, idempotency_key="mail-1")
    with pytest.raises(NotAllowed):
        await stand.backend.change_mail_address(LUO, "a@qq.com", WECHAT_LIN, idempotency_key="mail-2")

    assert (gone, await stand.backend.mail_address(LIN, WECHAT_LIN)) == ("", "")

"""The contract of a Backend: applications, from the guide to the papers, on the fake and on the running utility."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from backend.errors import Conflict, NotAccepted, NotAllowed, NotFound
from backend.models import Application, ApplicationStart
from conversation.identity import ChannelName, ChannelUser
from tests.contract.stands import Stand

LIN, ZHAO = "6201011006117", "6201011006224"
WECHAT_LIN = ChannelUser(ChannelName.WECHAT, "wx_demo_lin")
WECHAT_ZHAO = ChannelUser(ChannelName.WECHAT, "wx_demo_zhao")
ALIPAY_DENG = ChannelUser(ChannelName.ALIPAY, "2088000000000233")
VISITOR = ChannelUser(ChannelName.WEB, "a-visitor")
JPG, PDF = b"\xff\xd8\xff\xe0 a photo", b"%PDF-1.7 a paper"
TOU = ApplicationStart("峰谷变更", LIN, facts={"tou": "on"})


async def start(stand: Stand, what: ApplicationStart = TOU, user: ChannelUser = WECHAT_LIN) -> Application:
    return await stand.backend.start_application(what, user, idempotency_key="start it")


async def upload(stand: Stand, number: str, code: str, content: bytes = JPG, key: str = "") -> Application:
    return await stand.backend.upload_document(
        number, code, content, WECHAT_LIN, file_name="林望舒身份证.jpg", idempotency_key=key or f"{code} of {number}"
    )


async def test_the_charger_of_7331_has_three_days_left(stand: Stand) -> None:
    found = await stand.backend.application("N26111800005", ALIPAY_DENG)

    assert (found.business_type, found.status, found.status_name) == ("充电桩报装", "surveyed", "已勘查")
    assert (found.limit_workdays, found.used_workdays, found.left_workdays) == (5, 2, 3)
    assert (found.due, found.next_step, found.missing) == (date(2026, 11, 25), "装表接电", ())


async def test_days_left_go_down_with_workdays_only(stand: Stand) -> None:
    stand.move_clock(timedelta(days=1))
    assert (await stand.backend.application("N26111800005", ALIPAY_DENG)).left_workdays == 3

    stand.move_clock(timedelta(days=1, hours=6))
    assert (await stand.backend.application("N26111800005", ALIPAY_DENG)).left_workdays == 2


async def test_the_guide_of_a_transfer(stand: Stand) -> None:
    guide = (await stand.backend.application_types(WECHAT_LIN, business_type="过户"))[0]

    assert (guide.identity, guide.limit_workdays, guide.visits) == ("strong", 5, ("用途或容量有疑问时勘查",))
    assert [(paper.code, paper.later) for paper in guide.documents] == [
        ("id_card", False), ("old_holder_id", False), ("property", True),
    ]  # fmt: skip
    assert "authorisation" in [paper.code for paper in guide.conditional_documents]
    assert [step.step for step in guide.steps if not step.optional] == ["提交申请", "受理", "签订合同", "归档"]
    assert guide.source


async def test_an_account_is_offered_what_fits_it(stand: Stand) -> None:
    guides = await stand.backend.application_types(WECHAT_LIN, account_no=LIN)

    assert "居民增容" in [guide.name for guide in guides]
    assert "高压增容" not in [guide.name for guide in guides]


async def test_a_place_without_an_account_is_offered_a_new_supply(stand: Stand) -> None:
    guides = await stand.backend.application_types(
        VISITOR, business_type="新装", customer_class="一般工商业", voltage_level="低压380V"
    )

    assert [(guide.name, guide.limit_workdays) for guide in guides] == [("低压非居民新装", 6)]


async def test_a_dry_run_tells_what_stands_against_it(stand: Stand) -> None:
    wanted = ApplicationStart("过户", ZHAO, facts={"new_name": "赵新", "new_phone": "13800009999"})
    found = await stand.backend.check_application(wanted, WECHAT_ZHAO)

    assert [(one.check, one.figures["payable"]) for one in found.findings] == [("nothing_owed", "457.66")]
    assert not found.allowed
    assert [paper.code for paper in found.documents] == ["id_card", "old_holder_id", "property"]


async def test_a_dry_run_tells_what_is_not_filled_in(stand: Stand) -> None:
    found = await stand.backend.check_application(ApplicationStart("增容", LIN), WECHAT_LIN)

    assert (found.unanswered, found.findings, found.allowed) == (("capacity_kw",), (), False)


async def test_what_stands_against_it_is_refused_with_what_to_do(stand: Stand) -> None:
    wanted = ApplicationStart("销户", ZHAO, facts={"meter_intact": "yes"})
    with pytest.raises(Conflict) as refused:
        await start(stand, wanted, WECHAT_ZHAO)

    assert (refused.value.reason, refused.value.fields["check"]) == ("application.precondition", "nothing_owed")
    assert "交清" in str(refused.value.fields["do"])


async def test_from_the_draft_to_the_clock(stand: Stand) -> None:
    draft = await start(stand)
    assert (draft.status, draft.open, [one.code for one in draft.missing]) == ("draft", True, ["id_card"])
    assert draft.application_no.startswith("N261121")

    papers = await upload(stand, draft.application_no, "id_card")
    assert [(one.code, one.media_type, one.size) for one in papers.documents] == [("id_card", "image/jpeg", len(JPG))]
    assert papers.documents[0].file_name_masked == "林***.jpg"

    submitted = await stand.backend.submit_application(draft.application_no, WECHAT_LIN, idempotency_key="in")
    assert (submitted.status, submitted.left_workdays, submitted.next_step) == ("submitted", 2, "受理")
    assert submitted.due == date(2026, 11, 24)


async def test_the_same_key_starts_it_once(stand: Stand) -> None:
    assert (await start(stand)).application_no == (await start(stand)).application_no


async def test_a_second_one_of_the_same_business_names_the_first(stand: Stand) -> None:
    first = await start(stand)

    with pytest.raises(Conflict) as refused:
        await stand.backend.start_application(TOU, WECHAT_LIN, idempotency_key="another turn")

    assert (refused.value.reason, refused.value.fields["order_no"]) == ("order.already_open", first.application_no)


async def test_every_missing_paper_is_named_at_once(stand: Stand) -> None:
    facts = {"new_name": "林小满", "new_phone": "13800009999"}
    draft = await start(stand, ApplicationStart("过户", LIN, facts=facts))

    with pytest.raises(Conflict) as refused:
        await stand.backend.submit_application(draft.application_no, WECHAT_LIN, idempotency_key="in")

    assert refused.value.reason == "application.documents_missing"
    assert [one["code"] for one in refused.value.fields["missing"]] == ["id_card", "old_holder_id"]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"MZ\x90\x00 renamed to .jpg", "document.type"),
        (b"", "document.empty"),
        (PDF + b"x" * (10 * 1024 * 1024), "document.too_large"),
    ],
    ids=["exe", "empty", "over ten megabytes"],
)
async def test_what_is_no_document_is_not_taken(stand: Stand, content: bytes, reason: str) -> None:
    draft = await start(stand)

    with pytest.raises(NotAccepted) as refused:
        await upload(stand, draft.application_no, "id_card", content)

    assert refused.value.reason == reason


async def test_ten_megabytes_are_taken(stand: Stand) -> None:
    draft = await start(stand)
    content = PDF.ljust(10 * 1024 * 1024, b"x")

    assert (await upload(stand, draft.application_no, "id_card", content)).documents[0].size == len(content)


async def test_withdrawn_twice_is_refused(stand: Stand) -> None:
    draft = await start(stand)
    withdrawn = await stand.backend.withdraw_application(draft.application_no, WECHAT_LIN, idempotency_key="1")
    assert (withdrawn.status, withdrawn.open, withdrawn.next_step) == ("cancelled", False, "")

    with pytest.raises(Conflict) as refused:
        await stand.backend.withdraw_application(draft.application_no, WECHAT_LIN, idempotency_key="2")
    assert refused.value.reason == "application.over"


async def test_the_list_of_mine(stand: Stand) -> None:
    draft = await start(stand)

    mine = await stand.backend.applications(WECHAT_LIN)
    theirs = await stand.backend.applications(ALIPAY_DENG)

    assert [one.application_no for one in mine.applications] == [draft.application_no]
    assert [one.application_no for one in theirs.applications] == ["N26111800005"]


async def test_somebody_elses_is_unknown(stand: Stand) -> None:
    with pytest.raises(NotFound):
        await stand.backend.application("N26111800005", WECHAT_LIN)
    with pytest.raises(NotFound):
        await stand.backend.withdraw_application("N26111800005", WECHAT_LIN, idempotency_key="x")
    with pytest.raises(NotAllowed):
        await stand.backend.check_application(TOU, VISITOR)


async def test_a_business_nobody_knows(stand: Stand) -> None:
    with pytest.raises(NotFound) as refused:
        await stand.backend.application_types(WECHAT_LIN, business_type="算命")

    assert refused.value.reason == "application_type.unknown"


async def test_a_business_that_is_not_for_this_customer(stand: Stand) -> None:
    with pytest.raises(Conflict) as refused:
        await stand.backend.check_application(ApplicationStart("减容", LIN), WECHAT_LIN)

    assert refused.value.fields["check"] == "class_fits"

"""Where papers go: a link of the customer's own wherever an application lacks some, and never the chat."""

from __future__ import annotations

from typing import Any

import pytest

from actions.application import Apply, StartApplication
from actions.application_form import ApplicationForm
from actions.application_manage import ManageApplication
from actions.media import ReceivePicture
from actions.outside import AnswerOutside
from actions.progress import ShowTicket
from actions.setup import ActionsSettings, papers_links
from backend.errors import BackendUnavailable
from backend.models import ApplicationStart
from conversation.identity import ChannelName, ChannelUser
from conversation.message import Attachment
from conversation.papers import PapersLinks, PapersPasses
from runtime.errors import SettingsError
from tests.builders import Counter, FixedClock, Spoken, opened

_FORM, _HOME, _RETURNED = "application_form", "6201011006117", "6201011006125"
SECRET = "a secret of thirty-two characters!"
PASSES = PapersPasses(SECRET, FixedClock())
LINKS = PapersLinks("https://kefu.example.com", PASSES, days=7)
PICTURE = {"attachment": Attachment("image", "m1", "a.png", "image/png", 99).to_wire()}


def customer(*bound: str) -> Counter:
    return Counter(bound=bound, papers=LINKS)


def me(counter: Counter) -> ChannelUser:
    return ChannelUser(ChannelName.WEB, counter.user_id)


async def start(counter: Counter, *facts: tuple[str, str], kind: str = "峰谷变更") -> str:
    started = ApplicationStart(kind, _HOME, facts=dict(facts or (("tou", "on"),)))
    return (await counter.backend.start_application(started, me(counter), idempotency_key="s")).application_no


def uploads(spoken: Spoken) -> list[dict[str, Any]]:
    return [message for message in spoken.messages if message["response"] == "utter_application_upload"]


def assert_leads_to(spoken: Spoken, number: str, counter: Counter) -> None:
    page, _, sealed = str(uploads(spoken)[0]["link"]).partition("#")
    held = PASSES.read(sealed)
    assert page == "https://kefu.example.com/papers/"
    assert (held.application_no, held.user) == (number, me(counter))


async def test_a_draft_is_told_with_the_link_to_its_papers() -> None:
    counter = customer(_HOME)
    await counter.run(Apply, "我要开峰谷电", "apply_tariff_change", business_type="峰谷变更")
    await counter.run(
        ApplicationForm, "我要开峰谷电", "apply_tariff_change", events=opened(_FORM), business_type="峰谷变更"
    )
    await counter.run(ApplicationForm, "确认", "affirm", form=_FORM)

    made = await counter.run(StartApplication, "确认", "affirm")

    assert made.responses == ["utter_application_started", "utter_application_upload"]
    assert_leads_to(made, str(made.messages[0]["number"]), counter)


@pytest.mark.parametrize(
    ("action", "text", "first"),
    [
        (ManageApplication, "材料交齐了可以提交了吗", "utter_application_papers_missing"),
        (ManageApplication, "上次的峰谷接着办", "utter_progress_draft"),
        (ShowTicket, "我的申请办到哪了", "utter_progress_draft"),
    ],
    ids=["handed in too soon", "taken up again", "looked at"],
)
async def test_whatever_is_asked_of_a_draft_leads_to_its_papers(action: Any, text: str, first: str) -> None:
    counter = customer(_HOME)
    number = await start(counter)

    spoken = await counter.run(action, text, "ticket_progress_query")

    assert spoken.responses == [first, "utter_application_upload"]
    assert_leads_to(spoken, number, counter)


async def test_when_the_papers_are_there_no_link_is_told() -> None:
    counter = customer(_HOME)
    number = await start(counter)
    await counter.backend.upload_document(
        number, "id_card", b"%PDF-", me(counter), file_name="a.pdf", idempotency_key="u"
    )

    looked = await counter.run(ShowTicket, "我的申请办到哪了", "ticket_progress_query")
    done = await counter.run(ManageApplication, "可以提交了吗", "ticket_progress_query")

    assert looked.responses == ["utter_progress_draft"]
    assert done.responses == ["utter_application_submitted"]


async def test_one_that_was_sent_back_leads_to_the_page_as_well() -> None:
    counter = customer(_RETURNED)

    spoken = await counter.run(ShowTicket, "我的多人口申请办到哪了", "ticket_progress_query")

    assert spoken.responses == ["utter_progress_application", "utter_application_upload"]
    assert_leads_to(spoken, "N26111900033", counter)


async def test_a_business_with_real_name_proof_gets_no_link() -> None:
    counter = customer(_HOME)
    facts = (("new_name", "林小满"), ("new_phone", "13800009999"), ("owner", "yes"))
    await start(counter, *facts, kind="过户")

    spoken = await counter.run(ShowTicket, "我的过户办到哪了", "ticket_progress_query")

    assert spoken.responses == ["utter_progress_draft", "utter_application_upload_elsewhere"]


async def test_a_photo_of_a_paper_in_the_form_is_told_where_it_goes() -> None:
    counter = customer(_HOME)
    await counter.run(ApplicationForm, "我要增容", "apply_new_or_capacity", events=opened(_FORM), business_type="增容")

    spoken = await counter.run(ApplicationForm, "[图片]", "", form=_FORM, metadata=PICTURE)

    assert spoken.responses[0] == "utter_application_answer_papers_on_page"


async def test_papers_offered_in_the_chat_lead_to_the_application_that_waits() -> None:
    counter = customer(_HOME)
    number = await start(counter)

    spoken = await counter.run(AnswerOutside, "身份证照片发给你行吗", "out_of_scope")

    assert spoken.responses == ["utter_application_answer_papers_of", "utter_application_upload"]
    assert_leads_to(spoken, number, counter)


async def test_the_warning_goes_out_though_the_company_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    counter = customer(_HOME)

    async def silent(*_: object, **__: object) -> None:
        raise BackendUnavailable("down")

    monkeypatch.setattr(counter.backend, "applications", silent)
    spoken = await counter.run(AnswerOutside, "身份证照片发给你行吗", "out_of_scope")

    assert spoken.responses == ["utter_application_answer_papers_on_page"]


async def test_a_picture_added_to_an_application_is_told_to_be_no_paper() -> None:
    counter = customer(_HOME)
    number = await start(counter)

    spoken = await counter.run(ReceivePicture, "[图片]", metadata=PICTURE)

    assert spoken.responses == ["utter_media_added", "utter_application_upload"]
    assert_leads_to(spoken, number, counter)


def test_without_a_secret_there_is_no_page_and_half_of_the_settings_is_an_error() -> None:
    closed = papers_links(ActionsSettings(utility_token="t", public_url="https://k.example"), FixedClock())

    with pytest.raises(SettingsError) as refused:
        papers_links(ActionsSettings(utility_token="t", papers_secret=SECRET), FixedClock())

    assert closed is None
    assert refused.value.fields["setting"] == "PUBLIC_URL"

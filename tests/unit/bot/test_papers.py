"""The upload page without a wire: how papers are laid out, what of a refusal is told, when the page is open."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from backend.errors import BackendBusy, BackendError, BackendProtocolError, BackendTimeout, Conflict, NotAccepted
from backend.models import Application, ApplicationDocument, ApplicationGuide, ApplicationPaper, MissingPaper
from bot.papers.opening import open_papers
from bot.papers.refusals import told_of
from bot.papers.sheet import sheet_of
from bot.settings import BotSettings
from runtime.clock import SHANGHAI
from runtime.errors import SettingsError
from tests.builders import FixedClock

AT = datetime(2026, 11, 21, 10, tzinfo=SHANGHAI)
SECRET = "a secret of thirty-two characters!"
SETTINGS = BotSettings(database_url="", redis_url="", web_token_secret="", model_path=Path("m"))


def guide(*papers: ApplicationPaper, may_be: tuple[ApplicationPaper, ...] = ()) -> ApplicationGuide:
    return ApplicationGuide(
        *("code", "充电桩报装", "充电桩报装", "业主", "none", "account", False),
        asks=(),
        documents=papers,
        conditional_documents=may_be,
        steps=(),
        limit_workdays=5,
        visits=(),
        visit_note="",
        fee="",
        hints=(),
        since=date(2026, 1, 1),
        source="s",
    )


def document(code: str, number: int = 1) -> ApplicationDocument:
    return ApplicationDocument(number, code, "身***.png", "image/png", 99, AT)


def application(*missing: MissingPaper, documents: tuple[ApplicationDocument, ...] = ()) -> Application:
    made = Application("N1", "充电桩报装", "code", "draft", "填写中", True, AT, account_no="6201011006117")
    return replace(made, missing=missing, documents=documents)


ID, RIGHT, ESTATE = (
    ApplicationPaper("id_card", "身份证明", "身份证或护照"),
    ApplicationPaper("parking_right", "车位证明", "产权或租约", later=True),
    ApplicationPaper("estate", "物业同意书", "要开挖时"),
)


def test_papers_stand_in_the_guides_order_with_what_is_there_of_each() -> None:
    there = (document("id_card"), document("id_card", 2))
    one = application(MissingPaper("parking_right", "车位证明", later=True), documents=there)

    shown = sheet_of(one, guide(ID, RIGHT, may_be=(ESTATE,))).to_wire()

    assert [(paper["code"], paper["missing"], len(paper["files"])) for paper in shown["papers"]] == [
        ("id_card", False, 2),
        ("parking_right", True, 0),
    ]
    assert (shown["ready"], shown["papers"][1]["later"], shown["papers"][1]["hint"]) == (True, True, "产权或租约")


def test_what_a_clerk_asks_for_again_is_told_in_the_clerks_words() -> None:
    one = application(
        MissingPaper("id_card", "身份证反面看不清", later=False),
        MissingPaper("other", "房东的电话", later=False),
        documents=(document("id_card"),),
    )

    shown = sheet_of(one, guide(ID)).to_wire()["papers"]

    assert [(paper["name"], paper["asked"], len(paper["files"])) for paper in shown] == [
        ("身份证明", "身份证反面看不清", 1),
        ("房东的电话", "房东的电话", 0),
    ]


def test_without_a_guide_the_utilitys_own_words_do() -> None:
    shown = sheet_of(application(MissingPaper("id_card", "身份证明", later=False)), None).to_wire()

    assert (shown["papers"][0]["name"], shown["ready"]) == ("身份证明", False)


def test_one_that_is_under_way_waits_for_nobody() -> None:
    shown = sheet_of(replace(application(), status="accepted", submitted=AT), guide()).to_wire()

    assert (shown["waiting"], shown["ready"], shown["submitted"]) == (False, False, True)


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (NotAccepted("document.too_large", most=9), 413, "document.too_large"),
        (NotAccepted("document.type"), 415, "document.type"),
        (Conflict("application.over"), 409, "application.over"),
        (BackendTimeout("slow"), 503, "papers.company.silent"),
        (BackendBusy(3), 503, "papers.company.silent"),
        (BackendProtocolError("odd"), 502, "papers.company.odd"),
    ],
    ids=lambda value: getattr(value, "reason", None) or getattr(value, "code", None),
)
def test_every_error_of_the_seam_has_a_status_and_a_code(error: BackendError, status: int, code: str) -> None:
    told = told_of(error)

    assert (told.status, told.code) == (status, code)


def test_of_a_refusals_fields_only_what_is_for_a_customer_is_told() -> None:
    checks = [{"check": "no_arrears", "text": "欠费", "do": "先交清", "account_no": "6201011006117"}]

    told = told_of(Conflict("application.precondition", checks=checks, state="draft"))

    assert told.fields == {"checks": [{"text": "欠费", "do": "先交清"}]}


def test_the_page_is_closed_without_its_secret() -> None:
    assert open_papers(SETTINGS, FixedClock()) is None


@pytest.mark.parametrize(
    ("changes", "setting"),
    [
        ({"papers_secret": SECRET}, "UTILITY_TOKEN"),
        ({"papers_secret": "short", "utility_token": "t"}, "PAPERS_TOKEN_SECRET"),
        ({"papers_secret": SECRET, "utility_token": "t", "papers_most_mb": 0}, "PAPERS_MOST_MB"),
    ],
    ids=["no token", "a short secret", "no bytes"],
)
def test_settings_that_open_half_a_page_are_named(changes: dict[str, object], setting: str) -> None:
    with pytest.raises(SettingsError) as refused:
        open_papers(replace(SETTINGS, **changes), FixedClock())

    assert refused.value.fields["setting"] == setting

"""The table of kinds is refused when a text could go wrong, and words are never written with a gap."""

from __future__ import annotations

import copy
from datetime import datetime
from typing import Any

import pytest
import yaml

from notices.aliyun import AliyunAccount, canonical_query, signed_headers
from notices.errors import KindsBroken, WordsMissing
from notices.kinds import FILE, read_book, the_book
from notices.outage_times import after_quiet
from notices.wording import words
from runtime.clock import SHANGHAI

NOW = datetime(2026, 11, 21, 12, tzinfo=SHANGHAI)


def changed(**text: str) -> dict[str, Any]:
    content: dict[str, Any] = copy.deepcopy(yaml.safe_load(FILE.read_text(encoding="utf-8")))
    content["kinds"]["outage_eta"]["text"].update(text)
    return content


@pytest.mark.parametrize(
    "text",
    [
        {"chat": "预计 {when} 恢复"},
        {"chat": "预计 {eta!r} 恢复"},
        {"chat": "预计 {eta.year} 恢复"},
        {"sms": "长" * 301},
        {"fax": "预计 {eta} 恢复"},
    ],
    ids=["undeclared", "converted", "reached into", "too long", "unknown voice"],
)
def test_a_text_that_could_go_wrong_keeps_the_process_from_starting(text: dict[str, str]) -> None:
    with pytest.raises(KindsBroken):
        read_book(changed(**text))


def test_a_community_text_that_names_a_persons_matter_is_refused() -> None:
    content = changed()
    content["kinds"]["balance_low"]["text"]["community"] = "尾号 {tail} 余额不足"

    with pytest.raises(KindsBroken, match="person"):
        read_book(content)


@pytest.mark.parametrize("eta", [None, "", "soon", "{eta}"])
def test_a_value_that_is_missing_or_has_no_form_refuses(eta: str | None) -> None:
    book = the_book()

    with pytest.raises(WordsMissing):
        words(book, book.kinds["outage_eta"], "sms", {"place": "织女苑", "eta": eta}, NOW)


def test_a_brace_in_a_value_is_refused() -> None:
    book = the_book()

    with pytest.raises(WordsMissing):
        words(book, book.kinds["outage_fault_open"], "chat", {"place": "{eta}", "cause": "x"}, NOW)


@pytest.mark.parametrize(
    ("hour", "minute", "day", "until"),
    [(20, 59, 21, (20, 59)), (21, 0, 22, (8, 0)), (23, 30, 22, (8, 0)), (3, 0, 21, (8, 0)), (8, 0, 21, (8, 0))],
)
def test_quiet_hours_go_over_midnight(hour: int, minute: int, day: int, until: tuple[int, int]) -> None:
    rules = the_book().rules
    moved = after_quiet(datetime(2026, 11, 21, hour, minute, tzinfo=SHANGHAI), rules.quiet_from, rules.quiet_until)

    assert (moved.day, (moved.hour, moved.minute)) == (day, until)


def test_a_call_of_aliyun_signs_every_header_it_sends() -> None:
    account = AliyunAccount("https://dysmsapi.aliyuncs.com/", "id", "secret", "电力", {})
    query = canonical_query({"SignName": "电力", "PhoneNumbers": "13800001001"})

    headers = signed_headers(account, "SendSms", query, "2026-11-21T04:00:00Z", "n")
    other = signed_headers(account, "SendSms", query + "1", "2026-11-21T04:00:00Z", "n")

    assert query == "PhoneNumbers=13800001001&SignName=%E7%94%B5%E5%8A%9B"
    signed = headers["Authorization"].split("SignedHeaders=")[1].split(",")[0].split(";")
    assert signed == sorted(name for name in headers if name != "Authorization")
    assert headers["Authorization"] != other["Authorization"]

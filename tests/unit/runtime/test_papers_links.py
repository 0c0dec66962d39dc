"""Links to the upload page: one address for all, the pass behind the `#`, and settings that cannot be used."""

from __future__ import annotations

from datetime import timedelta

import pytest

from conversation.identity import ChannelName, ChannelUser
from conversation.papers import PURPOSE, PapersLinks, PapersPasses
from runtime.errors import PassInvalid, SettingsError
from runtime.passes import Passes
from tests.builders import NOON_BEFORE, FixedClock

SECRET = "a secret of thirty-two characters!"
LIN = ChannelUser(ChannelName.WECHAT, "oLin_0123456789abcdefghijklm")


def links(public_url: str = "https://kefu.example.com/", days: int = 7) -> PapersLinks:
    return PapersLinks(public_url, PapersPasses(SECRET, FixedClock()), days=days)


def test_a_link_tells_nobody_who_it_is_for_and_opens_for_them() -> None:
    link = links().link("N26112100001", LIN)

    page, _, sealed = link.partition("#")
    held = PapersPasses(SECRET, FixedClock()).read(sealed)

    assert page == "https://kefu.example.com/papers/"
    assert (held.application_no, held.user) == ("N26112100001", LIN)
    assert held.expires_at == NOON_BEFORE + timedelta(days=7)


def test_a_link_leaves_room_for_words_in_a_bubble() -> None:
    assert len(links("https://kefu.gongdian.example.com").link("N26112100001", LIN)) <= 170


def test_a_pass_of_other_texts_is_none_for_papers() -> None:
    odd = Passes(SECRET, PURPOSE, FixedClock(), setting="X").issue("N1", life=timedelta(days=1))

    with pytest.raises(PassInvalid):
        PapersPasses(SECRET, FixedClock()).read(odd)


@pytest.mark.parametrize(
    ("public_url", "days", "setting"),
    [("", 7, "PUBLIC_URL"), ("kefu.example.com", 7, "PUBLIC_URL"), ("https://k.example", 0, "PAPERS_LINK_DAYS")],
    ids=["no address", "no scheme", "no days"],
)
def test_settings_that_cannot_be_used_are_named(public_url: str, days: int, setting: str) -> None:
    with pytest.raises(SettingsError) as refused:
        links(public_url, days)

    assert refused.value.fields["setting"] == setting

"""Who is let in, and with what: signatures, replays, sizes, shapes. What is refused leaves nothing behind."""

from __future__ import annotations

from conversation.message import TEXT_CHARACTERS
from tests.channel.conformance.trial import DoorUnderTest, Verdict
from tests.fakes.bot import PHRASES


async def refused(door: DoorUnderTest, damage: str) -> Verdict:
    """Sends a bad request; it must leave nothing, and the door must go on."""
    verdict = await door.deliver(await door.damaged(damage))

    assert await door.kept() == []
    assert (await door.push("停电了")).taken
    await door.until_heard("回:停电了")
    return verdict


async def test_a_good_push_is_taken_and_answered(door: DoorUnderTest) -> None:
    verdict = await door.push("这个月电费多少")

    assert verdict.taken
    assert await door.until_heard("回:这个月电费多少") == ["回:这个月电费多少"]
    await door.settled()
    assert [(line["role"], line["delivery"]) for line in await door.kept()] == [("customer", None), ("bot", "sent")]


async def test_a_bad_signature_is_refused(door: DoorUnderTest, damage: str) -> None:
    verdict = await refused(door, damage)

    assert verdict.code in ("403", "401", "web.token.missing", "web.token.invalid")


async def test_a_replay_is_refused(door: DoorUnderTest, damage: str) -> None:
    verdict = await refused(door, damage)

    assert verdict.code in ("403", "401", "web.token.expired")


async def test_a_malformed_push_is_refused(door: DoorUnderTest, damage: str) -> None:
    verdict = await refused(door, damage)

    assert not verdict.taken
    # An envelope or a form that says nothing may fail at its signature already.
    assert verdict.code in ("400", "403") or verdict.code.startswith("web.")


async def test_an_oversize_push_is_refused(door: DoorUnderTest, damage: str) -> None:
    verdict = await refused(door, damage)

    assert verdict.code in ("413", "web.text.too_long", "web.frame.too_large")


async def test_an_entity_bomb_is_refused(door: DoorUnderTest, damage: str) -> None:
    verdict = await refused(door, damage)

    assert verdict.code == "400"


async def test_a_push_for_another_app_is_refused(door: DoorUnderTest, damage: str) -> None:
    verdict = await refused(door, damage)

    assert verdict.code in ("403", "401", "web.token.invalid")


async def test_an_unknown_type_is_kept_and_answered_kindly(door: DoorUnderTest) -> None:
    assert (await door.deliver(door.unknown())).taken

    assert await door.until_heard(PHRASES.say("utter_door_unreadable")) == [PHRASES.say("utter_door_unreadable")]
    assert await door.words("customer") == [PHRASES.say("utter_door_line_other")]
    assert door.asked() == 0


async def test_too_many_words_are_not_silently_cut(door: DoorUnderTest) -> None:
    verdict = await door.push("长" * (TEXT_CHARACTERS + 1))

    if verdict.taken:
        assert await door.until_heard(PHRASES.say("utter_door_too_long")) == [PHRASES.say("utter_door_too_long")]
        assert await door.words("customer") == ["长" * TEXT_CHARACTERS]
    else:
        assert verdict.code in ("413", "web.text.too_long")
        assert await door.kept() == []
    assert door.asked() == 0

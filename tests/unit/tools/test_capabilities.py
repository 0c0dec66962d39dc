"""Every capability that customers meet in a conversation has one that proves it, and the page says which."""

from __future__ import annotations

from tools.capabilities import capabilities, covering, main


def test_every_capability_met_in_a_conversation_has_one() -> None:
    cases = covering()

    bare = [capability for capability, about in capabilities().items() if about["met"] == "dialogue"]
    missing = [capability for capability in bare if capability not in cases]

    assert missing == []


def test_no_conversation_names_an_unknown_capability() -> None:
    assert set(covering()) - set(capabilities()) == set()


def test_the_page_is_what_the_conversations_say() -> None:
    assert main(["--check"]) == 0

"""QR codes for bills and meter boxes: only scenes that say something, with the life that was asked for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.wechat import FakeWeChat
from tools.qr_tickets import account_of, is_scene, make


@pytest.fixture
def platform() -> Iterator[FakeWeChat]:
    fake = FakeWeChat()
    fake.start()
    yield fake
    fake.stop()


@pytest.mark.parametrize("seconds", [0, 2_592_000], ids=["lasting", "thirty days"])
async def test_each_scene_gets_its_picture(platform: FakeWeChat, tmp_path: Path, seconds: int) -> None:
    scenes = ["bind_6201011006117", "area_织女苑"]

    await make(account_of(platform.settings), tmp_path / "codes", scenes, seconds=seconds)

    assert sorted(platform.pages.scenes.values()) == sorted((scene, seconds) for scene in scenes)
    assert [(tmp_path / "codes" / f"{scene}.jpg").read_bytes()[:3] for scene in scenes] == [b"\xff\xd8\xff"] * 2


@pytest.mark.parametrize(
    ("scene", "right"),
    [("bind_6201011006117", True), ("area_织女苑", True), ("bind_62", False), ("resume_482913", False), ("x", False)],
)
def test_only_what_says_something_is_a_scene(scene: str, right: bool) -> None:
    assert is_scene(scene) is right

"""Uploads that mean harm or go wrong, over real HTTP: the door says so kindly, keeps nothing, and goes on."""

from __future__ import annotations

import asyncio
import os
import struct
import zlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from connectors.web import uploads
from tests.component.web.test_door import Site, site
from tests.component.web.test_media import png, upload

__all__ = ["site"]


def _bomb() -> bytes:
    head = b"IHDR" + struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))
    return b"\x89PNG\r\n\x1a\n" + chunk + b"\x00\x00\x00\x00IEND\xaeB`\x82"


def _files(folder: Path) -> list[Path]:
    return [path for path in (folder / "media").rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("content", "status", "code", "said"),
    [
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", 415, "media.kind", "HEIC"),
        (_bomb(), 413, "media.too_large", "展开"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", 415, "media.kind", "收不了"),
        (b"<html><script>alert(1)</script></html>", 415, "media.kind", "收不了"),
        (b"GIF89a/*" + b"alert(1)//" * 20, 415, "media.broken", "打不开"),
        (png()[:-20], 415, "media.broken", "打不开"),
    ],
    ids=["heic", "bomb", "svg", "html", "a script that begins as a GIF", "breaks off"],
)
async def test_what_is_refused_leaves_no_file(
    site: Site, tmp_path: Path, content: bytes, status: int, code: str, said: str
) -> None:
    got, problem = await upload(site, (await site.session())["token"], content, "a.jpg")

    assert (got, problem["code"]) == (status, code)
    assert said in problem["detail"]
    assert _files(tmp_path) == []


async def test_a_stream_without_an_end_is_cut_off_and_the_door_goes_on(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "READ_BYTES", 12 * 1024 * 1024)
    token = (await site.session())["token"]
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 400 * 1024 * 1024:
            sent += 1024 * 1024
            yield b"\x00" * 1024 * 1024
            await asyncio.sleep(0)

    refused: Any = None
    try:
        async with site.http.post(
            f"{site.base}/media", data=endless(), headers={"authorization": f"Bearer {token}"}
        ) as answer:
            refused = answer.status
    except (aiohttp.ClientError, ConnectionError) as error:
        refused = error
    status, _ = await upload(site, token, png())

    assert refused == 413 or isinstance(refused, Exception)
    assert sent < 400 * 1024 * 1024
    assert status == 201
    assert len(_files(tmp_path)) == 1


async def test_a_name_leads_nowhere_on_the_disk(site: Site, tmp_path: Path) -> None:
    token = (await site.session())["token"]

    _, kept = await upload(site, token, png(), "..%2F..%2F..%2Fetc%2Fcron.d%2Fevil%00%0D%0A.exe")
    (file,) = _files(tmp_path)

    assert kept["name"] == "evil.png"
    assert file.relative_to(tmp_path / "media") == Path(kept["media_id"][:2]) / kept["media_id"]
    assert os.stat(file).st_mode & 0o077 == 0


@pytest.mark.parametrize("name", ["..%2F..%2Fetc%2Fpasswd", "0" * 32, "A" * 32, "x", "%00", "0" * 400])
async def test_an_address_that_names_no_picture_shows_nothing(site: Site, name: str) -> None:
    token = (await site.session())["token"]

    async with site.http.get(f"{site.base}/media/{name}", headers={"authorization": f"Bearer {token}"}) as answer:
        assert answer.status == 404


async def test_a_picture_is_shown_to_nobody_without_a_token(site: Site) -> None:
    token = (await site.session())["token"]
    _, kept = await upload(site, token, png())

    async with site.http.get(f"{site.base}/media/{kept['media_id']}") as bare:
        assert bare.status == 401
    async with site.http.get(f"{site.base}/media/{kept['media_id']}?token={token}") as in_the_address:
        assert in_the_address.status == 401


async def test_pictures_that_come_at_once_are_counted_one_by_one(site: Site, tmp_path: Path) -> None:
    token = (await site.session())["token"]
    await upload(site, token, png())
    await site.worker.front._pool.execute(
        "insert into media select md5(n::text), conversation_id, kind, name, mime, size, created_at"
        " from media, generate_series(1, 28) n"
    )

    answers = await asyncio.gather(*(upload(site, token, png()) for _ in range(5)))

    assert sorted(status for status, _ in answers) == [201, 429, 429, 429, 429]
    assert len(_files(tmp_path)) == 2

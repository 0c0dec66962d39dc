"""What a file is, and that a picture says nothing beside itself."""

from __future__ import annotations

import struct
from io import BytesIO

import pytest
from PIL import Image

from bot.media.words import worded
from conversation.message import Attachment, InboundMessage, Location
from runtime.files.cleaning import NotReadable, cleaned
from runtime.files.kinds import kind_of
from tests.fakes.bot import LIN, PHRASES
from tests.fakes.gate import trained_gate


def jpeg(turned: int = 1) -> bytes:
    """A JPEG with a place, a telephone and a direction in it."""
    image, notes = Image.new("RGB", (40, 20), (200, 30, 30)), Image.Exif()
    notes[0x010F] = "SecretPhone"
    notes[0x0112] = turned
    notes.get_ifd(0x8825)[2] = (30.0, 15.0, 20.0)
    notes.get_ifd(0x8825)[1] = "N"
    written = BytesIO()
    image.save(written, "JPEG", exif=notes, comment=b"at home")
    return written.getvalue()


def png() -> bytes:
    written = BytesIO()
    Image.new("RGB", (4, 4)).save(written, "PNG", exif=b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x00\x00\x00\x00\x00")
    return written.getvalue()


@pytest.mark.parametrize(
    ("content", "mime"),
    [
        (jpeg(), "image/jpeg"),
        (png(), "image/png"),
        (b"GIF89a....", "image/gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "audio/wav"),
        (b"#!AMR\n....", "audio/amr"),
        (b"ID3\x04", "audio/mpeg"),
        (b"\x1aE\xdf\xa3..", "audio/webm"),
        (b"OggS..", "audio/ogg"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_is_told_by_its_first_bytes(content: bytes, mime: str) -> None:
    kind = kind_of(content)

    assert kind is not None
    assert kind.mime == mime


@pytest.mark.parametrize(
    "content", [b"MZ\x90\x00", b"", b"%PDF-1.7", b"<svg/>", b"PK\x03\x04", b"RIFF\x00\x00\x00\x00AVI "]
)
def test_anything_else_is_nothing(content: bytes) -> None:
    assert kind_of(content) is None


def test_a_jpeg_loses_its_place_and_keeps_its_direction() -> None:
    taken = jpeg(turned=6)

    clean = cleaned(taken, "image/jpeg")

    image = Image.open(BytesIO(clean))
    assert Image.open(BytesIO(taken)).getexif().get_ifd(0x8825)
    assert dict(image.getexif()) == {0x0112: 6}
    assert not image.getexif().get_ifd(0x8825)
    assert b"SecretPhone" not in clean
    assert b"at home" not in clean
    assert image.convert("RGB").tobytes() == Image.open(BytesIO(taken)).convert("RGB").tobytes()


def test_what_follows_the_picture_is_cut_off() -> None:
    clean = cleaned(jpeg() + jpeg(), "image/jpeg")

    assert clean == cleaned(jpeg(), "image/jpeg")
    assert not dict(Image.open(BytesIO(clean)).getexif())


def test_a_png_and_a_webp_lose_their_notes() -> None:
    written = BytesIO()
    Image.new("RGB", (4, 4)).save(written, "WEBP", exif=b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x00\x00\x00\x00\x00")

    webp = cleaned(written.getvalue(), "image/webp")

    assert b"eXIf" in png()
    assert b"eXIf" not in cleaned(png(), "image/png")
    assert Image.open(BytesIO(cleaned(png(), "image/png"))).size == (4, 4)
    assert b"EXIF" in written.getvalue()
    assert b"EXIF" not in webp
    assert Image.open(BytesIO(webp)).size == (4, 4)


@pytest.mark.parametrize(
    ("content", "mime"),
    [
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"\xff\xd8\xff\xe1\xff\xffExif", "image/jpeg"),
        (b"\xff\xd8\xff\xd9", "image/jpeg"),
        (b"\xff\xd8\xff\xe0" + struct.pack(">H", 0), "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "image/png"),
        (png()[:-12], "image/png"),
        (b"RIFF\x00\x00\x00\x00WEBPEXIF\xff\xff\xff\x7f", "image/webp"),
    ],
)
def test_a_broken_picture_is_said_to_be_one(content: bytes, mime: str) -> None:
    with pytest.raises(NotReadable):
        cleaned(content, mime)


@pytest.mark.parametrize(
    ("message", "text"),
    [
        (InboundMessage(LIN, "m", "", attachment=Attachment("image", "m1")), "[图片]"),
        (InboundMessage(LIN, "m", "", attachment=Attachment("voice", "")), "[语音]"),
        (InboundMessage(LIN, "m", "", attachment=Attachment("miniprogram", "")), "[文件]"),
        (InboundMessage(LIN, "m", "停电了", attachment=Attachment("voice", "", text="停电了")), "停电了"),
        (InboundMessage(LIN, "m", "织女苑", location=Location(30.2, 120.1, "织女苑")), "[位置] 织女苑"),
        (InboundMessage(LIN, "m", "", location=Location(30.2, 120.1)), "[位置]"),
        (InboundMessage(LIN, "m", "你好"), "你好"),
    ],
)
def test_a_message_without_words_has_a_line_to_read(message: InboundMessage, text: str) -> None:
    assert worded(message, PHRASES).text == text


@pytest.mark.parametrize("kind", ["image", "voice", "location", "video", "sticker", "file"])
def test_the_gate_sees_no_danger_in_the_lines_for_what_has_no_words(kind: str) -> None:
    assert trained_gate().check(PHRASES.say(f"utter_reception_line_{kind}")) is None

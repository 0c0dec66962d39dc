"""Pictures that are more than pictures: bombs, polyglots, notes in odd places, names that lead elsewhere."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from runtime.files.cleaning import cleaned
from runtime.files.frames import NotReadable, extent
from runtime.files.kinds import is_heic, kind_of
from runtime.files.shelf import named as _named
from tests.unit.bot.test_media import jpeg

_SECRET = b"SecretPhone"
_PLACE = {1: "N", 2: (30.0, 15.0, 20.0), 3: "E", 4: (120.0, 10.0, 5.0)}
_SCRIPT = b"<script>alert(1)</script>"


def _noted() -> Image.Exif:
    notes = Image.Exif()
    notes[0x010F] = _SECRET.decode()
    notes.get_ifd(0x8825).update(_PLACE)
    return notes


def _written(form: str, *, frames: int = 1, size: tuple[int, int] = (40, 20), **options: object) -> bytes:
    pages = [Image.new("RGB", size, (9 * number % 255, 30, 30)) for number in range(frames)]
    moving = {"save_all": True, "append_images": pages[1:], "loop": 0, "duration": 80} if frames > 1 else {}
    written = BytesIO()
    pages[0].save(written, form, **moving, **options)  # type: ignore[arg-type]
    return written.getvalue()


def _texts() -> PngInfo:
    info = PngInfo()
    info.add_text("Comment", _SECRET.decode(), zip=True)
    info.add_itxt("XML:com.adobe.xmp", _SECRET.decode())
    info.add(b"prVt", _SECRET)
    return info


def _gif_with_notes() -> bytes:
    plain = _written("GIF", frames=3, comment=_SECRET)
    xmp = b"\x21\xff\x0bXMP DataXMP" + bytes([len(_SECRET)]) + _SECRET + b"\x00"
    return plain[:-1] + xmp + plain[-1:]


def _jpeg_with_a_note_behind_its_scan() -> bytes:
    note = b"\xff\xe1" + struct.pack(">H", len(_SECRET) + 8) + b"Exif\x00\x00" + _SECRET
    return _written("JPEG", progressive=True)[:-2] + note + b"\xff\xd9"


NOTED = {
    "a JPEG with a place": ("image/jpeg", _written("JPEG", exif=_noted())),
    "a JPEG with a comment": ("image/jpeg", _written("JPEG", comment=_SECRET)),
    "a JPEG with a note behind its scan": ("image/jpeg", _jpeg_with_a_note_behind_its_scan()),
    "a JPEG with a second one behind it": ("image/jpeg", _written("JPEG") + _written("JPEG", exif=_noted())),
    "a PNG with a place": ("image/png", _written("PNG", exif=_noted())),
    "a PNG with texts and a private chunk": ("image/png", _written("PNG", pnginfo=_texts())),
    "a WebP with a place": ("image/webp", _written("WEBP", exif=_noted())),
    "a moving WebP with a place": ("image/webp", _written("WEBP", frames=3, exif=_noted())),
    "a GIF with notes": ("image/gif", _gif_with_notes()),
}


@pytest.mark.parametrize("name", NOTED)
def test_a_picture_tells_nothing_beside_itself_and_looks_the_same(name: str) -> None:
    mime, noted = NOTED[name]

    clean = cleaned(noted, mime)

    before, after = Image.open(BytesIO(noted)), Image.open(BytesIO(clean))
    assert _SECRET in zlib_opened(noted)
    assert _SECRET not in zlib_opened(clean)
    assert not dict(after.getexif().get_ifd(0x8825))
    assert getattr(after, "n_frames", 1) == getattr(before, "n_frames", 1)
    assert after.convert("RGB").tobytes() == before.convert("RGB").tobytes()


def zlib_opened(content: bytes) -> bytes:
    """The bytes, with what is packed in a PNG's zTXt chunk in the open."""
    at = content.find(b"zTXtComment\x00\x00")
    return content if at < 0 else content + zlib.decompressobj().decompress(content[at + 13 :])


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF"])
def test_what_is_something_else_as_well_comes_out_as_the_picture_alone(form: str) -> None:
    plain, mime = _written(form), f"image/{form.lower()}"

    assert cleaned(plain + b"PK\x03\x04" + _SCRIPT, mime) == cleaned(plain, mime)
    assert _SCRIPT not in cleaned(plain + _SCRIPT, mime)


def test_a_moving_gif_keeps_its_loop() -> None:
    clean = Image.open(BytesIO(cleaned(_gif_with_notes(), "image/gif")))

    assert clean.info["loop"] == 0
    assert clean.n_frames == 3  # type: ignore[attr-defined]


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF"])
def test_a_picture_that_breaks_off_is_broken(form: str) -> None:
    whole = _written(form)

    for size in range(len(whole) // 3, len(whole) - 1, 17):
        with pytest.raises(NotReadable):
            cleaned(whole[:size], f"image/{form.lower()}")


@pytest.mark.parametrize(
    ("mime", "content", "pixels", "frames"),
    [
        ("image/jpeg", _written("JPEG"), 800, 1),
        ("image/jpeg", _written("JPEG", progressive=True, exif=_noted()), 800, 1),
        ("image/png", _written("PNG"), 800, 1),
        ("image/png", _written("PNG", frames=4), 800, 4),
        ("image/gif", _written("GIF", frames=4), 800, 4),
        ("image/webp", _written("WEBP"), 800, 1),
        ("image/webp", _written("WEBP", lossless=True), 800, 1),
        ("image/webp", _written("WEBP", frames=4), 800, 4),
        ("image/webp", _written("WEBP", exif=_noted()), 800, 1),
    ],
)
def test_how_large_a_picture_becomes_is_known_without_showing_it(
    mime: str, content: bytes, pixels: int, frames: int
) -> None:
    found = extent(content, mime)

    assert found is not None
    assert (found.pixels, found.frames, found.is_too_large) == (pixels, frames, False)


def _png_that_says(width: int, height: int) -> bytes:
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    crc = struct.pack(">I", zlib.crc32(head))
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + crc + b"\x00\x00\x00\x00IEND\xaeB`\x82"


def test_a_bomb_is_known_by_what_it_says() -> None:
    still = extent(_png_that_says(50_000, 50_000), "image/png")
    frames = bytearray(_written("GIF", frames=30))
    frames[6:10] = struct.pack("<HH", 4000, 4000)
    moving = extent(bytes(frames), "image/gif")

    assert still is not None
    assert still.is_too_large
    assert moving is not None
    assert (moving.pixels > 64_000_000, moving.is_too_large) == (False, True)


@pytest.mark.parametrize("size", [(0, 10), (10, 0)])
def test_a_picture_without_a_surface_is_broken(size: tuple[int, int]) -> None:
    with pytest.raises(NotReadable):
        extent(_png_that_says(*size), "image/png")


@pytest.mark.parametrize(
    ("content", "is_one"),
    [
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", True),
        (b"\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00", True),
        (b"\x00\x00\x00\x20ftypavif\x00\x00\x00\x00", True),
        (b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00", False),
        (jpeg(), False),
        (b"", False),
    ],
)
def test_a_heic_photo_is_known_as_one(content: bytes, is_one: bool) -> None:
    assert is_heic(content) is is_one


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<?xml version='1.0'?><svg/>",
        b"\x00\x00\x00\x20ftypisom",
        _SCRIPT,
    ],
)
def test_what_a_browser_would_run_or_play_is_not_taken(content: bytes) -> None:
    assert kind_of(content) is None


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd.jpg"),
        ("..\\..\\windows\\system32.exe", "system32.jpg"),
        ("..", "image.jpg"),
        (".htaccess", "htaccess.jpg"),
        ("a\x00\r\n\x1b[2Jb.jpg", "a[2Jb.jpg"),
        ("\u202egpj.exe", "gpj.jpg"),
        ("表箱.PNG", "表箱.jpg"),
        ("", "image.jpg"),
        ("x" * 5000, "x" * 100 + ".jpg"),
        ("con/", "con.jpg"),
    ],
)
def test_a_name_leads_nowhere_and_ends_as_what_the_file_is(name: str, kept: str) -> None:
    kind = kind_of(jpeg())

    assert kind is not None
    assert _named(name, kind) == kept

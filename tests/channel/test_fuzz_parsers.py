"""Hypothesis drives the targets of `make fuzz` for a moment: by blind bytes, and by bytes that look like the wire."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.channel.doors import PAYLOADS
from tests.fuzz.targets import TARGETS, check

BOUNDED = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])

_SEEDS = [file.read_bytes() for file in sorted(PAYLOADS.glob("*/*.*"))]
_NAMES = st.sampled_from(
    ["ToUserName", "FromUserName", "CreateTime", "MsgType", "Content", "Event", "MsgId", "Text", "x"]
)
_WORDS = st.one_of(
    st.text(max_size=40), st.sampled_from(["text", "event", "CLICK", "1714112445", "o1", "]]>", "&a;", "²"])
)


def _element(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(lambda tag, inner: f"<{tag}>{inner}</{tag}>", _NAMES, children)


_XML = st.recursive(_WORDS, lambda inner: st.lists(_element(inner), max_size=8).map("".join), max_leaves=20)
_ENVELOPES = _XML.map(lambda inner: f"<xml>{inner}</xml>".encode("utf-8", "replace"))
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
_KINDS = ["hello", "message", "press", "location", "image", "voice", "typing", "read", "ping", "beam"]
_FIELDS = [
    "client_id",
    "text",
    "label",
    "payload",
    "latitude",
    "longitude",
    "media_id",
    "on",
    "seq",
    "token",
    "last_seq",
]
_FRAMES = st.builds(
    lambda kind, fields: json.dumps({"type": kind, "client_id": "client-0001", **fields}).encode(),
    st.sampled_from(_KINDS),
    st.dictionaries(st.sampled_from(_FIELDS) | st.text(max_size=4), _VALUES, max_size=5),
)
_FORMS = st.dictionaries(
    st.sampled_from(["service", "charset", "biz_content", "sign", "sign_type"]),
    st.sampled_from([b"GBK", b"gbk%0d%0a", b"utf-8", b"RSA2", b"%B5%E7", b"%E7%94%B5", b"%00", b"", b"a+b"])
    | st.binary(max_size=9),
).map(lambda fields: b"&".join(name.encode() + b"=" + value for name, value in fields.items()))


@st.composite
def _damaged_payloads(draw: st.DrawFn) -> bytes:
    """A captured payload with a piece cut out, doubled or replaced."""
    seed = draw(st.sampled_from(_SEEDS))
    start = draw(st.integers(0, len(seed)))
    end = draw(st.integers(start, min(len(seed), start + 60)))
    return seed[:start] + draw(st.sampled_from([b"", seed[start:end] * 2]) | st.binary(max_size=8)) + seed[end:]


@pytest.mark.parametrize("name", TARGETS)
@BOUNDED
@given(data=st.binary(max_size=400) | _damaged_payloads())
def test_no_bytes_break_a_parser(name: str, data: bytes) -> None:
    check(name, data)


@BOUNDED
@given(data=_ENVELOPES)
def test_no_xml_breaks_a_parser(data: bytes) -> None:
    check("wechat_push", data)
    check("alipay_message", data)
    check("wechat_envelope", data)


@BOUNDED
@given(data=_FRAMES)
def test_no_frame_breaks_a_parser(data: bytes) -> None:
    check("web_frame", data)


@BOUNDED
@given(data=_FORMS)
def test_no_form_breaks_a_parser(data: bytes) -> None:
    check("alipay_form", data)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("xml", b"\x00" + b"<a>" * 6000 + b"</a>" * 6000),
        ("wechat_push", b"<a>" * 9000 + b"</a>" * 9000),
        ("web_number", "²".encode()),
        ("web_text", "\ud83d".encode("utf-16-le", "surrogatepass")),
        ("alipay_form", b"charset=GBK%0D%0AX:1%0D%0A&service=alipay.service.check"),
        ("alipay_form", b"charset=GBK%0D%0A&service=alipay.service.check"),
        ("web_frame", b"[" * 15_000),
        *(("web_frame", b'{"a":' + b"[" * depth + b"]" * depth + b"}") for depth in range(300, 1000, 7)),
    ],
)
def test_what_was_found_stays_mended(name: str, data: bytes) -> None:
    check(name, data)

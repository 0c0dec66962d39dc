"""A second opinion on WeChat: wechatpy reads what we seal and sign, and we read what it seals and signs.

wechatpy is a library of others that never runs in the product. The vectors are those of the platform's own page:
https://developers.weixin.qq.com/doc/oplatform/developers/dev/push/encryption.html
"""

from __future__ import annotations

import secrets
import time
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given, settings
from hypothesis import strategies as st
from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.messages import UnknownMessage
from wechatpy.replies import deserialize_reply
from wechatpy.utils import check_signature as their_check

from connectors.shared.errors import Forbidden
from connectors.shared.xml import read_xml, write_xml
from connectors.wechat.crypto import Envelope, check_signature, signature
from connectors.wechat.messages import read_push
from tests.channel.doors import PAYLOADS, payload
from tests.channel.test_wechat_door import OPENID, Line, line
from tests.fakes.wechat import Keys, Push

__all__ = ["line"]

TOKEN, APP_ID, AES_KEY = "AAAAA", "wxba5fad812f8e6fb9", "A" * 43
SEALED = (
    "+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJGQqcvZqzDpVzazhZv6JsXUnnR8XGT"
    "740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrfMZuMcp3Fn2Pede2IuQrKEYwKSqFIZoNqJ4M8EajAsjLY2km32IIjdf8Y"
    "L/P50F7mStwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSeOBrebufAlr7F9mFUPAJGj04="
)
OPENED = (
    '{"ToUserName":"gh_97417a04a28d","FromUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","CreateTime":1714112445,'
    '"MsgType":"event","Event":"debug_demo","debug_str":"hello world"}'
)
SEALED_REPLY = "ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ=="


def theirs(keys: Keys) -> WeChatCrypto:
    return WeChatCrypto(keys.token, keys.aes_key, keys.app_id)


@pytest.mark.parametrize(
    ("timestamp", "nonce", "expected"),
    [
        ("1714036504", "1514711492", "f464b24fc39322e44b38aa78f5edd27bd1441696"),
        ("1714037059", "486452656", "899cf89e464efb63f54ddac96b0a0a235f53aa78"),
    ],
    ids=["address", "plain push"],
)
def test_the_published_signatures_are_ours_and_theirs(timestamp: str, nonce: str, expected: str) -> None:
    check_signature(expected, TOKEN, timestamp, nonce)
    their_check(TOKEN, expected, timestamp, nonce)

    with pytest.raises(Forbidden):
        check_signature(expected, TOKEN, timestamp, nonce + "1")


def test_the_published_envelope_opens() -> None:
    assert signature(TOKEN, "1714112445", "415670741", SEALED) == "046e02f8204d34f8ba5fa3b1db94908f3df2e9b3"
    assert Envelope(AES_KEY, APP_ID).open(SEALED).decode() == OPENED
    assert Envelope(AES_KEY, APP_ID).open(SEALED_REPLY).decode() == '{"demo_resp":"good luck"}'


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=300))
def test_what_we_seal_they_open_and_what_they_seal_we_open(text: str) -> None:
    keys = Keys()
    text = text.encode("utf-8", "ignore").decode()
    envelope = Envelope(keys.aes_key, keys.app_id).seal(text.encode())
    signed = signature(keys.token, "1", "n", envelope)

    assert theirs(keys).decrypt_message({"Encrypt": envelope}, signed, "1", "n") == text

    sealed = read_xml(theirs(keys).encrypt_message(text, "n", "1").encode())
    check_signature(sealed["MsgSignature"], keys.token, "1", "n", sealed["Encrypt"])
    assert Envelope(keys.aes_key, keys.app_id).open(sealed["Encrypt"]).decode() == text


async def test_the_door_takes_what_they_seal_and_they_read_its_reply(line: Line) -> None:
    keys = line.platform.keys
    now, nonce = str(int(time.time())), secrets.token_hex(5)
    sealed = theirs(keys).encrypt_message(payload("wechat", "text", openid=OPENID, created=now, msg_id=7), nonce, now)
    given = read_xml(sealed.encode())["MsgSignature"]

    query = {"timestamp": now, "nonce": nonce, "encrypt_type": "aes", "msg_signature": given}
    status, body = await line.push(Push(query, sealed.encode()))

    reply = {child.tag: child.text for child in fromstring(body)}
    opened = theirs(keys).decrypt_message(body, reply["MsgSignature"], reply["TimeStamp"], reply["Nonce"])
    read = deserialize_reply(opened)
    assert status == 200
    assert (read.type, read.target, read.source, read.content) == ("text", OPENID, keys.account, "回:这个月电费多少")


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=100))
def test_they_read_our_plain_replies(text: str) -> None:
    # XML knows no control characters; a door's answers have none.
    text = "".join(one for one in text if one.isprintable()).strip() or "x"
    fields: dict[str, str | int] = {"ToUserName": "o1", "FromUserName": "gh_1", "CreateTime": 1, "MsgType": "text"}
    ours = write_xml("xml", {**fields, "Content": text})

    assert deserialize_reply(ours).content == text


def _fields(name: str) -> tuple[Any, Any]:
    xml = payload("wechat", name, openid=OPENID, created=1714112445, msg_id=6054768590064713728)
    return read_push(read_xml(xml.encode())), parse_message(xml)


NAMES = sorted(file.stem for file in (PAYLOADS / "wechat").glob("*.xml"))


@pytest.mark.parametrize("name", NAMES)
def test_we_read_each_payload_as_they_do(name: str) -> None:
    ours, they = _fields(name)

    assert (ours.openid, ours.account, ours.created) == (they.source, they.target, int(they._data["CreateTime"]))
    if not ours.is_event:
        assert ours.key == str(they.id)
    if isinstance(they, UnknownMessage):
        return
    if they.type == "event":
        # They split one event in two where a scene or a code came with it.
        assert they.event.startswith(ours.kind.removeprefix("event."))
    else:
        assert ours.kind == they.type


READ = {
    "text": ("Content", "content"),
    "text_with_entities": ("Content", "content"),
    "image": ("MediaId", "media_id"),
    "voice_recognised": ("Recognition", "recognition"),
    "video": ("ThumbMediaId", "thumb_media_id"),
    "link": ("Url", "url"),
    "event_click": ("EventKey", "key"),
    "event_view": ("EventKey", "url"),
    "event_scan": ("Ticket", "ticket"),
    "event_template_done": ("Status", "status"),
}


@pytest.mark.parametrize("name", READ)
def test_we_read_each_field_as_they_do(name: str) -> None:
    ours, they = _fields(name)
    field, attribute = READ[name]

    assert ours.text(field) == str(getattr(they, attribute)) != ""

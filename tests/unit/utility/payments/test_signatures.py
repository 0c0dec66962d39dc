"""Signatures: what is signed is let in, one byte off is not; keys come from the settings or not at all."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.errors import SettingsError
from utility.payments.signatures import HmacKey, signed_text, till_of

KEY = HmacKey(b"a secret of the tests")


@settings(deadline=None)
@given(body=st.binary(max_size=200), at=st.integers(0, 9_999_999_999), flip=st.integers(0, 10_000))
def test_one_byte_off_is_not_the_providers(body: bytes, at: int, flip: int) -> None:
    text = signed_text(f"{at:010d}", body)
    wrong = bytearray(text)
    wrong[flip % len(text)] ^= 1

    assert KEY.signed(text, KEY.sign(text))
    assert not KEY.signed(bytes(wrong), KEY.sign(text))


@pytest.mark.parametrize("signature", ["", "x", "ä", "\ud800", "0" * 64])
def test_nonsense_is_no_signature(signature: str) -> None:
    assert not KEY.signed(b"text", signature)


def test_a_provider_with_a_public_key(tmp_path: Path) -> None:
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    (tmp_path / "key.pem").write_bytes(
        private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )
    till = till_of("token", "http://pay", "", f"alipay=rsa:{tmp_path / 'key.pem'}", sandbox=False)
    signature = base64.b64encode(private.sign(b"text", PKCS1v15(), SHA256())).decode()

    assert till.providers["alipay"].signed(b"text", signature)
    assert not till.providers["alipay"].signed(b"texts", signature)
    assert not till.providers["alipay"].signed(b"text", "not base64!")


def test_the_sandbox_is_a_provider_only_in_the_sandbox() -> None:
    assert "sandbox" in till_of("token", "http://pay", "", "", sandbox=True).providers
    assert till_of("token", "http://pay", "", "", sandbox=False).providers == {}


@pytest.mark.parametrize(
    "providers", ["wechat", "wechat=", "wechat=md5:x", "=hmac:x", "sandbox=hmac:x", "a=rsa:/no/such/file"]
)
def test_a_provider_that_is_not_set_up_right_stops_the_start(providers: str) -> None:
    with pytest.raises(SettingsError):
        till_of("token", "http://pay", "", providers, sandbox=False)


def test_the_same_order_has_the_same_link_and_another_token_another() -> None:
    one, again, other = (till_of(t, "http://pay/", "", "", sandbox=False) for t in ("token", "token", "other"))

    assert one.link("Y1", "5.00", "1") == again.link("Y1", "5.00", "1")
    assert one.link("Y1", "5.00", "1") != other.link("Y1", "5.00", "1")
    assert one.link("Y1", "5.00", "1").startswith("http://pay/Y1?signature=")


def test_a_till_does_not_print_its_keys() -> None:
    till = till_of("token", "http://pay", "my-secret", "wechat=hmac:their-secret", sandbox=True)

    assert "secret" not in repr(till) + repr(till.links) + repr(dict(till.providers))

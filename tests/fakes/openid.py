"""A small OpenID provider with real RSA keys: it keeps PKCE, codes count once, a token can be spoiled on purpose."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from tests.fakes.served import CUT, Served, spoiled

CLIENT, SECRET = "gridtalk-desk", "client-secret"
Claims = dict[str, Any]


class FakeProvider:
    """Serves discovery, keys and tokens; `sign_in` stands for the person at its log-in page."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self.keys = {"one": rsa.generate_private_key(public_exponent=65537, key_size=2048)}
        self.stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.claims: Claims = {"preferred_username": "K0104"}
        self.spoil: Callable[[Claims], Claims] = lambda claims: claims
        self.encode: Callable[[Claims], str] = self.signed
        # Cuts the line instead of answering.
        self.broken = False
        self._now = now
        self._codes: dict[str, dict[str, str]] = {}
        app = web.Application()
        app.add_routes(
            [
                web.get("/.well-known/openid-configuration", self._discover),
                web.get("/keys", self._show_keys),
                web.post("/token", self._token),
            ]
        )
        self._served = Served(app)

    @property
    def url(self) -> str:
        """The issuer."""
        return self._served.url

    def start(self) -> None:
        """Listens."""
        self._served.start()

    def stop(self) -> None:
        """Listens no more."""
        self._served.stop()

    def sign_in(self, address: str) -> str:
        """Signs in at the address the desk sent the browser to; returns the address it is sent back to."""
        asked = dict(parse_qsl(urlsplit(address).query))
        if asked["code_challenge_method"] != "S256" or asked["response_type"] != "code":
            raise ValueError("the desk asked for another flow")
        code = secrets.token_urlsafe(16)
        self._codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def signed(self, claims: Claims, *, key: str = "one") -> str:
        """Signs with one of its keys."""
        return jwt.encode(claims, self.keys[key], algorithm="RS256", headers={"kid": key})

    def forged(self, claims: Claims) -> str:
        """Signs with a key that is not its own, under a name that is."""
        return jwt.encode(claims, self.stranger, algorithm="RS256", headers={"kid": "one"})

    def unsigned(self, claims: Claims) -> str:
        """Signs nothing: `alg` none."""
        return jwt.encode(claims, None, algorithm="none", headers={"kid": "one"})

    def by_public_key(self, claims: Claims) -> str:
        """Signs with its public key as if that were a shared secret."""
        parts = [{"alg": "HS256", "kid": "one", "typ": "JWT"}, claims]
        head = ".".join(_packed(json.dumps(part).encode()) for part in parts)
        public = json.dumps(RSAAlgorithm.to_jwk(self.keys["one"].public_key())).encode()
        return f"{head}.{_packed(hmac.new(public, head.encode(), hashlib.sha256).digest())}"

    async def _discover(self, request: web.Request) -> web.Response:
        if self.broken:
            return spoiled(request, CUT)
        found = {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "end_session_endpoint": f"{self.url}/end",
        }
        return web.json_response(found)

    async def _show_keys(self, _: web.Request) -> web.Response:
        keys = [
            {**json.loads(RSAAlgorithm.to_jwk(key.public_key())), "kid": name, "use": "sig", "alg": "RS256"}
            for name, key in self.keys.items()
        ]
        return web.json_response({"keys": keys})

    async def _token(self, request: web.Request) -> web.Response:
        form = dict(await request.post())
        asked = self._codes.pop(str(form.get("code")), None)
        proven = asked and _packed(hashlib.sha256(str(form["code_verifier"]).encode()).digest())
        known = (form.get("client_id"), form.get("client_secret")) == (CLIENT, SECRET)
        if asked is None or not known or proven != asked["code_challenge"]:
            return web.json_response({"error": "invalid_grant"}, status=400)
        now = int(self._now())
        claims = {"iss": self.url, "sub": "u-1", "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        return web.json_response({"id_token": self.encode(self.spoil({**claims, **self.claims}))})


def _packed(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")

"""The route that makes a code for a visitor to go on in WeChat or Alipay: POST /webhooks/web/resume."""

from __future__ import annotations

import base64
from collections.abc import Callable

from sanic import HTTPResponse, Request
from sanic.response import json

from connectors.shared.errors import Malformed
from connectors.shared.pace import Gatekeeper, Pace
from connectors.shared.resume import DrawResume, Resuming
from connectors.web.frames import decode
from conversation.identity import ChannelUser

_PICTURES, _PICTURES_PER_SECOND = 60, 1.0
_JPEG = "data:image/jpeg;base64,"


class ResumeRoute:
    """Makes codes; `draw` makes the picture of one, where the WeChat door is open."""

    def __init__(self, resuming: Resuming, draw: DrawResume | None = None) -> None:
        self._resuming = resuming
        self._draw = draw
        self._pictures = Pace(burst=_PICTURES, per_second=_PICTURES_PER_SECOND)

    def doors(self, user: ChannelUser) -> list[str]:
        """Lists the other doors that are open."""
        return [door.value for door in self._resuming.doors(user)]

    async def make(self, request: Request, user: ChannelUser) -> HTTPResponse:
        """Answers 201 `{"code", "expires_at", "seconds", "doors", "qr"?}`; `qr` is a data URL of a JPEG.

        Raises:
            Malformed: `web.fields.unknown`.
            TooMany: `resume.too_many`.
        """
        if decode(request.body or b"{}"):
            raise Malformed("web.fields.unknown", "A code is made of nothing but the token.")
        made = await self._resuming.make_code(user)
        body = {"code": made.code, "expires_at": made.expires_at.isoformat(), "seconds": made.seconds}
        body["doors"] = self.doors(user)
        # Visitors are free to make, pictures are not: WeChat draws 100,000 a day.
        picture = await self._draw(made.code) if self._draw and self._pictures.takes() else None
        if picture:
            body["qr"] = _JPEG + base64.b64encode(picture).decode()
        return json(body, status=201, headers={"cache-control": "no-store"})


def resume_handler(
    route: ResumeRoute, gatekeeper: Gatekeeper, user_of: Callable[[Request], ChannelUser]
) -> Callable[[Request], object]:
    """The handler of the route behind the door's own gatekeeper."""

    async def handler(request: Request) -> HTTPResponse:
        gatekeeper.check_address(request)
        user = user_of(request)
        gatekeeper.customer(user.user_id).step()
        return await route.make(request, user)

    return handler

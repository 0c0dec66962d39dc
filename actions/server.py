"""The action server: rasa-sdk's wire (POST /webhook) on our own shell; it builds no action itself."""

from __future__ import annotations

import json
import zlib
from typing import Any

from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionNotFoundException
from sanic import HTTPResponse, Request, Sanic
from sanic.response import json as json_response

from actions.registry import build_actions
from actions.visit import Services
from runtime.errors import BadRequest
from runtime.web import install_errors, install_health, limit

# A tracker with a long history is sent whole with each call.
_BODY_BYTES = 32 * 1024 * 1024


def build_app(services: Services, name: str = "actions") -> Sanic:
    """Assembles the server with every action registered as an instance."""
    app = Sanic(name, configure_logging=False)
    limit(app, body_bytes=_BODY_BYTES)
    install_errors(app)
    executor = ActionExecutor()
    for action in build_actions(services):
        executor.register_action(action)

    async def webhook(request: Request) -> HTTPResponse:
        return json_response(await _run(executor, _body(request)))

    async def check() -> dict[str, Any]:
        return {"actions": len(executor.actions)}

    app.add_route(webhook, "/webhook", methods=["POST"], name="webhook")
    install_health(app, name, check)
    return app


def _body(request: Request) -> dict[str, Any]:
    raw = request.body
    try:
        if request.headers.get("Content-Encoding") == "deflate":
            raw = zlib.decompress(raw)
        call = json.loads(raw)
    except (zlib.error, ValueError) as error:
        raise BadRequest("actions.json.malformed", "The body must be the JSON of an action call.") from error
    if not isinstance(call, dict) or "next_action" not in call or "tracker" not in call:
        raise BadRequest("actions.call.malformed", "An action call names `next_action` and `tracker`.")
    return call


async def _run(executor: ActionExecutor, call: dict[str, Any]) -> dict[str, Any]:
    try:
        return await executor.run(call) or {"events": [], "responses": []}
    except ActionNotFoundException as error:
        raise BadRequest("actions.action.unknown", "There is no such action.", 404) from error

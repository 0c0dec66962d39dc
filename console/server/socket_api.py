"""The live socket of the desk: events out, pings in; a frame that is nothing else ends it."""

from __future__ import annotations

import asyncio
import json

from sanic import Request
from sanic.server.websockets.impl import WebsocketImplProtocol as Websocket

from console.server.access import session_of
from console.server.seat import MALFORMED, TOO_SLOW, Seat
from console.server.services import services_of

_PING, _PONG = {"type": "ping"}, {"type": "pong"}
# What a closing socket may still take, so that the last event arrives.
_FAREWELL_S = 2.0


async def live(request: Request, socket: Websocket) -> None:
    """`GET /api/ws`: until the browser leaves, the session ends or the browser falls behind."""
    services, session = services_of(request), session_of(request)
    floor = services.floor
    await services.attendance.arrive(session.agent.agent_id)
    seat = floor.join(session)
    loop = asyncio.get_running_loop()
    sending = loop.create_task(_send(socket, seat))
    tasks = [sending, loop.create_task(_receive(socket, seat)), loop.create_task(_await_end(seat))]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        await _say_farewell(seat, sending)
    finally:
        floor.leave(seat)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    socket.fail_connection(seat.close_code)


async def _await_end(seat: Seat) -> None:
    await seat.ended.wait()


async def _say_farewell(seat: Seat, sending: asyncio.Task[None]) -> None:
    """Lets what is queued go out before closing, unless the browser does not take it."""
    if seat.close_code == TOO_SLOW or sending.done():
        return
    drained = asyncio.ensure_future(seat.events.join())
    await asyncio.wait([drained, sending], timeout=_FAREWELL_S, return_when=asyncio.FIRST_COMPLETED)
    drained.cancel()


async def _send(socket: Websocket, seat: Seat) -> None:
    while True:
        event = await seat.events.get()
        await socket.send(json.dumps(event, ensure_ascii=False))
        seat.events.task_done()


async def _receive(socket: Websocket, seat: Seat) -> None:
    while True:
        frame = await socket.recv()
        if not _is_ping(frame):
            seat.end(MALFORMED)
            return
        seat.offer(_PONG)


def _is_ping(frame: object) -> bool:
    if not isinstance(frame, str):
        return False
    try:
        return bool(json.loads(frame) == _PING)
    except (ValueError, RecursionError):
        return False

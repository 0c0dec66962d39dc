"""The company of `bench.notices --http`: a process that answers `GET /v1/audience` over real HTTP, and nothing else.

python -m bench.notices_wire --accounts 50000 --port 5999
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sanic import HTTPResponse, Request, Sanic
from sanic.response import json

from backend.http import HttpBackend
from runtime import embedded

_PROJECT = Path(__file__).parent.parent


@asynccontextmanager
async def company(accounts: int) -> AsyncIterator[HttpBackend]:
    """Starts the company as a process of its own and gives the client that asks it."""
    port = embedded.free_port()
    command = (sys.executable, "-W", "ignore", "-m", "bench.notices_wire", "--accounts", str(accounts))
    process = await asyncio.create_subprocess_exec(*command, "--port", str(port), cwd=_PROJECT)
    backend = HttpBackend(f"http://127.0.0.1:{port}", "a token of the bench")
    try:
        await listening(port)
        yield backend
    finally:
        await backend.close()
        process.terminate()
        await process.wait()


async def listening(port: int) -> None:
    """Returns once somebody listens there. Raises TimeoutError."""
    for _ in range(600):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.1)
            continue
        writer.close()
        return
    raise TimeoutError(f"nobody listens on port {port}")


def _member(number: int) -> dict[str, Any]:
    """Writes an account as the contract says; every third reads WeChat, every tenth Alipay, the others have a phone."""
    channel = "wechat" if number % 3 == 0 else "alipay" if number % 10 == 1 else ""
    people = [{"channel": channel, "channel_user": f"{channel[:2]}{number}"}] if channel else []
    texts = {"account_no": f"{number:010d}", "area_id": "TA-1", "estate": "E1", "building": "", "email": ""}
    return {
        **texts,
        "phone": f"138{number:08d}",
        "customer": f"C{number}",
        "holder_mark": str(number),
        "tag_kinds": [],
        "people": people,
        "wishes": [],
    }


async def _serve(accounts: int, port: int) -> None:
    app = Sanic("bench_company", configure_logging=False)

    async def audience(request: Request) -> HTTPResponse:
        first, most = int(request.args.get("cursor", "0")), int(request.args.get("limit", "200"))
        last = min(first + most, accounts)
        cursor = str(last) if last < accounts else None
        return json({"members": [_member(number) for number in range(first, last)], "next_cursor": cursor})

    app.add_route(audience, "/v1/audience")
    server: Any = await app.create_server(host="127.0.0.1", port=port, return_asyncio_server=True, access_log=False)
    await server.startup()
    await server.serve_forever()


def main(arguments: Sequence[str]) -> None:
    """Serves until it is ended."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accounts", type=int, required=True)
    parser.add_argument("--port", type=int, required=True)
    options = parser.parse_args(arguments)
    asyncio.run(_serve(options.accounts, options.port))


if __name__ == "__main__":
    main(sys.argv[1:])

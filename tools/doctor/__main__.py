"""Says what is wrong with this bot's settings, stores, keys, clock and platforms, in one sentence each.

python -m tools.doctor [--json]        the bot's environment; exit code 1 when something is wrong
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence

from tools.doctor import alipay, alipay_keys, clocks, connections, house, wechat, workers
from tools.doctor.finding import Finding, Grade, good, note, worst

_SIGNS = {Grade.GOOD: "✓", Grade.NOTE: "·", Grade.WRONG: "✗"}
_COLOURS = {Grade.GOOD: "32", Grade.NOTE: "36", Grade.WRONG: "31"}


def main(arguments: Sequence[str], environ: Mapping[str, str]) -> int:
    """Looks, writes what is found, and returns the exit code."""
    parser = argparse.ArgumentParser(prog="make doctor", description="Says what is wrong with this bot.")
    parser.add_argument("--json", action="store_true", help="write the findings as JSON")
    options = parser.parse_args(arguments)
    findings = examine(environ)
    if options.json:
        wire = {"grade": worst(findings).value, "findings": [one.to_wire() for one in findings]}
        sys.stdout.write(json.dumps(wire, ensure_ascii=False, indent=2) + "\n")
    else:
        sys.stdout.writelines(_line(one) for one in findings)
    return 1 if worst(findings) is Grade.WRONG else 0


def examine(environ: Mapping[str, str]) -> list[Finding]:
    """Does every check that the settings allow."""
    return [*_near(environ), *asyncio.run(_far(environ))]


def _near(environ: Mapping[str, str]) -> Iterator[Finding]:
    """What this machine tells by itself."""
    yield from house.check_settings(environ)
    yield from house.check_database(environ)
    yield from house.check_live_wire(environ)
    yield from house.check_actions(environ)
    yield from house.check_model(environ)
    yield from house.check_media(environ)
    yield from workers.check_workers(environ)
    yield from connections.check_connections(environ)
    yield from wechat.check_settings(environ)
    yield from _alipay_settings(environ)
    yield from house.check_public_address(environ)


def _alipay_settings(environ: Mapping[str, str]) -> Iterator[Finding]:
    findings = list(alipay_keys.check_settings(environ))
    yield from findings
    if alipay_keys.is_open(environ) and worst(findings) is not Grade.WRONG:
        yield good("alipay", "The settings and keys of the Alipay door read.")


async def _far(environ: Mapping[str, str]) -> list[Finding]:
    """What the platforms and the running bot tell."""
    urls, asked = {}, []
    if wechat.is_open(environ):
        urls["WeChat"] = wechat.base_of(environ)
        asked.append(wechat.check_token(environ))
    if alipay_keys.is_open(environ):
        urls["Alipay"] = alipay_keys.account_of(environ).gateway
        asked.append(alipay.check_gateway(environ))
    found = await asyncio.gather(clocks.check_clock(environ, urls), *asked)
    return [one for findings in found for one in findings] + await _addresses(environ)


async def _addresses(environ: Mapping[str, str]) -> list[Finding]:
    """Calls the bot's own addresses: the public one, else its port."""
    base = environ.get("PUBLIC_URL", "").strip().rstrip("/") or local_address(environ)
    asked = []
    if wechat.is_open(environ):
        asked.append(wechat.check_address(environ, base))
    if alipay_keys.is_open(environ):
        asked.append(alipay.check_address(environ, base))
    if not asked:
        return [note("address", "No door of a platform is open: the bot's address is called by nobody but browsers.")]
    return [one for findings in await asyncio.gather(*asked) for one in findings]


def local_address(environ: Mapping[str, str]) -> str:
    """Where the bot listens on this machine."""
    host = environ.get("BOT_HOST", "").strip() or "127.0.0.1"
    port = environ.get("BOT_PORT", "").strip() or "5005"
    return f"http://{'127.0.0.1' if host in ('0.0.0.0', '::') else host}:{port}"  # noqa: S104  # compared, not bound


def _line(finding: Finding) -> str:
    sign = _SIGNS[finding.grade]
    shown = f"\033[{_COLOURS[finding.grade]}m{sign}\033[0m" if sys.stdout.isatty() else sign
    return f"{shown} {finding.check}: {finding.sentence}\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))

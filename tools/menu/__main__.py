"""Checks, shows and publishes the menu of data/menus/menu.yml.

python -m tools.menu check                      what each platform would refuse
python -m tools.menu show    wechat|alipay      the menu as the platform takes it
python -m tools.menu publish wechat|alipay      publish it; settings as the bot's, from the environment
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tools import say
from tools.menu.entries import MENU, PLATFORMS, read_menu
from tools.menu.publish import publish_alipay, publish_wechat
from tools.menu.wire import WRITERS, faults

_PUBLISHERS = {"wechat": publish_wechat, "alipay": publish_alipay}


def main(arguments: Sequence[str], environ: Mapping[str, str]) -> int:
    """Does what is asked; returns the exit code: 1 when a platform would refuse the menu, or did."""
    parser = argparse.ArgumentParser(prog="python -m tools.menu", description="The menu under the chat.")
    parser.add_argument("verb", choices=("check", "show", "publish"))
    parser.add_argument("platform", choices=PLATFORMS, nargs="?")
    parser.add_argument("--file", type=Path, default=MENU, help="the menu's file")
    options = parser.parse_args(arguments)
    if options.verb != "check" and not options.platform:
        parser.error(f"{options.verb} needs a platform: wechat or alipay")
    try:
        return _do(options.verb, options.platform, options.file, environ)
    except say.ToolError as error:
        say.line(str(error))
        return 1


def _do(verb: str, platform: str | None, file: Path, environ: Mapping[str, str]) -> int:
    menu = read_menu(file, environ)
    found = [fault for one in ([platform] if platform else PLATFORMS) for fault in faults(menu, one)]
    for fault in found:
        say.line(fault)
    if found:
        return 1
    if verb == "show" and platform:
        sys.stdout.write(json.dumps(WRITERS[platform](menu), ensure_ascii=False, indent=2) + "\n")
    elif verb == "publish" and platform:
        say.done(asyncio.run(_PUBLISHERS[platform](menu, environ)))
    else:
        say.done("The menu fits " + " and ".join([platform] if platform else PLATFORMS) + ".")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))

"""Makes QR codes of the WeChat service account for bills and meter boxes, one picture for each scene.

python -m tools.qr_tickets FOLDER SCENE...             good for 30 days: a bill (bind_6201011006117)
python -m tools.qr_tickets --lasting FOLDER SCENE...   good for ever: a meter box (area_...); 100,000 for an account

The account is that of WECHAT_APP_ID and WECHAT_APP_SECRET. A scan says what its scene stands for
(connectors/shared/scenes.py) and proves nothing.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from connectors.shared.errors import PlatformError
from connectors.shared.scenes import AREA, BIND, message_of
from connectors.wechat.account import API_BASE, QR_BASE, WeChatAccount
from connectors.wechat.api import WeChatApi
from conversation.identity import ChannelName, ChannelUser
from tools import say

_DAYS = 30
_NOBODY = ChannelUser(ChannelName.WECHAT, "nobody")


def main(arguments: Sequence[str]) -> None:
    """Makes the pictures, or says in one sentence why not."""
    lasting = "--lasting" in arguments
    names = [name for name in arguments if name != "--lasting"]
    wrong = [name for name in names[1:] if not is_scene(name)]
    if len(names) < 2 or wrong:
        say.stop(f"not a scene: {', '.join(wrong)}" if wrong else (__doc__ or "").strip())
    try:
        asyncio.run(make(account_of(os.environ), Path(names[0]), names[1:], seconds=0 if lasting else _DAYS * 86_400))
    except (PlatformError, OSError) as error:
        say.stop(f"WeChat made no code: {error}")


def is_scene(name: str) -> bool:
    """Whether a scan of it would say something, and it is none of the codes that the house makes itself."""
    return name.startswith((BIND, AREA)) and message_of(name, _NOBODY, "", str) is not None


def account_of(environ: Mapping[str, str]) -> WeChatAccount:
    """Reads the account from the environment."""
    missing = [name for name in ("WECHAT_APP_ID", "WECHAT_APP_SECRET") if not environ.get(name)]
    if missing:
        say.stop(f"set {' and '.join(missing)} first (docs/channels/wechat.md)")
    return WeChatAccount(
        environ["WECHAT_APP_ID"],
        environ.get("WECHAT_TOKEN", ""),
        environ["WECHAT_APP_SECRET"],
        api_base=environ.get("WECHAT_API_BASE", API_BASE),
        qr_base=environ.get("WECHAT_QR_BASE", QR_BASE),
    )


async def make(account: WeChatAccount, folder: Path, scenes: Sequence[str], *, seconds: int) -> None:
    """Writes `<scene>.jpg` for each scene. Raises PlatformError, OSError."""
    api = WeChatApi(account)
    try:
        pictures = {scene: await api.qr_picture(scene, seconds) for scene in scenes}
    finally:
        await api.close()
    _write(folder, pictures)


def _write(folder: Path, pictures: Mapping[str, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for scene, picture in pictures.items():
        (folder / f"{scene}.jpg").write_bytes(picture)


if __name__ == "__main__":
    main(sys.argv[1:])

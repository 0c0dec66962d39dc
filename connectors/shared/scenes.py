"""What a scanned code says for the customer: the scene of a QR code becomes a sentence, as a menu's key does.

A scene proves nothing: `bind_<account>` opens the binding dialogue with that number, and the code to the phone on file
is asked for as ever. A scene that is not known says nothing.
"""

from __future__ import annotations

import json
import re

from connectors.shared.ports import Say
from conversation.identity import ChannelUser
from conversation.message import InboundMessage

RESUME, BIND, AREA = "resume_", "bind_", "area_"
# Account numbers have 10, 13 or 16 digits; the name of a place has letters and digits only.
_SCENE = re.compile(
    rf"(?P<resume>{RESUME}(?P<code>[0-9]{{6,12}}))"
    rf"|(?P<bind>{BIND}(?P<account>[0-9]{{10}}|[0-9]{{13}}|[0-9]{{16}}))"
    rf"|(?P<area>{AREA}(?P<place>\w{{2,30}}))"
)
# WeChat puts this before the scene of somebody who had not followed before.
_FIRST_TIME = "qrscene_"
_MOST = 200


def message_of(scene: str, user: ChannelUser, key: str, say: Say) -> InboundMessage | None:
    """The message that a scan stands for, if the scene is one of ours."""
    found = _SCENE.fullmatch(scene.removeprefix(_FIRST_TIME))
    if found is None:
        return None
    if found["resume"]:
        # The code is nobody's business in a transcript.
        text, label = f"{say('utter_door_scan_resume')} {found['code']}", say("utter_door_scan_line_resume")
    elif found["bind"]:
        text = say("utter_door_scan_bind") + found["account"]
        label = say("utter_door_scan_line_bind") + found["account"][-4:]
    else:
        text, label = found["place"] + say("utter_door_scan_area"), ""
    return InboundMessage(user, key, text, label=label)


def scene_in(parameter: str) -> str:
    """The scene in Alipay's `ActionParam`: `{"scene": {"sceneId": "..."}}`, or nothing."""
    try:
        value = json.loads(parameter[:_MOST]) if parameter.startswith("{") else None
    except ValueError:
        return ""
    scene = value.get("scene") if isinstance(value, dict) else None
    name = scene.get("sceneId") if isinstance(scene, dict) else None
    return name if isinstance(name, str) else ""

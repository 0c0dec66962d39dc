"""How requests to be called back look outside."""

from __future__ import annotations

from runtime.privacy import mask_phone
from utility.callbacks.values import Callback
from utility.counter.shown import Json, shown_time


def callback(value: Callback) -> Json:
    """Shows a request, its phone masked."""
    return {
        "callback_no": value.callback_no,
        "account_no": value.account_no,
        "phone_masked": mask_phone(value.phone),
        "reason": value.reason,
        "state": value.state,
        "asked_at": shown_time(value.asked_at),
        "done_at": shown_time(value.done_at),
        "note": value.note,
    }

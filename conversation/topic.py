"""What a talk is about: the last business a customer has named."""

from __future__ import annotations

# Intents that steer a talk and name no business; the last other one is what the talk is about.
STEERING = frozenset(
    {"affirm", "deny", "correct_info", "cancel_flow", "request_human", "small_talk", "out_of_scope", "nlu_fallback", ""}
)

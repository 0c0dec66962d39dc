"""JSON as text, characters as they are; `json.dumps` builds a new encoder for every call that is not in ASCII."""

from __future__ import annotations

import json

written = json.JSONEncoder(ensure_ascii=False).encode
# Raises ValueError for a number that is none: PostgreSQL would refuse it.
strictly_written = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode

"""XML from outside: no DTD, no entities, nothing fetched; an envelope of one level, as both platforms send it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from connectors.shared.errors import Malformed, TooLong

MOST_BYTES = 64 * 1024
# The platforms nest three deep (lists inside an event); who nests more wants our stack.
_DEPTH = 16
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


def read_xml(raw: bytes, *, charset: str = "utf-8") -> dict[str, Any]:
    """Reads an envelope: each child's text by its tag, a child with children of its own as a mapping.

    Raises:
        Malformed: `door.xml.malformed`, also for what brings a DTD or entities.
        TooLong: `door.body.too_large`.
    """
    if len(raw) > MOST_BYTES:
        raise TooLong("door.body.too_large", f"A message may hold {MOST_BYTES} bytes.", size=len(raw))
    try:
        # What it declares may name a charset the parser does not know; we decode, and it reads text.
        text = _DECLARATION.sub("", raw.decode(charset))
        root = fromstring(text, forbid_dtd=True)
    except (ParseError, DefusedXmlException, UnicodeDecodeError, LookupError, ValueError) as error:
        raise _malformed() from error
    return _children(root, _DEPTH)


def _children(element: Any, depth: int) -> dict[str, Any]:
    if not depth:
        raise _malformed()
    return {child.tag: _children(child, depth - 1) if len(child) else (child.text or "") for child in element}


def _malformed() -> Malformed:
    return Malformed("door.xml.malformed", "The message is not the XML of this platform.")


def cdata(text: str) -> str:
    """Wraps a text so that it stays itself inside XML."""
    return "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>"


def write_xml(root: str, fields: Mapping[str, str | int]) -> str:
    """Writes an envelope: texts as CDATA, numbers bare."""
    rows = (f"<{tag}>{value if isinstance(value, int) else cdata(value)}</{tag}>" for tag, value in fields.items())
    return f"<{root}>{''.join(rows)}</{root}>"

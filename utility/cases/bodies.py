"""The body of a case as it is filed."""

# Line.of(...) makes a type when the module is read, which mypy cannot see.
# mypy: disable-error-code="valid-type"

from __future__ import annotations

from pydantic import StrictBool

from utility.counter.bodies import Form, Line


class CaseForm(Form):
    """What a customer wants filed."""

    kind: Line.of(20, least=1)
    type: Line.of(100, least=1)
    text: Line.of(2000, least=1)
    account_no: Line.of(40) = ""
    contact_phone: Line.of(40) = ""
    secrecy: Line.of(20) = ""
    media: StrictBool = False
    callback_declined: StrictBool = False

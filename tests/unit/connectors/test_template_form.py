"""The settings of WeChat's template message."""

from __future__ import annotations

import pytest

from connectors.wechat.templates import TemplateForm
from runtime.errors import SettingsError


def test_the_fields_are_read_in_their_order() -> None:
    form = TemplateForm.parse("TPL", "thing1=topic, thing2=excerpt,time3=time,")

    assert form == TemplateForm("TPL", {"thing1": "topic", "thing2": "excerpt", "time3": "time"})


def test_without_an_id_there_is_no_template() -> None:
    assert TemplateForm.parse("", "thing1=nonsense") is None


@pytest.mark.parametrize("fields", ["", "thing1", "thing1=name", "=,"])
def test_a_field_that_shows_nothing_is_refused(fields: str) -> None:
    with pytest.raises(SettingsError):
        TemplateForm.parse("TPL", fields)

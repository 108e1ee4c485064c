"""Whom omni.yaml says to tell, and that mistakes in it quote no secret."""

from __future__ import annotations

from typing import Any

import pytest

from omni_identity.channels.configuration import Configuration, parse_configuration
from omni_identity.model.errors import ConfigurationError

CHANNEL = {"name": "web", "contacts": {"files": "a.csv", "record_id": "id"}}
MAIL = {"sender": "omni@shop.example", "to": ["ops@shop.example"], "host": "mail.shop.example"}


def configure(notify: dict[str, Any]) -> Configuration:
    return parse_configuration({"version": 1, "channels": [CHANNEL], "notify": notify})


def test_nobody_is_told_unless_a_place_is_named() -> None:
    assert not configure({}).notify.is_asked_for
    assert not configure({"events": ["late"]}).notify.is_asked_for
    for place in ({"webhook": "https://x.example"}, {"webhook_env": "HOOK"}, {"email": MAIL}):
        notify = configure(place).notify
        assert notify.is_asked_for
        assert notify.events == ("failed", "withheld", "late")


@pytest.mark.parametrize(
    ("notify", "message"),
    [
        ({"events": ["failing"]}, "Did you mean 'failed'?"),
        ({"webhook": "hooks.example/s3cret"}, "https://"),
        ({"webhook_env": "https://hooks.example/s3cret"}, "environment variable"),
        ({"webhook": "https://x.example", "webhook_env": "HOOK"}, "keep one"),
        ({"email": {**MAIL, "to": []}}, "notify.email.to"),
        ({"email": {**MAIL, "to": ["ops@shop.example\nBcc: all@shop.example"]}}, "notify.email.to"),
        ({"email": {**MAIL, "password_env": "s3cret!"}}, "environment variable"),
        ({"late_hours": 0}, "notify.late_hours"),
    ],
)
def test_what_cannot_be_is_named_and_no_secret_quoted(notify: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        configure(notify)
    assert message in str(raised.value)
    assert "s3cret" not in str(raised.value)

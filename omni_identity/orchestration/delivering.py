"""Sends an announcement to a webhook and by mail. It says nothing of persons, and errors nothing of addresses."""

from __future__ import annotations

import http.client
import json
import os
import smtplib
import ssl
import urllib.request
from dataclasses import dataclass
from email.message import EmailMessage

from omni_identity.channels.notify_settings import EmailSettings, NotifySettings
from omni_identity.model.errors import OmniError

TIMEOUT = 10.0
"""Seconds to wait for a server: a run, or a tick of a sensor, waits with us."""
PORTS = {"ssl": 465, "starttls": 587, "none": 25}


class NotDelivered(OmniError):
    """An announcement that could not be sent; the address, which may hold a token, is left out."""

    exit_code = 3


@dataclass(frozen=True)
class Announcement:
    """What has happened: one of ``failed``, ``withheld`` and ``late``, where, in one line, and in more.

    ``details`` are sentences without personal data.
    """

    event: str
    home: str
    title: str
    details: tuple[str, ...]
    at: str
    run_id: str | None = None

    @property
    def text(self) -> str:
        """All of it, to be read by people."""
        return "\n".join((self.title, *self.details))

    def document(self) -> dict[str, object]:
        """As the webhook gets it; ``text`` is what chat services show."""
        return {
            "text": self.text,
            "event": self.event,
            "home": self.home,
            "run_id": self.run_id,
            "details": list(self.details),
            "at": self.at,
        }


def deliver(announcement: Announcement, settings: NotifySettings) -> None:
    """Send it wherever ``settings`` say; raises ``NotDelivered`` if a place cannot be reached or refuses."""
    address = settings.webhook or _secret(settings.webhook_env)
    if address:
        _post(address, announcement)
    if settings.email:
        _mail(settings.email, announcement)


def _secret(variable: str | None) -> str | None:
    if variable is None:
        return None
    value = os.environ.get(variable)
    if not value:
        raise NotDelivered(f"notify: the environment variable {variable} is not set")
    return value


def _post(address: str, announcement: Announcement) -> None:
    body = json.dumps(announcement.document()).encode()
    try:
        request = urllib.request.Request(address, body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=TIMEOUT):
            pass
    except (OSError, ValueError, http.client.HTTPException) as error:
        code = getattr(error, "code", None)
        words = f"answered {code}" if code else f"could not be reached ({type(error).__name__})"
        raise NotDelivered(f"notify: the webhook {words}") from None


def _mail(settings: EmailSettings, announcement: Announcement) -> None:
    message = EmailMessage()
    message["From"], message["To"] = settings.sender, ", ".join(settings.to)
    message["Subject"] = announcement.title
    message.set_content(announcement.text)
    port = settings.port or PORTS[settings.security]
    password = _secret(settings.password_env)
    context = ssl.create_default_context()
    try:
        with (
            smtplib.SMTP_SSL(settings.host, port, timeout=TIMEOUT, context=context)
            if settings.security == "ssl"
            else smtplib.SMTP(settings.host, port, timeout=TIMEOUT)
        ) as server:
            if settings.security == "starttls":
                server.starttls(context=context)
            if password is not None:
                server.login(settings.user or settings.sender, password)
            server.send_message(message)
    except (OSError, ValueError) as error:  # what smtplib raises is an OSError
        raise NotDelivered(f"notify: mail was not taken ({type(error).__name__})") from None

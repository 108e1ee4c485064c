"""A webhook that is told of files: signed, tried again, and so that who is told twice can notice.

The headers are those of Standard Webhooks, for which there are libraries in many languages:
``webhook-signature`` is ``v1,`` and the Base64 of the HMAC-SHA256 over ``id.timestamp.body``.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, model_validator

from omni_identity.destinations.destination import DeliveryFailed
from omni_identity.destinations.environment import VariableName, value_of

TIMEOUT = 20.0
WAITS = (1.0, 3.0, 9.0, 27.0)
"""Seconds before it is tried again."""
SOON_OVER = frozenset({408, 425, 429})
"""Refusals that ask to try again, beside all that begin with 5."""
ENCODED = "whsec_"
"""How a secret begins that is written in Base64, by the same standard."""


def _is_http(url: str) -> str:
    if urlsplit(url).scheme not in ("http", "https"):
        raise ValueError("must begin with https:// or http://")
    return url


class Webhook(BaseModel):
    """``url``, or the variable ``url_env`` that holds it, and the variable with the secret that signs.

    An address with a token in it does not belong into ``omni.yaml``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: Annotated[str, AfterValidator(_is_http)] | None = None
    url_env: VariableName | None = None
    secret_env: VariableName

    @model_validator(mode="after")
    def _has_one_address(self) -> Webhook:
        if (self.url is None) == (self.url_env is None):
            raise ValueError("needs either url or url_env")
        return self

    def tell(self, key: str, news: Mapping[str, Any]) -> None:
        """POST ``news`` as JSON under an idempotency key, again and again while that may help.

        Raises ``DeliveryFailed``, without the address, if it is not taken in the end.
        """
        url = self.url or value_of(self.url_env or "", "the webhook's address")
        secret = _secret(value_of(self.secret_env, "the secret that signs what is sent"))
        body = json.dumps(news, sort_keys=True).encode()
        for wait in (*WAITS, None):
            failure, is_final = _post(url, secret, key, body)
            if failure is None:
                return
            if is_final or wait is None:
                raise DeliveryFailed(f"the files are in place, but the webhook {failure}")
            time.sleep(wait)


def _secret(text: str) -> bytes:
    if not text.startswith(ENCODED):
        return text.encode()
    try:
        return base64.b64decode(text.removeprefix(ENCODED), validate=True)
    except binascii.Error:
        raise DeliveryFailed(
            f"what follows {ENCODED} in the webhook's secret is no Base64"
        ) from None


def sign(secret: bytes, key: str, timestamp: str, body: bytes) -> str:
    """The signature of a message: whoever knows the secret makes the same and compares."""
    digest = hmac.digest(secret, f"{key}.{timestamp}.".encode() + body, hashlib.sha256)
    return f"v1,{base64.b64encode(digest).decode()}"


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """What is signed for one address is sent to no other."""

    def redirect_request(self, *_: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoRedirect)


def _post(url: str, secret: bytes, key: str, body: bytes) -> tuple[str | None, bool]:
    """Why it was not taken, None if it was, and whether it is of no use to try again."""
    timestamp = str(int(time.time()))
    headers = {
        "Content-Type": "application/json",
        "Idempotency-Key": key,
        "webhook-id": key,
        "webhook-timestamp": timestamp,
        "webhook-signature": sign(secret, key, timestamp, body),
    }
    try:
        request = urllib.request.Request(_is_http(url), body, headers)
        with _OPENER.open(request, timeout=TIMEOUT):
            return None, False
    except urllib.error.HTTPError as error:
        error.close()
        return f"answers {error.code}", error.code < 500 and error.code not in SOON_OVER
    except (OSError, http.client.HTTPException) as error:
        return f"cannot be reached ({type(error).__name__})", False
    except ValueError:
        return "has an address that is none", True

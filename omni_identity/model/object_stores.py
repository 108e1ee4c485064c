"""Object stores: how they are opened, how long they may be silent, and what their errors say without values."""

from __future__ import annotations

import os
import re
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from obstore.store import ObjectStore

CONNECT_SECONDS = 10
READ_SECONDS = 60
"""How long a store may be silent while it gives out an object."""
MOST_RETRIES = 3
RETRY_SECONDS = 90
_CREDENTIALS = {
    "s3": "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION (and AWS_ENDPOINT_URL)",
    "gs": "GOOGLE_APPLICATION_CREDENTIALS",
}
_AZURE = "AZURE_STORAGE_ACCOUNT_NAME and AZURE_STORAGE_ACCOUNT_KEY or AZURE_STORAGE_SAS_KEY"
_CODE = re.compile(r"<Code>(\w{1,60})</Code>")
_STATUS = re.compile(r"status code: (\d{3} [A-Za-z ]{1,40})")


def allows_http() -> bool:
    """Whether the environment names an endpoint without TLS: whoever does means it, a server in the same house."""
    endpoint = os.environ.get("AWS_ENDPOINT_URL", "") or os.environ.get("AWS_ENDPOINT", "")
    return endpoint.startswith("http://")


def open_store(url: str) -> ObjectStore:
    """The store of a URL, by the credentials of the environment; ``ImportError`` without the extra ``cloud``."""
    from obstore.store import from_url

    return from_url(
        url,
        client_options={
            "connect_timeout": timedelta(seconds=CONNECT_SECONDS),
            "read_timeout": timedelta(seconds=READ_SECONDS),
            "timeout": timedelta(hours=1),
            "allow_http": allows_http(),
        },
        retry_config={
            "max_retries": MOST_RETRIES,
            "retry_timeout": timedelta(seconds=RETRY_SECONDS),
        },
    )


def credentials_of(url: str) -> str:
    """The environment variables that say who one is to a store."""
    return _CREDENTIALS.get(url.partition("://")[0].lower(), _AZURE)


def said_by(error: BaseException) -> str:
    """What a store's error says, without its own text: that quotes keys, addresses and requests."""
    kind, text = type(error).__name__, str(error)
    code = _CODE.search(text) or _STATUS.search(text)
    return f"{kind}, {code.group(1)}" if code else kind

"""URLs of places in object stores, and what is said when a store does not take something."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator

from omni_identity.destinations.destination import DeliveryFailed
from omni_identity.model.object_stores import credentials_of, said_by

_URL = re.compile(r"(s3|gs|az|abfss)://[^/\s]+(/\S*)?")


def _is_url(url: str) -> str:
    if not _URL.fullmatch(url) or "?" in url:
        # it is not quoted: an address may hold a key
        raise ValueError(
            "must be the URL of a place in an object store: s3://bucket/folder, gs://, az:// or abfss://"
        )
    return url.rstrip("/")


StoreUrl = Annotated[str, AfterValidator(_is_url)]
"""A key of a destination that is a folder in an object store, without a slash at its end."""


def refused(error: BaseException, url: str) -> DeliveryFailed:
    """That a store does not take what it is to hold, without the words of its own."""
    return DeliveryFailed(
        f"{url} does not take it ({said_by(error)}): look whether it exists, can be reached, and lets in who the"
        f" environment says: {credentials_of(url)}"
    )

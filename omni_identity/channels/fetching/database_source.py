"""The setting ``source`` of a feed: a table or query of a database, in the place of files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from omni_identity.channels.yaml_lines import Mistake, Path

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NAME = r"[A-Za-z_][A-Za-z0-9_$]*"
_TABLE = re.compile(rf"{_NAME}(\.{_NAME}){{0,2}}")
KEYS = ("files", "source")


def _variable(value: Any) -> Any:
    if isinstance(value, str) and not _VARIABLE.fullmatch(value):
        # what stands here may be the address itself, with a password: it is not quoted
        raise ValueError(
            "must be the name of an environment variable, such as SHOP_DSN, which holds the database's address;"
            " omni.yaml takes neither addresses nor passwords"
        )
    return value


def _table(value: Any) -> Any:
    if isinstance(value, str) and not _TABLE.fullmatch(value):
        raise ValueError(
            f"'{value}' is no plain name of a table, such as customers or shop.customers; write"
            ' `query: select * from "…"` for any other'
        )
    return value


def _keys(value: Any) -> Any:
    if isinstance(value, str):
        raise ValueError("must be keys and values: `{url_env: SHOP_DSN, table: customers}`")
    return value


class DatabaseSource(BaseModel):
    """Where a feed reads rows: the environment variable with the database's address, and a table or query.

    ``cursor``: a column that grows with every change of a row, by which only what is new is read; without it
    all rows are read by every run. ``overlap``: how far before the last value seen reading begins again, in
    minutes of a time, else in the number's own units. ``timeout_minutes``: how long reading may take.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    url_env: Annotated[str, BeforeValidator(_variable)]
    table: Annotated[str, BeforeValidator(_table)] | None = None
    query: Annotated[str, Field(min_length=1)] | None = None
    cursor: Annotated[str, Field(min_length=1)] | None = None
    overlap: Annotated[int, Field(ge=0, le=10**9)] | None = None
    timeout_minutes: Annotated[int, Field(ge=1, le=1440)] = 60

    @property
    def shown(self) -> str:
        """What it is called where files have their path."""
        return f"{self.url_env}: {self.table or 'query'}"


Source = Annotated[DatabaseSource, BeforeValidator(_keys)]
"""As a setting: an address in its place is not quoted, as it may hold a password."""


def source_mistakes(settings: dict[str, Any], path: Path) -> Iterator[Mistake]:
    """What is wrong across the keys of a feed: neither files nor a source, or both; of a source likewise."""
    given = [key for key in KEYS if settings.get(key) is not None]
    if settings and not given:
        yield Mistake((*path, "files"), "missing key")
    if len(given) > 1:
        yield Mistake((*path, "source"), "a feed has files or a source, not both")
    source = settings.get("source")
    if isinstance(source, dict):
        read = [key for key in ("table", "query") if source.get(key) is not None]
        if len(read) != 1:
            yield Mistake((*path, "source"), "needs either table or query")
        if source.get("cursor") is not None and settings.get("feed") == "snapshot":
            message = (
                "a snapshot holds all records, and with a cursor only what changed is read: leave cursor out, or"
                " say `feed: delta`"
            )
            yield Mistake((*path, "source", "cursor"), message)

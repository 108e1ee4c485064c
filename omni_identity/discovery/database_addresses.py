"""Database addresses: what ``--from`` names a database by, and the environment variable in which runs look for it."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field

from omni_identity.model.errors import UsageError

VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_BY_NAME = "env:"
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")
_WORDS = re.compile(r"\b(?:host|hostaddr|dbname|user|password|service)\s*=")
_SCHEMES = ("postgresql", "postgres")
_STORES = ("s3", "gs", "az", "abfs", "abfss")
NAMELESS = (
    "omni.yaml names an environment variable that holds the database's address, never the address itself. Say which"
    " with --url-env, as in --url-env SHOP_DSN; or set it first and name it alone, which keeps the password out of"
    " the shell's history: omni init --from env:SHOP_DSN"
)


@dataclass(frozen=True)
class DatabaseAddress:
    """An address, which no message holds, and the environment ``variable`` that has it in a run."""

    variable: str
    address: str = field(repr=False)


def is_address(named: str) -> bool:
    """Whether this is a database, or a store, and no path: a URL, ``env:NAME``, or PostgreSQL's ``host=… user=…``."""
    return named.startswith(_BY_NAME) or bool(_URL.match(named)) or bool(_WORDS.search(named))


def needs_variable(named: str) -> bool:
    """Whether this is an address itself, so that the variable's name has to be said beside it."""
    return is_address(named) and not named.startswith(_BY_NAME)


def address_of(named: str, variable: str | None) -> DatabaseAddress:
    """The database that ``named`` stands for; ``variable``: what was said to hold its address in a run.

    Raises ``UsageError`` for a variable that is not set, an address without one, and for what is no PostgreSQL.
    """
    if named.startswith(_BY_NAME):
        variable = _checked(named.removeprefix(_BY_NAME))
        address = os.environ.get(variable, "").strip()
        if not address:
            raise UsageError(
                f"The environment variable {variable} is not set. Set it to the database's address, such as"
                " postgresql://user:password@host/shop."
            )
        _require_postgres(address)
        return DatabaseAddress(variable, address)
    _require_postgres(named)
    if variable is None:
        raise UsageError(NAMELESS)
    return DatabaseAddress(_checked(variable), named.strip())


def _checked(variable: str) -> str:
    if not VARIABLE.fullmatch(variable):
        # what stands here may be the address itself, with a password: it is not quoted
        raise UsageError(
            "What is to be the name of an environment variable is none. It has letters, digits and underscores, such"
            " as SHOP_DSN: omni init --from env:SHOP_DSN"
        )
    return variable


def _require_postgres(address: str) -> None:
    scheme = address.strip().partition(":")[0].lower()
    if _WORDS.search(address) and not _URL.match(address.strip()):
        return
    if scheme in _STORES:
        raise UsageError(
            f"init looks into no object store ({scheme}://…). Copy some of its objects into a folder and name that;"
            " then write the objects' URL as `files` in omni.yaml (docs/sources.md)."
        )
    if scheme not in _SCHEMES or not _URL.match(address.strip()):
        # without a scheme, what stands there may be anything, a password too
        which = f" ({scheme}://…)" if re.fullmatch(r"[a-z][a-z0-9+]{1,19}", scheme) else ""
        raise UsageError(
            f"init looks into PostgreSQL alone{which}: postgresql://user:password@host/database. For any other"
            " database write `source` in omni.yaml (docs/sources.md), or export its tables and name their folder."
        )

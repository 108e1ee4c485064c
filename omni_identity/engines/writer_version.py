"""Which version of this package last wrote a warehouse: an older one leaves it alone, and says which it takes."""

from __future__ import annotations

from importlib.metadata import version

from packaging.version import InvalidVersion, Version

from omni_identity.engines.base import Engine
from omni_identity.model.errors import WarehouseIsNewer

WRITER = "ledger.writer"


def own_version() -> str:
    """The version of this package."""
    return version("omni-identity")


def sign_warehouse(engine: Engine, where: str) -> None:
    """Write down that this version writes the warehouse from now on.

    One that nobody signed is from before there were signatures, and is taken. Raises ``WarehouseIsNewer``,
    before anything is changed, when a later version has written it; ``where`` is for the message.
    """
    signed, own = read_signature(engine, WRITER in engine.columns()), own_version()
    refuse_newer(signed, where)
    if signed == own:
        return
    with engine.transaction():
        engine.run("create schema if not exists ledger")
        engine.run(f"create table if not exists {WRITER} (version VARCHAR)")
        engine.run(f"delete from {WRITER}")
        engine.run(f"insert into {WRITER} values ($version)", {"version": own})


def read_signature(engine: Engine, is_there: bool, prefix: str = "") -> str | None:
    """The version that last wrote a warehouse, the attached one of ``prefix`` (``name.``); None if nobody signed it."""
    if not is_there:
        return None
    held = engine.fetch(f"select version from {prefix}{WRITER}")["version"].to_list()
    return str(held[0]) if held else None


def refuse_newer(signed: str | None, where: str) -> None:
    """Raise ``WarehouseIsNewer`` if ``signed`` is a later version than this package's, or none that it knows."""
    own = own_version()
    if signed is None or signed == own or _is_before(signed, own):
        return
    raise WarehouseIsNewer(
        f"{where} was last written by omni-identity {signed}, and this is {own}, which could take what it"
        f" finds there for something else. Nothing was changed. It takes version {signed} or later:"
        f' pip install "omni-identity>={signed}". To go back, put the whole home back from a backup of before'
        " the upgrade."
    )


def _is_before(signed: str, own: str) -> bool:
    try:
        return Version(signed) <= Version(own)
    except InvalidVersion:
        return False


def newer_file(where: str, error: Exception) -> WarehouseIsNewer | None:
    """The error to raise when DuckDB says that a file is of a later version of its own; None if it says otherwise."""
    words = str(error).splitlines()[0] if str(error) else ""
    if "version number" not in words:
        return None
    return WarehouseIsNewer(
        f"{where} was written by a later version of DuckDB than the one installed here; nothing was"
        f" changed. Upgrade it: pip install --upgrade duckdb. DuckDB says: {words}"
    )

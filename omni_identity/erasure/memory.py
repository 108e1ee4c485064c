"""What the warehouse remembers of erasures: those that were carried out in it, with their hashes.

So a warehouse from before an erasure is known by lacking it, and requests that ``judgements/`` has lost can
be written there again. Like the requests themselves it holds no value of any person.
"""

from __future__ import annotations

import polars as pl

from omni_identity.engines import Engine
from omni_identity.erasure.requests import (
    COMPLETED,
    REQUESTED,
    append_entries,
    requested_erasures,
)
from omni_identity.model.errors import RunFailed
from omni_identity.model.home import Home
from omni_identity.publish.published_state import NOTHING_DONE
from omni_identity.stewardship.erasure_entries import COLUMNS, FILE, erasure_key, read_entries
from omni_identity.stewardship.hash_chain import begin_anew

TABLE = "ledger.erasure_entries"
_IDENTITY = ["erasure_id", "entry", "value"]


def unapplied_erasures(engine: Engine, home: Home) -> set[str]:
    """The IDs of requests on record that were never carried out in this warehouse, by ``ledger.erasure_entries``."""
    held = engine.fetch(f"select erasure_id from {TABLE} where entry = '{REQUESTED}'")
    return requested_erasures(home) - set(held["erasure_id"])


def remember_erasures(engine: Engine, home: Home) -> None:
    """Add all requests on record to ``ledger.erasure_entries``; called in the transaction that carries them out."""
    held = _held(engine)
    new = read_entries(home).filter(pl.col("entry") != COMPLETED)
    new = new.join(held, on=_IDENTITY, how="anti", nulls_equal=True)
    numbers = pl.int_range(len(new), dtype=pl.Int64) + 1 + held.height
    engine.write(TABLE, new.with_columns(numbers.alias("entry_number")))


def lost_entries(engine: Engine, home: Home) -> pl.DataFrame:
    """What ``ledger.erasure_entries`` has and ``judgements/`` lacks, in order: ``COLUMNS``."""
    lost = _held(engine).join(read_entries(home), on=_IDENTITY, how="anti", nulls_equal=True)
    return lost.sort("entry_number").select(COLUMNS)


def require_all_requests(engine: Engine, home: Home) -> None:
    """Raise ``RunFailed`` when :func:`lost_entries` finds any: the erased would come back."""
    lost = lost_entries(engine, home)
    if lost.height:
        count = lost["erasure_id"].n_unique()
        raise RunFailed(
            f"{home.judgements / FILE} lacks entries of {count} erasures that this home has carried out:"
            " it is older than the warehouse, or somebody has changed it, and who was erased could come back."
            f" Put it back from a backup, or type `omni restore`, which writes them there again. {NOTHING_DONE}"
        )


def write_back_requests(engine: Engine, home: Home) -> int:
    """Write what :func:`lost_entries` finds to ``judgements/`` again; return of how many erasures."""
    lost = lost_entries(engine, home)
    if not lost.height:
        return 0
    rows = list(lost.iter_rows())
    # carried out they were: nothing of them is waiting to be done
    rows += [
        (at, erasure_id, COMPLETED, "", "", "")
        for at, erasure_id in lost.unique("erasure_id", maintain_order=True)
        .select("at", "erasure_id")
        .iter_rows()
    ]
    append_entries(home, rows)
    path = home.judgements / FILE
    begin_anew(path, erasure_key(home), path.read_bytes())
    return lost["erasure_id"].n_unique()


def _held(engine: Engine) -> pl.DataFrame:
    return engine.fetch(f"select * from {TABLE} order by entry_number")

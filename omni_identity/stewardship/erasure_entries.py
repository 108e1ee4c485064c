"""What stands in ``judgements/erasures.csv``, and the key of the home's hashes, which is known by it.

The same key chains what stewards write (:mod:`~omni_identity.stewardship.hash_chain`), so it stands here and
not in the room ``erasure``, which is above and appends the entries.
"""

from __future__ import annotations

import polars as pl

from omni_identity.channels.suppression import create_key, keyed_hash, load_key, move_key
from omni_identity.model.errors import RunFailed
from omni_identity.model.home import Home
from omni_identity.model.tables.ledger import ERASURE_WORDS

FILE = "erasures.csv"
COLUMNS = ERASURE_WORDS
"""``entry``: ``key`` (the hash of nothing, by which the key is known), ``requested`` (``value``: the golden
ID, if the person had one), ``record`` or ``identifier:<name>`` (``value``: a hash), ``completed``."""

KEY = "key"


def erasure_key(home: Home) -> bytes:
    """The key of this home's hashes, made when it is first asked for.

    Raises ``RunFailed`` when it is missing, or is another than the one of the requests.
    """
    move_key(home.former_suppression_key, home.suppression_key)
    entries = read_entries(home)
    if not entries.height:
        return create_key(home.suppression_key)
    key = load_key(home.suppression_key)
    if set(entries.filter(pl.col("entry") == KEY)["value"]) != {key_mark(key)}:
        raise RunFailed(
            f"{home.suppression_key} is not the key with which {FILE} was written. Without that key "
            "nobody can tell who has been erased: restore it from a backup."
        )
    return key


def key_mark(key: bytes) -> str:
    """What the entry ``key`` says of a key: nobody can tell the key from it."""
    return keyed_hash(key, KEY)


def read_entries(home: Home) -> pl.DataFrame:
    """Every entry on record, as text, in order: ``COLUMNS``; none without a file. Raises ``RunFailed``."""
    path = home.judgements / FILE
    if not path.exists():
        return pl.DataFrame(schema=dict.fromkeys(COLUMNS, pl.String))
    try:
        return pl.read_csv(path, schema=dict.fromkeys(COLUMNS, pl.String))
    except pl.exceptions.PolarsError:
        raise RunFailed(
            f"{path} cannot be read as it was written. It says who has been erased: restore it "
            "from a backup; nothing may land before."
        ) from None

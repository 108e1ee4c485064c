"""Ambiguous IDs: rows of one file that share an ID and are not versions of one thing. None of them is chosen.

Rows that say the same, or more of the same person, are harmless; a later file, or a later ``updated_at``, says
itself that it is newer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from omni_identity.channels.column_sources import describe_sources
from omni_identity.channels.configuration import Channel
from omni_identity.channels.feeds import ContactsFeed, InteractionsFeed
from omni_identity.channels.file_faults import FileFault
from omni_identity.channels.reason_codes import AMBIGUOUS_INTERACTION_ID, AMBIGUOUS_RECORD_ID
from omni_identity.engines import Engine

MOST_NAMED = 5
"""Rows that a reason names."""
MOST_AMBIGUOUS = 0.5
"""Share of a file's rows from which its ID is no ID, and the file is set aside as a whole."""
_NAMES = ("full_name", "first_name", "middle_name", "last_name")
_MARKS = r"\p{M}+"
_PHONE_END = 8


@dataclass(frozen=True)
class LandedFile:
    """A file whose rows have landed: of which feed of which channel, and how many it has."""

    channel: Channel
    feed: str
    file_no: int
    row_count: int


def find_ambiguous(engine: Engine, file: LandedFile, ids: Sequence[pl.Series]) -> pl.DataFrame:
    """``row_number, reason_code, detail`` of the rows of a landed file whose ID is ambiguous.

    ``ids``: hashes of the IDs of all its rows that were accepted. Raises ``FileFault`` where most of its rows
    are.
    """
    channel, feed = file.channel, file.feed
    nothing = pl.DataFrame(
        schema={"row_number": pl.Int64, "reason_code": pl.String, "detail": pl.String}
    )
    hashes = pl.concat(ids) if ids else pl.Series(dtype=pl.UInt64)
    if hashes.n_unique() == len(hashes):
        return nothing
    if feed == "contacts":
        assert channel.contacts is not None, "its file has landed"
        found = _contacts(_shared(engine, feed, file.file_no, "source_record_id"))
        code, differ = AMBIGUOUS_RECORD_ID, "are different people"
    else:
        found = _interactions(_shared(engine, feed, file.file_no, "interaction_id"))
        code, differ = AMBIGUOUS_INTERACTION_ID, "differ in kind, time or contact"
    if not found.height:
        return nothing
    if found.height > MOST_AMBIGUOUS * file.row_count:
        raise _fault(file, found.height, differ)
    named = _rows_in_words()
    return found.select("row_number", pl.lit(code).alias("reason_code"), named.alias("detail"))


def _rows_in_words() -> pl.Expr:
    numbers = pl.col("row_number").sort().head(MOST_NAMED).cast(pl.String).str.join(", ").first()
    more = pl.when(pl.len() > MOST_NAMED).then(pl.lit(" and others")).otherwise(pl.lit(""))
    return pl.format(
        "rows {}{} share the ID and contradict each other", numbers.over("id"), more.over("id")
    )


def _fault(file: LandedFile, count: int, differ: str) -> FileFault:
    channel, row_count = file.channel, file.row_count
    declared = channel.contacts if file.feed == "contacts" else channel.interactions
    assert declared is not None, "its file has landed"
    if isinstance(declared, ContactsFeed):
        key, sources, code = "record_id", declared.record_id, AMBIGUOUS_RECORD_ID
        versions = "If they are versions of one record, name under updated_at the column that says which is newer."
    else:
        assert isinstance(declared, InteractionsFeed), "a feed has contacts or interactions"
        key, sources, code = "interaction_id", declared.interaction_id, AMBIGUOUS_INTERACTION_ID
        versions = "If they are versions of one interaction, occurred_at must be when it happened, not when it changed."
    columns = describe_sources(sources)
    detail = (
        f"{count:,} of its {row_count:,} rows share their {key} ({columns}) with others, though they {differ}:"
        " it is no unique ID"
    )
    listed = ", ".join([columns, "…"])
    return FileFault(
        code, detail, f"Name several columns that make one, as in {key}: [{listed}]. {versions}"
    )


def _shared(engine: Engine, feed: str, file_no: int, key: str) -> pl.DataFrame:
    """The rows of a file whose ID another of them has too, with it as ``id``."""
    found = engine.fetch(
        f"""
        select *, {key} as id from landed.{feed} where file_no = $file_no and {key} in (
            select {key} from landed.{feed} where file_no = $file_no group by {key} having count(*) > 1
        ) order by row_number
        """,
        {"file_no": file_no},
    )
    return found


def _interactions(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows that differ from another of their ID in what an interaction is."""
    differs = [pl.col(name).n_unique().over("id") > 1 for name in ("kind", "occurred_at")]
    differs.append(pl.col("source_record_id").drop_nulls().n_unique().over("id") > 1)
    return rows.filter(pl.any_horizontal(differs)).select("row_number", "id")


def _contacts(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows that are tied as the newest of their ID and of which one is somebody else than the last."""
    newest = pl.col("updated_at").max().over("id")
    tied = rows.filter(pl.col("updated_at").eq_missing(newest))
    tied = tied.filter(pl.len().over("id") > 1)
    if not tied.height:
        return tied.select("row_number", "id")
    tied = tied.select(
        "row_number", "id", _tokens(tied), _values(tied, "email"), _values(tied, "phone")
    )
    last = tied.group_by("id", maintain_order=True).last().drop("row_number")
    pairs = tied.join(last, on="id", suffix="_last", maintain_order="left")
    shares = _meets("email") | _meets("phone")
    named = (pl.col("names").list.len() > 0) & (pl.col("names_last").list.len() > 0)
    alike = (_lacking("names", "names_last") == 0) | (_lacking("names_last", "names") == 0)
    apart = pl.col("names").list.set_intersection("names_last").list.len() == 0
    other_mail = (pl.col("email").list.len() > 0) & (pl.col("email_last").list.len() > 0)
    is_other = named & ~alike & ~shares & (apart | other_mail)
    return pairs.filter(is_other.any().over("id")).select("row_number", "id")


def _tokens(rows: pl.DataFrame) -> pl.Series:
    """The words of each row's name, in small letters without accents."""
    whole = pl.concat_str(
        [name for name in _NAMES if name in rows.columns], separator=" ", ignore_nulls=True
    )
    plain = whole.str.to_lowercase().str.normalize("NFKD").str.replace_all(_MARKS, "")
    return rows.select(plain.str.extract_all(r"\p{L}+").list.unique().alias("names")).to_series()


def _values(rows: pl.DataFrame, name: str) -> pl.Series:
    """E-mails in small letters; of phone numbers the last digits, which every way of writing them has."""
    element = pl.element().str.to_lowercase()
    if name == "phone":
        element = pl.element().str.replace_all(r"\D", "").str.tail(_PHONE_END)
    values = pl.col(name).fill_null([]).list.eval(element)
    return rows.select(values.alias(name)).to_series()


def _meets(name: str) -> pl.Expr:
    return pl.col(name).list.set_intersection(f"{name}_last").list.len() > 0


def _lacking(one: str, other: str) -> pl.Expr:
    return pl.col(one).list.set_difference(other).list.len()


def hold_back(
    engine: Engine, feed: str, file_no: int, found: pl.DataFrame, texts: Sequence[str]
) -> pl.DataFrame:
    """Take the rows that were found out of what has landed; return them as ``landed.quarantined_rows`` has them.

    ``texts`` are theirs, as the file has them.
    """
    here = {"file_no": file_no, "numbers": found["row_number"].to_list()}
    where = "file_no = $file_no and list_contains($numbers::bigint[], {})"
    held = engine.fetch(f"select * from landed.{feed} where {where.format('row_number')}", here)
    columns = engine.columns()["landed.quarantined_rows"]
    kept = [name for name in held.columns if name in columns]
    engine.run(f"delete from landed.{feed} where {where.format('row_number')}", here)
    if feed == "interactions":
        engine.run(
            f"delete from landed.interaction_lines where {where.format('interaction_row')}", here
        )
        engine.run(f"delete from landed.messages where {where.format('row_number')}", here)
    reasons = found.with_columns(pl.Series("payload", list(texts), dtype=pl.String))
    return held.select(kept).join(reasons, on="row_number").sort("row_number")

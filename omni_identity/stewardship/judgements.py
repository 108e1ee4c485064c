"""Stewards' verdicts inside a run: which entries count, what they ask of clustering, and what came of each.

The files in ``judgements/`` are the truth, read anew in every run, so what holds is a function of
them and of the record ledger alone, however files and runs are ordered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from omni_identity.channels.reason_codes import UNPARSABLE_DATE
from omni_identity.channels.timestamps import parse_timestamps
from omni_identity.channels.written_ids import bare_ids
from omni_identity.engines import Engine, count_rows
from omni_identity.engines.declared import create_empty
from omni_identity.engines.statements import statement
from omni_identity.stewardship.contradictions import Contradiction, Judgements, judge_in_order
from omni_identity.stewardship.judgement_files import (
    ABOUT_VALUES,
    JUDGEMENTS,
    OWN_FILE,
    PAIR,
    ROWS,
    Verdict,
    read_verdict_files,
    verdict_fields,
)

UNKNOWN_JUDGEMENT = "unknown_judgement"
MISSING_RECORD = "missing_record"
MISSING_SUBJECT = "missing_subject"
SAME_RECORD = "same_record"
HALF_WRITTEN = "half_written"
UNKNOWN_RECORD = "unknown_record"
CONTRADICTION = "contradiction"

DETAILS = {
    UNKNOWN_JUDGEMENT: f"judgement is none of {', '.join(JUDGEMENTS)}",
    MISSING_SUBJECT: "wrong_data and shared name what, as wrong_data:birth_date or shared:phone; others nothing",
    MISSING_RECORD: "a channel or a record ID is empty",
    UNPARSABLE_DATE: "judged_at is no time",
    SAME_RECORD: "both sides are the same record",
    HALF_WRITTEN: "the line breaks off before its end",
    UNKNOWN_RECORD: "no run has ever seen a record of that name",
}
"""Why an entry does not count, besides contradictions and what no CSV reader can read."""

NAMED = "named_records"
"""Temporary table of the records that verdicts name: ``channel, source_record_id, record_no, is_current``."""
PROPOSED_ROW = 2**62
"""Row number of a verdict that is not written yet: after all that are."""


def read_judgements(engine: Engine, folder: Path) -> Judgements:
    """Read ``judgements/`` against the ledger; return the verdicts that hold together, by ``record_no``.

    Rebuilds ``derived.verdict_entries`` (entries that are well-formed and name records that the ledger
    knows; ``state`` is ``active``, ``superseded`` by a later entry of the same pair, ``withdrawal``, or
    ``rejected`` for a contradiction), ``derived.rejected_verdicts`` (contradictions and all that is no
    entry, with the reason), and ``derived.constraints`` (``record_no_l < record_no_r, judgement``: the
    active verdicts whose records are both current). Reads ``ledger.records`` and ``derived.source_records``.
    """
    entries = parse_entries(*read_verdict_files(folder))
    with engine.transaction():
        look_up_names(engine, entries.names)
        judgements = weigh_entries(engine, entries)
        engine.run(f"drop table {NAMED}")
    return judgements


@dataclass(frozen=True)
class Entries:
    """What stands in verdict files: the well-formed entries, and the rows that are none, with the reason."""

    entries: pl.DataFrame
    rejected: tuple[pl.DataFrame, ...]

    @property
    def names(self) -> pl.DataFrame:
        """``channel, source_record_id`` of the records that entries name, each once, sorted."""
        sides = (
            self.entries.select(channel=channel, source_record_id=record)
            for channel, record in (PAIR[:2], PAIR[2:])
        )
        return pl.concat(sides).unique().sort(pl.all())


def parse_entries(
    rows: pl.DataFrame, unreadable: pl.DataFrame, proposed: Verdict | None = None
) -> Entries:
    """What the rows of verdict files say; a ``proposed`` verdict as if it stood at the end of our own file."""
    if proposed is not None:
        row = (OWN_FILE, PROPOSED_ROW, *verdict_fields(proposed))
        rows = pl.concat([rows, pl.DataFrame([row], ROWS, orient="row")])
    entries, malformed = _parse(rows)
    return Entries(entries, (unreadable, malformed))


def look_up_names(engine: Engine, names: pl.DataFrame) -> None:
    """Make ``NAMED``: the records of ``names`` that the ledger knows, and whether they are current.

    Entries are few and the ledger is long: it is looked through once, and not for every question about entries.
    """
    engine.run(
        "create or replace temp table verdict_names (channel VARCHAR, source_record_id VARCHAR)"
    )
    if names.height:
        engine.write("verdict_names", names)
    engine.run(statement(__file__, "named_records"))
    engine.run("drop table verdict_names")


def weigh_entries(engine: Engine, entries: Entries) -> Judgements:
    """Make the tables of :func:`read_judgements` of entries whose records stand in ``NAMED``."""
    with engine.transaction():
        _create_empty_tables(engine)
        engine.write("derived.verdict_entries", entries.entries)
        for rejected in entries.rejected:
            if rejected.height:
                engine.write("derived.rejected_verdicts", rejected)
        engine.run(
            statement(__file__, "unknown_verdicts"),
            {"code": UNKNOWN_RECORD, "detail": DETAILS[UNKNOWN_RECORD]},
        )
        engine.run(statement(__file__, "verdict_entries"))
        judgements = _refuse_contradictions(engine)
        engine.run(statement(__file__, "constraints"))
    return judgements


def read_pair_entries(folder: Path, names: tuple[str, str]) -> pl.DataFrame:
    """The entries of verdict files that name two records of the ledger, ``channel:record_id``, the latest first.

    ``judged_by``, ``judgement`` as it is written, with what it is about, and ``judged_at``.
    """
    rows, _ = read_verdict_files(folder)
    entries, _ = _parse(rows)
    left, right = (pl.concat_str(side, separator=":") for side in (PAIR[:2], PAIR[2:]))
    one, other = names
    is_it = ((left == one) & (right == other)) | ((left == other) & (right == one))
    found = entries.filter(is_it).sort(
        "judged_at", "file", "row_number", descending=True, nulls_last=True
    )
    said = pl.concat_str("judgement", "subject", separator=":", ignore_nulls=True)
    return found.select("judged_by", said.alias("judgement"), "judged_at")


def _create_empty_tables(engine: Engine) -> None:
    engine.run(
        "create or replace table derived.verdict_entries (file VARCHAR, row_number BIGINT,"
        " judged_at TIMESTAMP, judgement VARCHAR, subject VARCHAR, channel_l VARCHAR, source_record_id_l VARCHAR,"
        " channel_r VARCHAR, source_record_id_r VARCHAR, judged_by VARCHAR, reason VARCHAR)"
    )
    create_empty(engine, "derived.rejected_verdicts")


def _parse(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Entries with a time and a known judgement, and the rows that are none, with their first fault."""
    channel_l, record_l, channel_r, record_r = map(pl.col, PAIR)
    faults = {
        HALF_WRITTEN: (pl.col("file") == OWN_FILE) & pl.col("reason").is_null(),
        UNKNOWN_JUDGEMENT: ~pl.col("judgement").is_in(JUDGEMENTS).fill_null(False),
        MISSING_SUBJECT: pl.col("judgement").is_in(ABOUT_VALUES) == pl.col("subject").is_null(),
        MISSING_RECORD: pl.any_horizontal(pl.col(name).is_null() for name in PAIR),
        UNPARSABLE_DATE: pl.col("written_at").is_not_null() & pl.col("judged_at").is_null(),
        SAME_RECORD: (channel_l == channel_r) & (record_l == record_r),
    }
    said = pl.col("judgement").str.splitn(":", 2)
    records = (bare_ids(rows[name]) for name in (PAIR[1], PAIR[3]))
    judged = rows.with_columns(
        *records,
        said.struct.field("field_0").str.to_lowercase().alias("judgement"),
        said.struct.field("field_1").replace("", None).alias("subject"),
        pl.col("judged_at").alias("written_at"),
        parse_timestamps(rows["judged_at"], "UTC", "ymd").alias("judged_at"),
    ).with_columns(
        pl.coalesce(pl.when(fault).then(pl.lit(code)) for code, fault in faults.items()).alias(
            "reason_code"
        )
    )
    malformed = judged.filter(pl.col("reason_code").is_not_null()).select(
        "file",
        "row_number",
        "reason_code",
        pl.col("reason_code").replace_strict(DETAILS, return_dtype=pl.String).alias("detail"),
    )
    entries = judged.filter(pl.col("reason_code").is_null()).drop("reason_code", "written_at")
    return entries, malformed


def _refuse_contradictions(engine: Engine) -> Judgements:
    """List the later of contradicting verdicts in ``derived.rejected_verdicts``; return the others."""
    active = engine.fetch(statement(__file__, "active_verdicts"))
    judgements, refused = judge_in_order(
        active.select("record_no_l", "record_no_r", "is_same").iter_rows()
    )
    if refused:
        names = record_names(engine, {no for c in refused.values() for no in c.chain})
        details = [describe_contradiction(names, c) for c in refused.values()]
        rejected = active[list(refused)].select("file", "row_number")
        rejected = rejected.with_columns(
            pl.lit(CONTRADICTION).alias("reason_code"), pl.Series("detail", details, pl.String)
        )
        engine.write("derived.rejected_verdicts", rejected)
        engine.run(
            "update derived.verdict_entries set state = 'rejected' where exists (select 1 from"
            " derived.rejected_verdicts r where r.file = verdict_entries.file"
            " and r.row_number = verdict_entries.row_number)"
        )
    return judgements


def record_names(engine: Engine, record_nos: Iterable[int]) -> dict[int, str]:
    """``channel:record_id`` of records that verdicts name, by ``record_no``."""
    names = engine.fetch(
        f"select record_no, channel || ':' || source_record_id from {NAMED}"
        " where list_contains($numbers::bigint[], record_no)",
        {"numbers": sorted(record_nos)},
    )
    return dict(names.iter_rows())


def describe_contradiction(names: Mapping[int, str], contradiction: Contradiction) -> str:
    """``web:1 = till:2 = crm:3 by verdicts of same, but web:1 ≠ crm:3 by one of different``."""
    first, last = (names[record] for record in contradiction.ends)
    chain = " = ".join(names[record] for record in contradiction.chain)
    return f"{chain} by verdicts of same, but {first} ≠ {last} by one of different"


def build_verdicts(engine: Engine) -> int:
    """Rebuild ``derived.verdicts``: every entry and what came of it; return how many.

    Reads ``derived.verdict_entries``, ``derived.constraints``, and ``derived.broken_verdicts``
    (``record_no_l, record_no_r``), which clustering leaves behind.
    """
    engine.run(statement(__file__, "verdicts"))
    return count_rows(engine, "derived.verdicts")

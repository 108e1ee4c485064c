"""Takes erased persons out of what stands beside the warehouse: models, verdicts, labels, reports, spill."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from html import unescape
from pathlib import Path

import polars as pl

from omni_identity.channels.batches import source_column
from omni_identity.channels.csv_reader import read_csv
from omni_identity.channels.deliveries import SetAside
from omni_identity.channels.feeds import Feed
from omni_identity.channels.file_faults import FileFault
from omni_identity.channels.quotations import Quotations
from omni_identity.channels.redaction import cannot_rewrite
from omni_identity.channels.suppression import Suppression
from omni_identity.engines import Engine, count_rows
from omni_identity.engines.durable import sync_folder
from omni_identity.erasure.files.quoting import is_quoting
from omni_identity.erasure.files.rewriting import prepare_rewrite
from omni_identity.erasure.rows import ROWS
from omni_identity.linkage.model_manifest import replace_file
from omni_identity.linkage.records import build_linkage_records
from omni_identity.linkage.shared_values import FILE as SHARED_VALUES
from omni_identity.linkage.shared_values import linkage_identifiers
from omni_identity.model.attributes import Vocabulary
from omni_identity.model.home import Home
from omni_identity.stewardship.access_log import access_files
from omni_identity.stewardship.erasure_entries import erasure_key
from omni_identity.stewardship.hash_chain import begin_anew, chain_file
from omni_identity.stewardship.judgement_files import (
    VerdictColumns,
    hold_for_change,
    verdict_files,
)

PURGED = "purged"
"""File beside the models that says of how many hashes they are rid."""

_TEXT_TOGETHER = 1 << 23
"""Characters that are looked at together: few take hardly less time than many."""
_REMAINING = "derived.remaining_linkage"
_LISTED = "derived.listed_values"


def models_purged_of(models: Path) -> int:
    """Of how many hashes of erased persons the models' value lists are rid; 0 where nobody was erased."""
    mark = models / PURGED
    return int(mark.read_text(encoding="ascii")) if mark.exists() else 0


def purge_models(engine: Engine, models: Path, vocabulary: Vocabulary, hash_count: int) -> int:
    """Take out of every model's value lists what no remaining landed row says; return how many files.

    Scores of the remaining records do not depend on such values. Reads ``ROWS``: whose rows go. Everything
    that is to be linked has to have landed. ``hash_count`` is remembered for :func:`models_purged_of`.
    """
    lists = sorted(models.rglob("*.parquet"))
    changed = _purge_lists(engine, lists, vocabulary) if lists else 0
    if models.exists():
        next_file = models / f".{PURGED}.next"
        next_file.write_text(f"{hash_count}\n", encoding="ascii")
        next_file.rename(models / PURGED)
        sync_folder(models)
    return changed


def _purge_lists(engine: Engine, lists: list[Path], vocabulary: Vocabulary) -> int:
    engine.run(
        "create or replace temp table remaining_rows as"
        " select row_number() over () as record_no, * from landed.standardised_contacts"
        f" anti join {ROWS} using (file_no, row_number)"
    )
    build_linkage_records(engine, vocabulary, "remaining_rows", _REMAINING)
    engine.run("drop table remaining_rows")
    columns = set(engine.fetch(f"select * from {_REMAINING} limit 0").columns)
    changed = sum(_purge_list(engine, path, vocabulary, columns) for path in lists)
    engine.run(f"drop table {_REMAINING}")
    return changed


def _purge_list(engine: Engine, path: Path, vocabulary: Vocabulary, columns: set[str]) -> bool:
    """Keep of one list the values that remaining rows have; whether it held others."""
    engine.read_file(path, _LISTED)
    if path.name == SHARED_VALUES:
        said = " union ".join(
            f"select '{name}' as identifier, unnest(\"{name}\") as value from {_REMAINING}"
            for name in linkage_identifiers(vocabulary)
        )
        said += f" union select 'email', unnest(shared_mailbox) from {_REMAINING}"
        kept = f"select * from {_LISTED} semi join ({said}) using (identifier, value)"
        kept += " order by identifier, value"
    else:
        column = path.stem.removeprefix("tf_")
        said = f'select "{column}" from {_REMAINING}' if column in columns else "select null"
        kept = f'select * from {_LISTED} where "{column}" in ({said}) order by "{column}"'
    before = count_rows(engine, _LISTED)
    is_changed = count_rows(engine, f"({kept})") != before
    if is_changed:
        rewritten = path.with_name(f".{path.name}.erasing")
        engine.write_file(kept, rewritten)
        replace_file(rewritten, path)
    engine.run(f"drop table {_LISTED}")
    return is_changed


class RecordColumns(Feed):
    """How a file that names records by ``channel`` and ``source_record_id`` is read."""

    files: str = "truth/*.csv"

    def column_keys(self) -> tuple[str, ...]:
        """None: no column has another name."""
        return ()

    def source_columns(self) -> tuple[str, ...]:
        """The columns that name the record."""
        return ("channel", "source_record_id")


OWN = ("", "erasure")
"""In the place of a channel and its feed, for files of the home that no channel has delivered."""
Left = Callable[[SetAside], object]
"""Hears of a file that could not be looked into or rewritten."""


def purge_labels(folder: Path, suppression: Suppression, left: Left) -> int:
    """Take the rows of erased records out of label files (CSV); return how many there were."""
    files = sorted(folder.glob("*.csv"))
    return sum(_purge_each(files, lambda path: _purge_label_file(path, suppression), left))


def _purge_label_file(path: Path, suppression: Suppression) -> int:
    numbers: set[int] = set()
    for batch in read_csv(path, RecordColumns()):
        numbers |= _rows_naming(batch.rows, suppression)
    if numbers:
        prepare_rewrite(path, RecordColumns(), numbers).put_in_place()
    return len(numbers)


def purge_verdicts(
    folder: Path, suppression: Suppression, channels: Iterable[str], left: Left
) -> int:
    """Take the rows that name an erased record out of every verdict file; return how many there were."""
    known, files = sorted(channels), verdict_files(folder)
    return sum(_purge_each(files, lambda path: _purge_verdict_file(path, suppression, known), left))


def _purge_each(files: Iterable[Path], purge: Callable[[Path], int], left: Left) -> Iterator[int]:
    """Do it with one file after the other; one that cannot be read or rewritten stops no other."""
    for path in files:
        try:
            yield purge(path)
        except (OSError, FileFault) as error:
            left(SetAside.by(cannot_rewrite(error), *OWN, f"{path.parent.name}/{path.name}", ""))


def _purge_verdict_file(path: Path, suppression: Suppression, channels: list[str]) -> int:
    """Rows that name an erased record go; in others what they quote of the erased is marked."""
    numbers: set[int] = set()
    quotations = Quotations(suppression)
    with hold_for_change(path):
        for batch in read_csv(path, VerdictColumns()):
            numbers |= _rows_naming(batch.rows, suppression)
            texts = pl.Series("payload", [b.payload for b in batch.broken], dtype=pl.String)
            for channel in channels:
                marked = zip(batch.broken, suppression.payloads(texts, channel, None), strict=True)
                numbers |= {b.row_number for b, is_out in marked if is_out and b.row_number}
        if numbers or is_quoting(path, VerdictColumns(), quotations):
            prepare_rewrite(path, VerdictColumns(), numbers, quotations=quotations).put_in_place()
    return len(numbers)


def purge_access_log(home: Home, suppression: Suppression, left: Left) -> int:
    """Mark what reasons and names in the access log quote of erased persons; return how many files were rewritten.

    Of whom it was stays the golden ID, which leads nowhere. What is left is chained anew.
    """
    quotations, files = Quotations(suppression), access_files(home)
    return sum(_purge_each(files, lambda path: _purge_access_file(home, path, quotations), left))


def _purge_access_file(home: Home, path: Path, quotations: Quotations) -> int:
    with hold_for_change(path):
        lines = pl.Series(path.read_bytes().decode("utf-8", "replace").split("\n"))
        if not quotations.are_in(lines):
            return 0
        text = "\n".join(quotations.marked(lines).to_list()).encode()
        next_file = path.with_name(f".{path.name}.next")
        next_file.write_bytes(text)
        chain_file(path).unlink(missing_ok=True)  # killed from here on: it counts as it is
        next_file.rename(path)
        sync_folder(home.access)
        begin_anew(path, erasure_key(home), text)
    return 1


def _rows_naming(rows: pl.DataFrame, suppression: Suppression) -> set[int]:
    """The numbers of the rows one of whose records is an erased one."""
    numbers: set[int] = set()
    for side in ("", "_l", "_r"):
        channel_of, ids = (
            source_column(f"{name}{side}") for name in ("channel", "source_record_id")
        )
        if channel_of in rows.columns and ids in rows.columns:
            for (channel,), named in rows.group_by(pl.col(channel_of).str.strip_chars()):
                is_erased = suppression.records(str(channel), named[ids].str.strip_chars())
                numbers |= set(named.filter(is_erased)["row_number"].to_list())
    return numbers


def purge_reports(folder: Path, suppression: Suppression, channels: Iterable[str]) -> int:
    """Remove every report that names an erased record or identifier; return how many there were."""
    removed = 0
    quotations, known = Quotations(suppression), sorted(channels)
    for paths, texts in _texts_together(folder):
        # a report's text stands between tags
        fields = texts.str.replace_all(r"[<>]", '"')
        plain = pl.Series([unescape(text) for text in texts.to_list()], dtype=pl.String)
        is_naming = quotations.marked(plain).ne_missing(plain)
        is_naming |= suppression.name_anybody(fields, known)
        for position in is_naming.arg_true().to_list():
            paths[position].unlink()
            removed += 1
    return removed


def _texts_together(folder: Path) -> Iterator[tuple[list[Path], pl.Series]]:
    """The files of a folder and their texts, some megabytes at a time."""
    paths, texts = list[Path](), list[str]()
    for path in sorted(folder.rglob("*")) if folder.exists() else []:
        if path.is_file():
            paths.append(path)
            texts.append(path.read_text(encoding="utf-8", errors="replace"))
        if sum(map(len, texts)) > _TEXT_TOGETHER:
            yield paths, pl.Series(texts, dtype=pl.String)
            paths, texts = [], []
    if paths:
        yield paths, pl.Series(texts, dtype=pl.String)


def clear_spill(warehouse: Path) -> None:
    """Remove what a killed run or training left beside the warehouse: DuckDB's spilled memory, scratch copies."""
    for folder in ("spill", "training"):
        shutil.rmtree(warehouse / folder, ignore_errors=True)

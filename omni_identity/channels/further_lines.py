"""Further lines: rows without a kind or a time, whose interaction stands in another row of the same file.

Shops export an order's facts in its first line only. What of the others is filled says the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from omni_identity.channels.batches import RawBatch

_FACTS = ("kind", "occurred_at", "source_record_id")


@dataclass
class FurtherLines:
    """Keeps the rows of a file that lack a kind or a time until all others are known.

    Of the complete rows only hashes and times are kept, so a file of any size can be read.
    """

    _complete: list[pl.DataFrame] = field(default_factory=list)
    _rows: list[pl.DataFrame] = field(default_factory=list)
    _findings: list[pl.DataFrame] = field(default_factory=list)
    _payloads: dict[int, str] = field(default_factory=dict)

    def take(
        self, rows: pl.DataFrame, findings: pl.DataFrame, lacks: pl.Series, is_out: pl.Series | None
    ) -> pl.Series:
        """Take one batch into account; which of its rows wait.

        ``lacks``: which rows have an empty kind or time. ``is_out``: which are those of erased persons.
        """
        waits = lacks & rows["interaction_id"].is_not_null()
        out = is_out if is_out is not None else pl.Series([False]).new_from_index(0, len(rows))
        complete = rows.with_columns(out.alias("is_out")).filter(~waits)
        self._complete.append(complete.select(*_keys(), "is_out"))
        if waits.any():
            self._rows.append(rows.with_columns(out.alias("is_out")).filter(waits))
            self._findings.append(findings.filter(waits))
        return waits

    def remember(self, raw: RawBatch, numbers: Sequence[int]) -> None:
        """Keep the texts of waiting rows: some may have to be held back."""
        self._payloads |= dict(zip(numbers, raw.payloads(numbers), strict=True))

    def payloads(self, numbers: Sequence[int]) -> list[str]:
        """The texts of waiting rows."""
        return [self._payloads[number] for number in numbers]

    def settle(self) -> tuple[pl.DataFrame, pl.DataFrame, pl.Series, pl.Series] | None:
        """The waiting rows, their findings, which are further lines, and which those of erased persons; None: none."""
        if not self._rows:
            return None
        rows, findings = pl.concat(self._rows), pl.concat(self._findings)
        asked = rows.select("row_number", *_keys())
        owners = pl.concat(self._complete).join(asked.select("id").unique(), on="id", how="semi")
        pairs = asked.join(owners, on="id", suffix="_there")
        agrees = pl.all_horizontal(
            pl.col(name).is_null() | pl.col(name).eq_missing(pl.col(f"{name}_there"))
            for name in _FACTS
        )
        pairs = pairs.filter(agrees)
        is_further = rows["row_number"].is_in(pairs["row_number"].implode())
        theirs = pairs.filter("is_out")["row_number"].implode()
        return rows, findings, is_further, rows["is_out"] | rows["row_number"].is_in(theirs)


def _keys() -> list[pl.Expr]:
    return [
        pl.col("interaction_id").hash().alias("id"),
        pl.when(pl.col("kind").is_not_null()).then(pl.col("kind").hash()).alias("kind"),
        "occurred_at",  # type: ignore[list-item]
        pl.when(pl.col("source_record_id").is_not_null())
        .then(pl.col("source_record_id").hash())
        .alias("source_record_id"),
    ]

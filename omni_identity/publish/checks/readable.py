"""What channels write into the columns that are mapped, and nothing could be made of."""

from __future__ import annotations

import polars as pl

from omni_identity.publish.checks.check import Audit, Facts, Finding

FEW_VALUES = 20
"""So few values of a column that no share of them says that it is the wrong one."""
UNREAD_SHARE = 0.5
UNUSED_SHARE = 0.95
"""Of a column's values: how many may be unreadable; how many unreadable or placeholders. A column that is mostly
``n/a`` is one that people may leave empty."""
MOST_SAID = 8

_NO_DATE = "no form of a date that is known, or a day that the calendar lacks"
_REASONS = {
    "birth_date": (
        f"{_NO_DATE}, before 1500 or after its delivery; the year and other sound parts are used",
        "`date_order` (dmy, mdy, ymd) is the file's",
    ),
    "created_at": (_NO_DATE, "`date_order` and `timezone` are the channel's"),
    "email": ("no addresses", "another column has them"),
    "phone": (
        "no numbers in use",
        "`country` of the channel is theirs, or they have a calling code",
    ),
    "whatsapp": (
        "no numbers in use",
        "`country` of the channel is theirs, or they have a calling code",
    ),
    "country": ("no name or code of a country", "another column has it"),
    "postcode": ("no postcodes of their country", "`country` of the channel is theirs"),
    "gender": ("no word for a gender that is known", "another column has it"),
}
_OTHER = ("not of the form that the attribute has", "another column has it")


def mapped_columns_can_be_read(audit: Audit) -> Finding:
    """Columns of whose values few can be used, by channel and attribute."""
    columns = audit.engine.fetch(
        "select * from candidate.main.channel_attributes order by channel, attribute"
    )
    unread = unread_columns(columns)
    facts: Facts = {"column_count": columns.height, "unread_column_count": unread.height}
    for row in unread.head(MOST_SAID).iter_rows(named=True):
        facts[f"{row['channel']}/{row['attribute']}/unread_count"] = row["lost"]
    if unread.is_empty():
        return True, "of every column that holds values enough can be used", facts
    words = "; ".join(_say(row) for row in unread.head(MOST_SAID).to_dicts())
    left = unread.height - MOST_SAID
    return False, f"{words}; {left} more in channel_attributes" if left > 0 else words, facts


def unread_columns(columns: pl.DataFrame) -> pl.DataFrame:
    """The rows of ``channel_attributes`` of which too few values can be used, with how many there are (``given``)
    and cannot (``lost``).

    Consents have a check of their own. A list of which some values are used counts as used too.
    """
    lost = pl.col("invalid_count") + pl.col("placeholder_count")
    given = pl.col("filled_count") + lost
    is_unread = (pl.col("invalid_count") > UNREAD_SHARE * given) | (lost > UNUSED_SHARE * given)
    return columns.with_columns(given.alias("given"), lost.alias("lost")).filter(
        (given >= FEW_VALUES) & is_unread & ~pl.col("attribute").str.starts_with("consent_")
    )


def _say(row: dict[str, int | str]) -> str:
    reason, advice = _REASONS.get(str(row["attribute"]), _OTHER)
    parts = []
    if row["invalid_count"]:
        parts.append(f"{row['invalid_count']:,} could not be read ({reason})")
    if row["placeholder_count"]:
        parts.append(
            f"{row['placeholder_count']:,} stand for nothing, as n/a and a form's defaults do"
        )
    return (
        f"{row['attribute']} of {row['channel']}: of {row['given']:,} values {' and '.join(parts)};"
        f" look whether the mapping names the right column, and whether {advice}"
    )

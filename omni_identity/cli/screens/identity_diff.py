"""An identity diff for the eyes of an operator: what became of customers, and the changes to look at first."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from omni_identity.cli.terminal import plain_table
from omni_identity.identity.identity_changes import SHOWN_RECORDS, Change
from omni_identity.identity.identity_diff import IdentityDiff
from omni_identity.model.visible import visible


def show_diff(console: Console, diff: IdentityDiff, changes: Sequence[Change], title: str) -> None:
    """Print the counts of a diff and, where customers merged or split, the changes given."""
    table = plain_table("", "#customers", "#of those before", "", title=title)
    for label, count, words in (
        ("unchanged", diff.unchanged_count, ""),
        ("merged", diff.merged_count, _into(diff.merged_into_count)),
        ("split", diff.split_count, _into(diff.split_into_count)),
        ("other records", diff.changed_count, "only by records that came or went"),
        ("another ID", diff.renamed_count, "with the same records"),
        ("gone", diff.gone_count, "no record is left"),
    ):
        if count or label in ("unchanged", "merged", "split"):
            table.add_row(
                label, f"{count:,}", _share(count, diff.customers_before), words if count else ""
            )
    table.add_row("created", f"{diff.created_count:,}", "", "none of their records had a customer")
    console.print(table)
    console.print(Text(in_words(diff)), soft_wrap=True)
    if changes:
        _show_changes(console, changes)


def in_words(diff: IdentityDiff) -> str:
    """``12,000 customers before, 11,950 after; 130 of 30,000 records get another golden ID; ...``"""
    kept, known = diff.kept_pair_share, diff.known_pair_share
    pairs = [
        f"{kept:.2%} of the pairs of records that were one customer still are" if kept else "",
        f"{known:.2%} of those that are were" if known else "",
    ]
    return "; ".join(
        [
            f"{diff.customers_before:,} customers before, {diff.customers_after:,} after",
            f"{diff.moved_record_count:,} of {diff.records_before:,} records get another golden ID",
            *(words for words in pairs if words),
        ]
    )


def _show_changes(console: Console, changes: Sequence[Change]) -> None:
    table = plain_table(
        *("", "customer", "#records", "#surprise", "which"),
        title="The largest and most surprising",
    )
    for change in changes:
        more = change.record_count - SHOWN_RECORDS
        named = ", ".join(map(visible, change.records))
        table.add_row(
            f"{change.other_count} merge into" if change.kind == "merged" else "splits",
            *(change.golden_id, f"{change.record_count:,}", f"{change.surprise}"),
            Text(f"{named} … and {more} more" if more > 0 else named),
        )
    console.print()
    console.print(table)
    console.print(
        "Surprise: of a merge the given names, family names and birth dates beyond the first; of a "
        "split the kinds of values (names, birth date, e-mail, phone) that its parts share. "
        "`omni explain A B` tells why two records are, or are not, one customer.",
        style="dim",
        soft_wrap=True,
    )


def _into(count: int) -> str:
    return f"into {count:,}"


def _share(count: int, total: int) -> str:
    return f"{count / total:.2%}" if total else ""

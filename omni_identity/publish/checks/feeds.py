"""What must be plausible of each feed's deliveries, by its own history: what the run's feed figures say."""

from __future__ import annotations

from typing import Any

from omni_identity.publish.checks.check import Audit, Facts, Finding
from omni_identity.publish.feeds.bounds import is_believed_or_not
from omni_identity.publish.feeds.feed_figures import judged_by

MOST_SAID = 8
"""Unusual figures that a finding names; feed_figures has all."""

_SHARES = {
    "gone": "{counted:,} of {total:,} published records are gone",
    "other_person": "{counted:,} of {total:,} records delivered again are somebody else now",
    "blank": "{counted:,} of {total:,} rows are blank",
    "filled": "{attribute} filled in {value:.0%} of {total:,} rows",
    "lost": "{attribute} lost by {counted:,} of {total:,} records that had it",
    "usable": "{value:.0%} of {total:,} values of {attribute} can be used",
    "with_at": "{value:.0%} of {total:,} values of {attribute} have an @",
    "with_digit": "{value:.0%} of {total:,} values of {attribute} have a digit",
    "length": "{total:,} values of {attribute} have {value:.0f} characters on average",
    "rows": "{counted:,} rows",
    "unread": "{counted:,} of {total:,} rows have {attribute} that cannot be read",
    "in_future": "{counted:,} of {total:,} rows have {attribute} in the future",
}
_NOT_BELIEVED = " (not believed: it counts as not known)"


def channels_keep_their_records(audit: Audit) -> Finding:
    """Published records that are gone, by channel."""
    return _examine(audit, "channels_keep_their_records")


def records_stay_the_same_person(audit: Audit) -> Finding:
    """Records that came again as somebody else, by channel."""
    return _examine(audit, "records_stay_the_same_person")


def columns_stay_filled(audit: Audit) -> Finding:
    """Columns that lost their values, by feed."""
    return _examine(audit, "columns_stay_filled")


def columns_hold_what_they_held(audit: Audit) -> Finding:
    """Columns whose values look like something else, by feed."""
    return _examine(audit, "columns_hold_what_they_held")


def deliveries_have_their_usual_size(audit: Audit) -> Finding:
    """The number of rows, by feed."""
    return _examine(audit, "deliveries_have_their_usual_size")


def times_are_not_in_the_future(audit: Audit) -> Finding:
    """Times after the landing of the file that tells them, by feed and attribute."""
    return _examine(audit, "times_are_not_in_the_future")


def facts_can_be_read(audit: Audit) -> Finding:
    """Facts that could not be read and are null, by feed and column."""
    return _examine(audit, "facts_can_be_read")


def _examine(audit: Audit, check: str) -> Finding:
    figures = [
        row
        for row in audit.feed_figures.iter_rows(named=True)
        if row["figure"] != "unknown" and judged_by(row["attribute"], row["figure"]) == check
    ]
    unusual = [row for row in figures if row["is_unusual"]]
    facts: Facts = {"figure_count": len(figures), "unusual_count": len(unusual)}
    for row in unusual[:MOST_SAID]:
        name = "/".join((row["channel"], row["feed"], row["attribute"], row["figure"]))
        facts[name] = round(row["value"], 6)
    if not unusual:
        return True, "as usual" if figures else "nothing was delivered to judge", facts
    words = say_figures(unusual)
    if lists := _whole_lists(audit, unusual):
        words += f"; the newest snapshot of {lists} lacks them: is it a whole list?"
    is_accepted = (
        audit.are_changes_accepted and audit.configuration.severity_of(check) == "withhold"
    )
    return is_accepted, f"{words}{'; accepted by --accept-changes' if is_accepted else ''}", facts


def _whole_lists(audit: Audit, unusual: list[dict[str, Any]]) -> str:
    """The channels that lost records because a newer snapshot lacks them."""
    gone = {row["channel"] for row in unusual if row["figure"] == "gone"}
    snapshots = [
        channel.name
        for channel in audit.configuration.channels
        if channel.contacts is not None and channel.contacts.feed == "snapshot"
    ]
    return ", ".join(name for name in snapshots if name in gone)


def say_figures(unusual: list[dict[str, Any]]) -> str:
    """Unusual figures in words, feed by feed, the first ``MOST_SAID`` of them."""
    feeds: dict[str, list[str]] = {}
    for row in unusual[:MOST_SAID]:
        feeds.setdefault(f"{row['channel']} {row['feed']}", []).append(_say(row))
    words = "; ".join(f"{feed}: {', '.join(said)}" for feed, said in feeds.items())
    left = len(unusual) - MOST_SAID
    return f"{words}; {left} more in feed_figures" if left > 0 else words


def _say(row: dict[str, Any]) -> str:
    words = _SHARES[row["figure"]].format(**row)
    if row["figure"] == "in_future":
        return words + (_NOT_BELIEVED if is_believed_or_not(row["attribute"]) else "")
    is_share = row["figure"] not in ("rows", "length")
    bounds = _usual(row["lowest_usual"], row["highest_usual"], is_share)
    return f"{words} ({bounds})"


def _usual(lowest: float | None, highest: float | None, is_share: bool) -> str:
    shown = [_number(x, is_share) for x in (lowest, highest) if x is not None]
    if lowest is None or (is_share and lowest <= 0):
        return f"at most {shown[-1]} is plausible"
    if highest is None or (is_share and highest >= 1):
        return f"at least {shown[0]} is plausible"
    return f"{shown[0]} to {shown[1]} is plausible"


def _number(value: float, is_share: bool) -> str:
    return f"{value:.1%}" if is_share else f"{value:,.0f}"

"""Preset columns: what a preset reads and a file has under a name of its own, as exports in other languages do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from omni_identity.channels.presets.preset_files import (
    Preset,
    columns_of_entry,
    names_of,
)
from omni_identity.discovery.column_meanings import SURE, ColumnProfile
from omni_identity.discovery.consent_columns import consent_of
from omni_identity.discovery.drafts import FeedDraft, Said, graded

_CONSENT = "consent_"


def add_renamed_columns(feed: FeedDraft, preset: Preset) -> None:
    """Map what the preset maps and the file has under no name that is known, where its columns surely are that.

    ``Email Address`` is ``E-Mail-Adresse`` in a German audience. Whatever the file has as the preset names it stays
    the preset's; rows inside documents are left as they are.
    """
    if "rows" in preset.settings or "rows" in feed.keys:
        return
    there = feed.table.by_name
    mapping: Mapping[str, Any] = preset.settings.get("mapping", {})
    taken = {
        name for column in preset.columns for name in names_of(column, preset.other_names)
    } & there.keys()
    for attribute, entry in mapping.items():
        columns = tuple(columns_of_entry(entry))
        names = {name for c in columns for name in names_of(c, preset.other_names)}
        if not columns or names & there.keys() or attribute.endswith("_at"):
            continue
        free = [p for p in feed.table.columns if p.column not in taken and p.shapes.filled]
        found = next(_renamed(attribute, free), None)
        if found is not None:
            column, said = found
            feed.mapping[attribute] = said
            taken.add(column)


def _renamed(attribute: str, free: list[ColumnProfile]) -> Iterator[tuple[str, Said]]:
    """The columns that surely are an attribute's, the surest first."""
    if attribute.startswith(_CONSENT):
        for profile in free:
            consent = consent_of(profile.column, profile.shapes)
            way = attribute.removeprefix(_CONSENT)
            if consent is None or consent.is_time or not consent.is_sure or way not in consent.ways:
                continue
            value: Any = profile.column
            if consent.is_opt_out:
                value = {"from": profile.column, "opt_out": True}
            yield profile.column, Said(value, f"sure: {consent.reason}")
        return
    ranked = sorted(free, key=lambda profile: -profile.score(attribute))
    for profile in ranked:
        best = profile.best
        if best is None or best.name != attribute or best.score < SURE:
            continue
        if not profile.named.is_of_others:
            yield profile.column, Said(profile.column, graded(best))

"""Inspected columns: what a file has that is not mapped and looks as if it should be, and its encoding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from omni_identity.channels.feeds import ContactsFeed, Feed, LinesFeed
from omni_identity.channels.presets.renamed_columns import find_renamed_columns
from omni_identity.discovery.column_meanings import profile_column
from omni_identity.discovery.configuration_text import flow
from omni_identity.discovery.consent_columns import consent_of
from omni_identity.discovery.findings import Finding
from omni_identity.discovery.samples import Sample
from omni_identity.discovery.tables import PROFILED_ROWS, spread
from omni_identity.discovery.value_shapes import look_at_columns

_CLEAR = 0.85
"""Score from which on a column that is not mapped is worth a word."""
_OF_CONTACTS = (
    *("full_name", "first_name", "last_name", "birth_date", "gender", "street", "city", "postcode"),
    *("country", "email", "phone", "whatsapp", "instagram", "telegram", "facebook", "created_at"),
)
_OF_INTERACTIONS = (
    *("email", "phone", "whatsapp", "amount", "currency", "item_count", "status", "subject"),
    *("direction", "campaign", "satisfaction", "duration_seconds"),
)
_KEYS = ("updated_at", "deleted")


def column_findings(feed: Feed, samples: Sequence[Sample], name: str) -> Iterator[Finding]:
    """Columns that are not mapped and look mappable; consents among them first; a wrong encoding."""
    is_contacts = isinstance(feed, ContactsFeed)
    seen: set[str] = set()
    for sample in samples:
        yield from _encoding(feed, sample, name)
        if feed.rows is not None or isinstance(feed, LinesFeed):
            continue  # columns of a sample are named from its own rows; of lines, the few words are all asked for
        named = set(feed.source_columns())
        for renamed in find_renamed_columns(feed, sample.columns):
            if renamed.column not in seen:
                seen.add(renamed.column)
                words = (
                    f"{sample.path.name} has no column '{renamed.column}'; '{renamed.looks_like}',"
                    f" which nothing reads, may be what it is called there. {renamed.advice}"
                )
                yield Finding("note", name, words)
        left = [c for c in sample.columns if c not in named and c not in seen]
        seen |= set(left)
        shapes = look_at_columns(spread(sample.rows, PROFILED_ROWS).select(left)) if left else {}
        for column in left:
            if not shapes[column].filled:
                continue
            profile = profile_column(column, shapes[column])
            if profile.named.is_of_others or ".0." in column:
                continue
            consent = consent_of(column, shapes[column]) if is_contacts else None
            if consent is not None and not consent.is_time:
                way = f"consent_{consent.ways[0]}"
                if way not in feed.mapping:
                    value = {"from": column, "opt_out": True} if consent.is_opt_out else column
                    words = f"column '{column}' is not mapped and looks like a consent: {consent.reason}."
                    yield Finding("doubtful", name, words, ("mapping:", f"  {way}: {flow(value)}"))
                continue
            best = profile.best
            wanted = (*_OF_CONTACTS, *_KEYS) if is_contacts else _OF_INTERACTIONS
            if best is None or best.name not in wanted or best.score < _CLEAR:
                continue
            if _has(feed, best.name):
                continue
            words = f"column '{column}' is not mapped and looks like {best.name}: {best.reason}."
            lines = (
                (f"{best.name}: {flow(column)}",)
                if best.name in _KEYS
                else ("mapping:", f"  {best.name}: {flow(column)}")
            )
            yield Finding("note", name, words, lines)


def _has(feed: Feed, attribute: str) -> bool:
    """Whether the feed has the attribute already, under this name or one that says as much."""
    if attribute in _KEYS:
        return getattr(feed, attribute, None) is not None
    names = {"full_name": ("full_name", "last_name"), "created_at": ("created_at",)}
    return any(name in feed.mapping for name in names.get(attribute, (attribute,)))


def _encoding(feed: Feed, sample: Sample, name: str) -> Iterator[Finding]:
    """Bytes that are no text in the encoding that the feed names."""
    found = sample.settings.get("encoding", "utf-8")
    declared = feed.encoding.lower().replace("_", "-")
    if found == "utf-8" or declared not in ("utf-8", "utf8", "ascii"):
        return
    words = f"{sample.path.name} is not UTF-8; its letters read as words in {found}."
    yield Finding("fails", name, words, (f"encoding: {found}",))

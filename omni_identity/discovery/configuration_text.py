"""Configuration text: a draft as ``omni.yaml``, a comment beside every line."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml

from omni_identity.discovery.drafts import ChannelDraft, Draft, FeedDraft, Said

WIDTH = 118
_BESIDE = 44
"""Where comments begin that stand beside a line."""

_HEAD = """\
# omni.yaml, written by `omni init --from` from what the files hold.
# Beside every line stands how sure it is and why: sure, likely, doubtful. Change what is wrong; `omni check` says
# what would not fit, before anything lands. Every key: docs/configuration.md
version: 1
"""


def write_configuration(draft: Draft, globs: Mapping[int, str]) -> str:
    """``omni.yaml`` for a draft. ``globs``: the ``files`` of each feed that reads any, by ``id`` of its draft."""
    lines = [_HEAD.rstrip("\n")]
    if draft.default_country is not None:
        lines += _entry("default_country", draft.default_country, 0)
    else:
        lines.append(
            "# default_country: US   # doubtful: no value tells; of phone numbers that name none"
        )
    lines += ["", "channels:"]
    for channel in draft.channels:
        lines += [*_channel(channel, globs), ""]
    if draft.catalogue:
        lines.append("catalogue:")
        for feed in draft.catalogue:
            lines += [*_as_item(list(_feed(feed, globs, 4))), ""]
    if draft.identifiers:
        lines.append("identifiers:")
        for name, said in draft.identifiers.items():
            lines += _entry(name, said, 2)
        lines.append("")
    if draft.currency is not None:
        lines += ["insight:", *_entry("currency", draft.currency, 2), ""]
    if draft.left_out:
        lines.append("# No feed reads:")
        for name, reason in draft.left_out:
            lines += _wrapped(f"- {name}: {reason}", 0)
    return "\n".join(lines).rstrip("\n") + "\n"


def _as_item(lines: Sequence[str]) -> Iterator[str]:
    """The lines of a mapping, indented by four, as an item of a list: the dash is before its first key."""
    is_begun = False
    for line in lines:
        is_first = not is_begun and not line.lstrip().startswith("#")
        is_begun = is_begun or is_first
        yield f"  - {line.lstrip()}" if is_first else line


def _channel(channel: ChannelDraft, globs: Mapping[int, str]) -> Iterator[str]:
    yield f"  - name: {channel.name}"
    if channel.country is not None:
        yield from _entry("country", channel.country, 4)
    for feed in channel.feeds():
        yield f"    {feed.kind}:"
        yield from _feed(feed, globs, 6)


def _feed(feed: FeedDraft, globs: Mapping[int, str], indent: int) -> Iterator[str]:
    if feed.about:
        yield from _wrapped(feed.about, indent)
    keys = dict(feed.keys)
    for name in ("channel", "preset"):
        if name in keys:
            yield from _entry(name, keys.pop(name), indent)
    if id(feed) in globs:  # else it has a source
        rows = sum(sample.rows.height for sample in feed.table.samples)
        looked_at = f"{feed.table.shown}, {rows:,} rows looked at"
        yield from _entry("files", Said(globs[id(feed)], looked_at), indent)
    for name, said in keys.items():
        if said.value is None:
            yield from _wrapped(f"{name}: {said.comment}", indent)
        else:
            yield from _entry(name, said, indent)
    for section, entries in (
        ("kinds", feed.kinds),
        ("mapping", feed.mapping),
        ("lines", feed.lines),
    ):
        if entries:
            yield f"{' ' * indent}{section}:"
            for name, said in entries.items():
                yield from _entry(name, said, indent + 2)
    for note in feed.notes:
        yield from _wrapped(note, indent)


def _entry(name: str, said: Said, indent: int) -> list[str]:
    """A key with its value; the comment beside it, or above it where that would be too long."""
    line = f"{' ' * indent}{flow(name)}: {flow(said.value)}"
    comment = _one_line(said.comment)
    if not comment:
        return [line]
    beside = f"{line:<{_BESIDE}}  # {comment}"
    return [beside] if len(beside) <= WIDTH else [*_wrapped(comment, indent), line]


def _wrapped(text: str, indent: int) -> list[str]:
    start = " " * indent
    return textwrap.wrap(
        _one_line(text),
        WIDTH,
        initial_indent=f"{start}# ",
        subsequent_indent=f"{start}#   ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())


def flow(value: Any) -> str:
    """A value in YAML on one line."""
    text = yaml.safe_dump(
        value, default_flow_style=True, sort_keys=False, allow_unicode=True, width=10**6
    )
    return text.removesuffix("\n").removesuffix("\n...").strip()

"""Resolution: ``preset: vendor/export`` in a feed of ``omni.yaml`` becomes the keys that it stands for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from omni_identity.channels.presets.preset_files import (
    Preset,
    columns_in,
    preset_names,
    read_preset,
)
from omni_identity.channels.yaml_lines import LinedData, Mistake, Path
from omni_identity.model.errors import nearest

MERGED_KEYS = ("mapping", "kinds", "lines", "other_names")
"""Keys whose entries are merged one by one; of any other key the feed's own value stands."""


@dataclass
class Resolved:
    """``omni.yaml`` without presets, and the feeds (by path) whose preset is none."""

    lined: LinedData
    unresolved: list[Path] = field(default_factory=list)

    def is_left_open(self, mistake: Mistake) -> bool:
        """Whether a key is missing only because the preset that may bring it is not known."""
        return mistake.message == "missing key" and mistake.path[:-1] in self.unresolved


def resolve_presets(lined: LinedData) -> Resolved:
    """What ``omni.yaml`` says, with every feed's preset written out; ``lined`` stays as it is.

    Keys of the preset stand in for absent ones. Entries of ``MERGED_KEYS`` are merged one by one, and a
    key or an entry that the feed sets to null is dropped. What the preset brings is in the line of its
    name. An unknown preset, or one for another kind of feed, is a mistake that names the nearest.
    """
    resolved = Resolved(LinedData(lined.data, dict(lined.lines), list(lined.mistakes)))
    data = lined.data
    channels = data.get("channels") if isinstance(data, dict) else None
    if not isinstance(channels, list):
        return resolved
    resolved.lined.data = {
        **data,
        "channels": [_channel(resolved, channel, i) for i, channel in enumerate(channels)],
    }
    return resolved


def _channel(resolved: Resolved, channel: Any, position: int) -> Any:
    if not isinstance(channel, dict):
        return channel
    feeds = {}
    for kind in ("contacts", "interactions", "lines"):
        feed = channel.get(kind)
        if isinstance(feed, dict) and feed.get("preset") is not None:
            feeds[kind] = _feed(resolved, feed, ("channels", position, kind))
    return {**channel, **feeds}


def _feed(resolved: Resolved, feed: dict[str, Any], path: Path) -> dict[str, Any]:
    name, kind = feed["preset"], path[-1]
    preset = read_preset(name) if isinstance(name, str) and name in preset_names() else None
    if preset is None or preset.feed != kind:
        message = _unknown(name, str(kind)) if preset is None else _misplaced(preset, str(kind))
        resolved.lined.mistakes.append(Mistake((*path, "preset"), message))
        resolved.unresolved.append(path)
        return feed
    line = resolved.lined.line((*path, "preset"))
    merged = merge_settings(feed, preset)
    if line is not None:
        for key, value in merged.items():
            resolved.lined.lines.setdefault((*path, key), line)
            for entry in value if isinstance(value, dict) else ():
                resolved.lined.lines.setdefault((*path, key, entry), line)
    return merged


def merge_settings(feed: Mapping[str, Any], preset: Preset) -> dict[str, Any]:
    """The keys of a raw feed, with those of ``preset`` where it has none of its own."""
    brought = {**preset.settings, "other_names": dict(preset.other_names)}
    merged = {**brought, **feed}
    for key in MERGED_KEYS:
        ours, theirs = brought.get(key), feed.get(key)
        if isinstance(ours, Mapping) and isinstance(theirs, Mapping):
            entries = {**ours, **theirs}
            merged[key] = {name: entry for name, entry in entries.items() if entry is not None}
    merged = {key: value for key, value in merged.items() if value is not None}
    named, own = columns_in(merged), {*columns_in(feed)}
    lackable = tuple(c for c in preset.optional if c in named and c not in own)
    said = feed.get("optional")
    if said is None or isinstance(said, list):
        merged["optional"] = list(dict.fromkeys([*(said or []), *lackable]))
    if isinstance(merged.get("other_names"), dict):
        merged["other_names"] = {
            column: names
            for column, names in merged["other_names"].items()
            if column in named or column in (feed.get("other_names") or {})
        }
    return merged


def _unknown(name: Any, kind: str) -> str:
    if not isinstance(name, str):
        return "must be the name of a preset, such as 'shopify/orders'"
    vendor = name.partition("/")[0].lower()
    fitting, others = _of_vendor(vendor, kind)
    if fitting:
        return f"unknown preset '{name}'. For {kind} there is {', '.join(fitting)}."
    if others:
        return f"unknown preset '{name}'. There is {', '.join(others)}, but none for {kind}."
    near = nearest(name, preset_names()) or nearest(vendor, _vendors())
    return f"unknown preset '{name}'.{near or ' docs/bring-your-own.md lists all.'}"


def _misplaced(preset: Preset, kind: str) -> str:
    fitting, _ = _of_vendor(preset.name.partition("/")[0], kind)
    other = f"; for {kind} there is {', '.join(fitting)}" if fitting else ""
    return f"'{preset.name}' is a preset for {preset.feed}, not for {kind}{other}"


def _of_vendor(vendor: str, kind: str) -> tuple[list[str], list[str]]:
    """The names of a vendor's presets for this kind of feed, and of its others."""
    named = [name for name in preset_names() if name.startswith(f"{vendor}/")]
    fitting = [name for name in named if read_preset(name).feed == kind]
    return fitting, [name for name in named if name not in fitting]


def _vendors() -> set[str]:
    return {name.partition("/")[0] for name in preset_names()}


def preset_advice(preset_name: str | None, key: Path, column: str) -> str:
    """What to write where a file calls a preset's column otherwise; empty where no preset brought it.

    ``key``: the key of the feed that names the column.
    """
    if preset_name not in preset_names() or column not in read_preset(preset_name).columns:
        return ""
    first, *rest = [str(step) for step in key if isinstance(step, str)]
    example = f"{first}: {{{rest[0]}: NEW NAME}}" if rest else f"{first}: NEW NAME"
    return (
        f" It is what preset {preset_name} calls it: if your file calls it otherwise, write"
        f" `{example}` in this feed."
    )

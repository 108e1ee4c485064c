"""The demo's omni.yaml names columns that its files have."""

from __future__ import annotations

from typing import Any

import yaml

from omni_identity.demo import DEMO_CONFIGURATION
from omni_identity.demo.interactions import EVENT_LAYOUTS
from omni_identity.demo.layouts import LAYOUTS

CHANNELS: dict[str, dict[str, Any]] = {
    channel["name"]: channel for channel in yaml.safe_load(DEMO_CONFIGURATION)["channels"]
}


def test_all_channels_are_configured() -> None:
    assert list(CHANNELS) == list(LAYOUTS)
    assert {name for name, channel in CHANNELS.items() if "interactions" in channel} == set(
        EVENT_LAYOUTS
    )


def test_contact_columns_exist() -> None:
    for name, layout in LAYOUTS.items():
        contacts = CHANNELS[name]["contacts"]
        named = [contacts["record_id"], contacts["updated_at"], contacts.get("deleted")]
        for columns in contacts["mapping"].values():
            named += [columns] if isinstance(columns, str) else columns
        assert set(named) - {None} <= set(layout.columns), name
        assert (contacts.get("deleted"), contacts["record_id"]) == (
            layout.deleted,
            layout.record_id,
        )
        assert contacts["files"].endswith(layout.suffix)
        assert contacts.get("timezone", "UTC") == layout.timezone
        assert contacts.get("encoding", "utf-8") == layout.encoding


def test_interaction_columns_and_kinds_are_those_of_the_files() -> None:
    for name, layout in EVENT_LAYOUTS.items():
        section = CHANNELS[name]["interactions"]
        named = {key: section[key] for key in ("interaction_id", "contact", "kind")}
        named |= {"at": section["occurred_at"], **section["mapping"]}
        assert named == layout.columns, name
        assert section["kinds"] == {word: kind for kind, word in layout.kinds.items()}
        assert section["files"].endswith(layout.suffix)
        assert section.get("timezone", "UTC") == layout.timezone

"""Interactions: they lead back to records, carts and orders, across channels."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from omni_identity.demo import DemoSummary
from omni_identity.demo.interactions import EVENT_LAYOUTS

from .landing import delivered, read_labels, sound_rows

Demo = tuple[Path, DemoSummary]


def events(home: Path, channel: str) -> list[dict[str, str]]:
    """All events of a channel in canonical names."""
    layout = EVENT_LAYOUTS[channel]
    canonical = {theirs: ours for ours, theirs in layout.columns.items()}
    kinds = {word: kind for kind, word in layout.kinds.items()}
    rows = [
        row
        for path in delivered(home, channel, "interactions")
        for row in sound_rows(path, channel, "interactions")
    ]
    found = [{canonical[name]: value for name, value in row.items()} for row in rows]
    return [{**row, "kind": kinds[row["kind"]]} for row in found]


def test_all_kinds_occur(demo: Demo) -> None:
    home, _ = demo
    kinds = Counter(row["kind"] for name in EVENT_LAYOUTS for row in events(home, name))
    assert set(kinds) == {
        "session", "cart", "order", "return", "pickup", "ticket_opened", "ticket_closed",
        "message", "call", "email_sent", "email_opened", "email_clicked",
    }  # fmt: skip
    assert min(kinds.values()) > 20


def test_contacts_are_records_of_the_channel_but_for_a_few(demo: Demo) -> None:
    home, _ = demo
    labels = {(row["channel"], row["source_record_id"]) for row in read_labels(home)}
    named = [
        (name, row["contact"])
        for name in EVENT_LAYOUTS
        for row in events(home, name)
        if row["contact"]
    ]
    unknown = [contact for contact in named if contact not in labels]
    assert unknown
    assert len(unknown) / len(named) < 0.003


def test_orders_come_of_carts_and_are_picked_up_or_returned_elsewhere(demo: Demo) -> None:
    home, _ = demo
    web, app, till = (events(home, name) for name in ("web", "app", "till"))
    carts = {row["cart_id"] for row in web + app if row["kind"] == "cart"}
    orders = {row["order_id"] for row in web + app if row["kind"] == "order"}
    bought = [row for row in web + app if row["kind"] == "order"]
    assert sum(row["cart_id"] in carts for row in bought) / len(bought) > 0.98
    fetched = [row for row in till if row["kind"] == "pickup"]
    assert sum(row["order_id"] in orders for row in fetched) / len(fetched) > 0.98
    assert any(row["order_id"] in orders for row in till if row["kind"] == "return")


def test_conversations_cross_channels(demo: Demo) -> None:
    home, _ = demo
    desk = {row["conversation_id"] for row in events(home, "support")}
    for name in ("whatsapp", "instagram"):
        assert desk & {row["conversation_id"] for row in events(home, name)}


def test_anonymous_devices_are_partly_identified_later(demo: Demo) -> None:
    home, _ = demo
    anonymous = {row["device_id"] for row in events(home, "web") if not row["contact"]} - {""}
    known = {
        row["cookie_id"] for path in delivered(home, "web") for row in sound_rows(path, "web")
    } - {""}
    assert len(anonymous & known) > 50
    assert len(anonymous - known) > 50


def test_a_few_events_are_wrong(demo: Demo) -> None:
    home, _ = demo
    rows = [row for name in EVENT_LAYOUTS for row in events(home, name)]
    assert any(row.get("amount", "").startswith("-") for row in rows)
    assert any(
        count > 1 for count in Counter((row["interaction_id"], row["at"]) for row in rows).values()
    )
    times = [row["at"] for name in ("web", "app", "whatsapp") for row in events(home, name)]
    assert any(time[:10] > "2026-11-20" for time in times)
    assert any(not row["interaction_id"] for row in rows)

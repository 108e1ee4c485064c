"""Interactions: they lead back to records, carts and orders, across channels."""

from __future__ import annotations

import csv
import gzip
import json
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from omni_identity.demo import DemoSummary
from omni_identity.demo.contents import LINE_LAYOUTS
from omni_identity.demo.interactions import EVENT_LAYOUTS
from omni_identity.demo.sayings import ANY_NEWS

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


def test_conversations_cross_channels_that_share_no_id(demo: Demo) -> None:
    home, _ = demo
    channels = ("support", "whatsapp", "instagram")
    own = {name: {row["conversation_id"] for row in events(home, name)} - {""} for name in channels}
    assert all(own.values())
    assert not own["support"] & own["whatsapp"]
    assert not own["support"] & own["instagram"]
    assert not own["whatsapp"] & own["instagram"]
    with gzip.open(home / "truth/interactions.csv.gz", "rt", encoding="utf-8") as file:
        threads = [(row["thread"], row["channel"]) for row in csv.DictReader(file)]
    said = {name: {thread for thread, channel in threads if channel == name} for name in channels}
    assert said["support"] & said["whatsapp"] - {""}
    assert said["support"] & said["instagram"] - {""}


def test_messages_say_something_and_some_name_a_number(demo: Demo) -> None:
    home, _ = demo
    texts = [row["text"] for row in events(home, "whatsapp")]
    assert all(texts)
    assert any(", order O" in text for text in texts)
    assert any(", ticket T" in text for text in texts)
    assert not any("{" in text for text in texts)


def test_one_broken_handoff_is_mended_on_a_day_that_the_truth_names(demo: Demo) -> None:
    home, _ = demo
    plan = json.loads((home / "truth/demo.json").read_text(encoding="utf-8"))
    truth = plan["mended_handoff"]
    assert (truth["from"], truth["to"]) == ("support", "whatsapp")
    # a few clocks are years ahead
    said = [row for row in events(home, truth["to"]) if row["at"][:10] <= plan["end"]]
    asked, told = (
        [(row["at"][:10] >= truth["on"], row["text"]) for row in said if row["direction"] == way]
        for way in ("inbound", "outbound")
    )
    assert {late for late, text in asked if text == ANY_NEWS} == {True}
    assert {late for late, text in asked if ", ticket T" in text} == {False}
    assert {late for late, text in told if text.startswith("I see your ticket T")} == {True}


@pytest.mark.parametrize("channel", list(LINE_LAYOUTS))
def test_lines_add_up_to_carts_and_orders(demo: Demo, channel: str) -> None:
    home, _ = demo
    columns = LINE_LAYOUTS[channel].columns
    found: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for path in delivered(home, channel, "lines"):
        data = path.read_bytes()
        text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode()
        for row in csv.DictReader(text.splitlines()):
            line = (float(row[columns["quantity"]]), float(row[columns["price"]]))
            found[row[columns["interaction_id"]]].append(line)
    kinds = {"cart", "order"}
    rows = {row["interaction_id"]: row for row in events(home, channel) if row["kind"] in kinds}
    assert len(rows.keys() & found.keys()) > 20
    for number in rows.keys() & found.keys():
        lines, row = found[number], rows[number]
        items = sum(quantity for quantity, _ in lines)
        assert items == float(row["item_count"])
        total = sum(quantity * price for quantity, price in lines)
        assert total == pytest.approx(abs(float(row["amount"])), abs=0.01 * items)


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

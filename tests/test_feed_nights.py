"""Feeds that say more, through whole nights: lines, filters and rows inside documents, up to an erasure."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from omni_identity.channels.configuration import load_configuration
from omni_identity.person_requests.erasure_request import Request, find_target, request_erasure
from tests.refreshing import forget_derived
from tests.worlds import World, person

CONFIGURATION = """
version: 1
default_country: US
channels:
  - name: shop
    contacts:
      files: landing/customers/*.csv
      record_id: [store, id]
      where: status <> 'test'
      mapping: {first_name: given, last_name: family, email: email, phone: phone,
                consent_email: {by_file: {"out*": no, "*": yes}}, tier: tier, birth_date: born}
    interactions:
      files: landing/orders/*.csv
      interaction_id: order
      contact: [store, id]
      kind: {value: order}
      occurred_at: at
      one_per: order
      lines: {product_id: sku, quantity: qty, price: each}
      mapping: {order_id: order, amount: total}
  - name: hook
    contacts:
      files: landing/hook/*.jsonl
      rows: value.contacts.*
      record_id: wa_id
      mapping: {full_name: profile.name, phone: phone}
    interactions:
      files: landing/hook/*.jsonl
      rows: value.messages.*
      interaction_id: id
      contact: from
      kind: type
      occurred_at: timestamp
      kinds: {text: message}
attributes: {tier: {compare: none}}
checks: {max_age_days: 30}
"""
CUSTOMERS = ("store", "id", "given", "family", "email", "phone", "born", "status", "tier")
ORDERS = ("order", "store", "id", "at", "total", "sku", "qty", "each")


class Shop:
    """A home of a shop and a messenger's webhook."""

    def __init__(self, root: Path) -> None:
        self.world = World(root)
        root.mkdir(parents=True)
        (root / "omni.yaml").write_text(CONFIGURATION, encoding="utf-8")

    def deliver(self, feed: str, name: str, text: str) -> Path:
        path = self.world.root / "landing" / feed / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def customers(self, name: str, *rows: dict[str, Any]) -> Path:
        return self.deliver("customers", name, table(CUSTOMERS, rows))

    def orders(self, name: str, *rows: dict[str, Any]) -> Path:
        return self.deliver("orders", name, table(ORDERS, rows))

    def night(self) -> None:
        assert not [result for result in self.world.run() if result.withholds]

    def lines(self) -> list[tuple[Any, ...]]:
        return self.world.read(
            "select interaction_id, line_number, product_id, quantity, price, l.golden_id is not null"
            " from interaction_lines l order by all"
        ).rows()


def table(columns: tuple[str, ...], rows: tuple[dict[str, Any], ...]) -> str:
    lines = [",".join(str(row.get(column, "")) for column in columns) for row in rows]
    return "\n".join([",".join(columns), *lines]) + "\n"


def customer(number: int, **more: Any) -> dict[str, Any]:
    row = person(number)
    return {**row, "store": 1, "id": number, "status": "live", "tier": "Gold"} | more


def line(order: str, number: int | str, sku: str, qty: Any = 1, **more: Any) -> dict[str, Any]:
    return {
        "order": order,
        "store": 1,
        "id": number,
        "at": "2026-02-01",
        "sku": sku,
        "qty": qty,
    } | more


def payload(contacts: list[Any], messages: list[Any]) -> str:
    return json.dumps({"value": {"contacts": contacts, "messages": messages}}) + "\n"


def contact(number: int) -> dict[str, Any]:
    row = person(number)
    name = {"name": f"{row['given']} {row['family']}"}
    return {"wa_id": f"wa{number:06}", "profile": name, "phone": row["phone"]}


def message(number: int, text: str) -> dict[str, Any]:
    stamp = str(1769900000 + number)
    return {"id": text, "from": f"wa{number:06}", "type": "text", "timestamp": stamp}


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    shop = Shop(tmp_path / "home")
    shop.customers("in.csv", *(customer(n) for n in range(30)), customer(31, status="test"))
    shop.customers("out.csv", customer(30, tier=""))
    shop.orders(
        "1.csv", line("A", 1, "s1", total=30), line("B", 2, "s3", 2), line("A", "", "s2", 4)
    )
    shop.deliver(
        "hook",
        "1.jsonl",
        payload([contact(1)], [message(1, "m1"), message(1, "m2")])
        + payload([contact(2), contact(3)], [message(2, "m3"), message(3, "m4")])
        + '{"value": {"statuses": [{"id": "m1", "recipient_id": "wa000001"}]}}\n'
        + '{"value": {"statuses": [{"id": "m3", "recipient_id": "wa000002"}]}}\n',
    )
    return shop


def test_nights_give_what_a_full_refresh_gives(shop: Shop) -> None:
    shop.night()
    assert shop.lines() == [
        ("A", 1, "s1", 1, None, True),
        ("A", 2, "s2", 4, None, True),
        ("B", 1, "s3", 2, None, True),
    ]
    items = shop.world.read(
        "select interaction_id, item_count from interactions where kind = 'order'"
    )
    assert dict(items.iter_rows()) == {"A": 5, "B": 2}
    profiles = shop.world.read(
        "select tier, consent_email, count(*) as n from unified_profiles group by all"
    )
    assert set(profiles.iter_rows()) == {("Gold", True, 30), (None, False, 1)}

    # the order comes again, changed, and a new one beside it
    shop.orders("2.csv", line("A", 1, "s1", 1, total=30), line("C", 5, "s5", "many"))
    shop.night()
    expected = [
        ("A", 1, "s1", 1, None, True),
        ("B", 1, "s3", 2, None, True),
        ("C", 1, "s5", None, None, True),
    ]
    assert shop.lines() == expected
    counts = shop.world.read(
        "select channel, landed_count, current_count, filtered_count from run_channel_counts"
        " semi join (select max(run_id) as run_id from run_channel_counts) using (run_id) order by channel"
    )
    assert counts.rows() == [("hook", 5, 3, 2), ("shop", 32, 31, 1)]
    figures = shop.world.read(
        "select run_id, channel, feed, attribute, figure, counted, total from feed_figures"
        " where figure in ('filtered', 'absent', 'further', 'unread') order by all"
    )
    assert figures.select(pl.exclude("run_id")).rows() == [
        ("hook", "contacts", "*", "absent", 2, 5),
        ("hook", "interactions", "*", "absent", 2, 6),
        ("shop", "contacts", "*", "filtered", 1, 32),
        ("shop", "interactions", "*", "further", 1, 3),
        ("shop", "interactions", "lines.quantity", "unread", 1, 2),
    ]

    forget_derived(shop.world.home)
    shop.night()
    assert shop.lines() == expected


def test_an_erasure_takes_rows_out_of_documents_lines_and_what_did_not_land(shop: Shop) -> None:
    victim = person(1)
    shop.customers("in2.csv", customer(1, status="test"), customer(4, status="test"))
    shop.orders("2.csv", line("D", 4, "s9", total=5))
    shop.night()
    home = shop.world.home
    configuration = load_configuration(home.configuration)
    target = find_target(home, configuration, victim["email"])
    request_erasure(home, configuration, Request(target.golden_id, target.person, "me", "asked"))

    landing = shop.world.root / "landing"
    assert victim["email"] not in "".join(p.read_text("utf-8") for p in landing.rglob("*.csv"))
    assert (landing / "customers" / "in2.csv").read_text("utf-8").count("\n") == 2
    orders = (landing / "orders" / "1.csv").read_text("utf-8").splitlines()
    assert [row.split(",")[0] for row in orders] == ["order", "B"]
    hook = (landing / "hook" / "1.jsonl").read_text("utf-8")
    assert "wa000001" not in hook
    assert [json.loads(row)["value"].get("messages", []) for row in hook.splitlines()] == [
        [message(2, "m3"), message(3, "m4")], [],
    ]  # fmt: skip
    shop.night()
    assert [row[0] for row in shop.lines()] == ["B", "D"]
    counted = shop.world.read(
        "select sum(landed_count - current_count - superseded_count - deleted_count - quarantined_count"
        " - suppressed_count - filtered_count)::bigint as off from run_channel_counts"
    )
    assert counted["off"].to_list() == [0]


ITEMS = ("order", "sku", "title", "qty", "each")
WITH_ITEMS = CONFIGURATION.replace(
    """      one_per: order
      lines: {product_id: sku, quantity: qty, price: each}
      mapping: {order_id: order, amount: total}
""",
    """      mapping: {order_id: order, amount: total}
    lines:
      files: landing/items/*.csv
      interaction_id: order
      mapping: {product_id: sku, product_name: title, quantity: qty, price: each}
""",
)


def item(order: str, sku: str, qty: Any = 1) -> dict[str, Any]:
    return {"order": order, "sku": sku, "title": f"Thing {sku}", "qty": qty}


def test_lines_of_a_feed_of_their_own_are_those_of_their_interactions(shop: Shop) -> None:
    (shop.world.root / "omni.yaml").write_text(WITH_ITEMS, encoding="utf-8")
    shop.orders("1.csv", line("A", 1, "", total=30), line("B", 2, ""))
    shop.deliver(
        "items",
        "1.csv",
        table(ITEMS, (item("A", "s1"), item("B", "s3"), item("C", "s9"), item("", "s0"))),
    )
    shop.night()
    assert shop.lines() == [("A", 1, "s1", 1, None, True), ("B", 1, "s3", 1, None, True)]
    held = shop.world.read("select feed, reason_code from quarantined_records")
    assert held.rows() == [("lines", "missing_interaction_id")]

    # an order of yesterday's lines, and other lines of yesterday's order
    shop.orders("2.csv", line("C", 3, ""))
    shop.deliver("items", "2.csv", table(ITEMS, (item("A", "s2", 2), item("A", "s4", "few"))))
    shop.night()
    expected = [
        ("A", 1, "s2", 2, None, True),
        ("A", 2, "s4", None, None, True),
        ("B", 1, "s3", 1, None, True),
        ("C", 1, "s9", 1, None, True),
    ]  # fmt: skip
    assert shop.lines() == expected
    unread = shop.world.read(
        "select feed, attribute, counted from feed_figures where figure = 'unread'"
    )
    assert unread.rows() == [("lines", "quantity", 1)]
    forget_derived(shop.world.home)
    shop.night()
    assert shop.lines() == expected


def test_an_erasure_takes_the_lines_of_the_person_out_and_keeps_them_out(shop: Shop) -> None:
    (shop.world.root / "omni.yaml").write_text(WITH_ITEMS, encoding="utf-8")
    shop.orders("1.csv", line("A", 1, "", total=30), line("B", 2, ""))
    bought = table(ITEMS, (item("A", "s1"), item("B", "s3")))
    items = shop.deliver("items", "1.csv", bought)
    shop.night()
    home = shop.world.home
    configuration = load_configuration(home.configuration)
    target = find_target(home, configuration, person(1)["email"])
    request_erasure(home, configuration, Request(target.golden_id, target.person, "me", "asked"))
    assert [row[0] for row in shop.lines()] == ["B"]
    assert items.read_text("utf-8") == table(ITEMS, (item("B", "s3"),))

    again = shop.deliver("items", "2.csv", table(ITEMS, (item("A", "s1"), item("B", "s3", 2))))
    shop.deliver("items", "1.csv", bought)
    shop.night()
    assert shop.lines() == [("B", 1, "s3", 2, None, True)]
    assert again.read_text("utf-8") == table(ITEMS, (item("B", "s3", 2),))
    assert items.read_text("utf-8") == table(ITEMS, (item("B", "s3"),))


CHAT = """
version: 1
default_country: US
channels:
  - name: shop
    contacts:
      files: landing/customers/*.csv
      record_id: id
      mapping: {first_name: given, last_name: family, email: email, phone: phone, birth_date: born}
    interactions:
      files: landing/chat/*.csv
      interaction_id: message
      contact: id
      kind: {value: message}
      occurred_at: at
      mapping: {direction: way, text: body, agent: by, bot: robot, conversation_id: talk}
checks: {max_age_days: 30}
"""
CHATS = ("message", "id", "at", "way", "body", "by", "robot", "talk")


def said(message: str, number: int, minute: int, body: str, **more: Any) -> dict[str, Any]:
    when = f"2026-02-01 12:{minute:02}"
    row = {"message": message, "id": number, "at": when, "way": "inbound", "talk": f"V{number}"}
    return {**row, "body": f'"{body}"', **more}


@pytest.fixture
def chat(shop: Shop) -> Shop:
    (shop.world.root / "omni.yaml").write_text(CHAT, encoding="utf-8")
    reply = {"way": "outbound", "by": "Robin", "robot": "yes"}
    rows = (
        said("m1", 1, 0, "Where is my parcel?"),
        said("m2", 1, 5, "On its way", **reply),
        said("m3", 2, 1, f"My sister is {person(1)['email']}, call her"),
    )
    shop.deliver("chat", "1.csv", table(CHATS, rows))
    return shop


def test_what_was_said_is_published_with_its_thread_and_who_answered(chat: Shop) -> None:
    chat.night()
    words = (
        "select m.interaction_id, m.thread_id, m.direction, m.agent, m.is_bot, m.text,"
        " m.golden_id = i.golden_id from messages m join interactions i using (channel, interaction_id)"
        " order by m.interaction_id"
    )
    first = [
        ("m1", "shop:m1", "inbound", None, None, "Where is my parcel?", True),
        ("m2", "shop:m1", "outbound", "Robin", True, "On its way", True),
    ]
    assert chat.world.read(words).rows()[:2] == first
    # the text is corrected, one more comes; a full refresh says the same
    later = (said("m1", 1, 0, "Where are my parcels?"), said("m4", 1, 9, "Thanks"))
    chat.deliver("chat", "2.csv", table(CHATS, later))
    chat.night()
    found = chat.world.read(words).rows()
    assert [(row[0], row[5]) for row in found if row[1] == "shop:m1"] == [
        ("m1", "Where are my parcels?"), ("m2", "On its way"), ("m4", "Thanks"),
    ]  # fmt: skip
    forget_derived(chat.world.home)
    chat.night()
    assert chat.world.read(words).rows() == found


def test_an_erasure_takes_what_the_person_said_and_their_address_out_of_what_others_said(
    chat: Shop,
) -> None:
    chat.night()
    home = chat.world.home
    configuration = load_configuration(home.configuration)
    target = find_target(home, configuration, person(1)["email"])
    request_erasure(home, configuration, Request(target.golden_id, target.person, "me", "asked"))
    kept = [("m3", "My sister is [erased], call her")]
    assert chat.world.read("select interaction_id, text from messages").rows() == kept
    landing = (chat.world.root / "landing" / "chat" / "1.csv").read_text("utf-8")
    assert "parcel" not in landing
    assert person(1)["email"] not in landing
    again = said("m5", 3, 3, f"Ask {person(1)['email']}")
    chat.deliver("chat", "2.csv", table(CHATS, (said("m1", 1, 0, "Where is my parcel?"), again)))
    chat.night()
    words = chat.world.read("select interaction_id, text from messages order by 1").rows()
    assert words == [*kept, ("m5", "Ask [erased]")]
    files = [p for p in home.root.rglob("*") if p.is_file() and "truth" not in p.parts]
    holding = [p.name for p in files if b"my parcel" in p.read_bytes()]
    assert holding == []

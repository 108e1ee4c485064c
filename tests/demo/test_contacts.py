"""Contact files: real numbers, several days, and the difficulties that the causes promise."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path

import phonenumbers
import pyarrow.parquet as pq
import pytest

from omni_identity.demo import DemoSummary
from omni_identity.demo.breakage import UNPARSABLE_DATES
from omni_identity.demo.layouts import LAYOUTS

from .landing import delivered, read_labels, sound_rows

Demo = tuple[Path, DemoSummary]


def is_valid(number: str) -> bool:
    return phonenumbers.is_valid_number(phonenumbers.parse(number, "US"))


def test_app_and_whatsapp_numbers_are_valid(demo: Demo) -> None:
    home, _ = demo
    numbers = [row["msisdn"] for path in delivered(home, "app") for row in sound_rows(path, "app")]
    numbers += [
        f"+{row['wa_phone']}"
        for path in delivered(home, "whatsapp")
        for row in sound_rows(path, "whatsapp")
        if row["wa_phone"]
    ]
    numbers = [number for number in numbers if number]
    valid = [number for number in numbers if is_valid(number)]
    assert len(numbers) > 700
    # Some have been mistyped, and not every slip gives another valid number.
    assert len(valid) / len(numbers) > 0.985
    regions = {phonenumbers.region_code_for_number(phonenumbers.parse(number)) for number in valid}
    assert {"US", "CA", "DE", "GB", "MX"} <= regions


def test_written_numbers_parse_with_the_default_country(demo: Demo) -> None:
    home, _ = demo
    written = [
        row["phone"] for row in sound_rows(delivered(home, "till")[0], "till") if row["phone"]
    ]
    american = [
        number
        for number in written
        if (not number.startswith("00") and number[0].isdigit()) or number[0] in "(+"
    ]
    valid = sum(
        is_valid(number) for number in american if sum(sign.isdigit() for sign in number) > 9
    )
    assert valid / len(american) > 0.93


def test_later_days_bring_new_changed_and_deleted_records(demo: Demo) -> None:
    home, _ = demo
    for name in ("web", "app", "till", "support", "email"):
        layout, seen = LAYOUTS[name], set[str]()
        new = changed = deleted = 0
        for day, path in enumerate(delivered(home, name)):
            for row in sound_rows(path, name):
                gone = row[str(layout.deleted)] in (layout.deleted_words[0], "True")
                known = row[layout.record_id] in seen
                new += day > 0 and not known
                changed += day > 0 and known and not gone
                deleted += gone
            seen |= {row[layout.record_id] for row in sound_rows(path, name)}
        assert new
        assert changed
        assert deleted


def test_updates_are_later_than_what_they_update(demo: Demo) -> None:
    home, _ = demo
    first: dict[str, str] = {}
    updates = 0
    for path in delivered(home, "web"):
        for row in sound_rows(path, "web"):
            known = first.setdefault(row["user_id"], row["modified_at"])
            if row["modified_at"].startswith("20") and known.startswith("20") and row["user_id"]:
                assert row["modified_at"] >= known
                updates += row["modified_at"] > known
    assert updates > 20


def test_a_later_snapshot_lacks_some_and_has_new_members(demo: Demo) -> None:
    home, _ = demo
    old, new = (set(pq.read_table(path)["rid"].to_pylist()) for path in delivered(home, "loyalty"))
    assert old - new
    assert new - old
    assert len(old & new) > 0.9 * len(old)


def test_people_are_written_differently_from_record_to_record(demo: Demo) -> None:
    """No shortcut: among people in the shop and the programme few agree in all they gave."""
    home, _ = demo
    entity = {(row["channel"], row["source_record_id"]): row["entity"] for row in read_labels(home)}
    shop = {
        entity["web", row["user_id"]]: row
        for row in sound_rows(delivered(home, "web")[0], "web")
        if row["user_id"]
    }
    member = {
        entity["loyalty", row["rid"]]: row
        for row in sound_rows(delivered(home, "loyalty")[0], "loyalty")
    }
    both = sorted(set(shop) & set(member))
    same_name = [
        one
        for one in both
        if (shop[one]["given"], shop[one]["family"]) == (member[one]["first"], member[one]["last"])
    ]
    same_mail = [
        one for one in both if shop[one]["mail"] and shop[one]["mail"] == member[one]["email"]
    ]
    assert len(both) > 300
    assert 0.3 < len(same_name) / len(both) < 0.75
    assert 0.2 < len(same_mail) / len(both) < 0.6


@pytest.mark.parametrize(("cause", "least"), [("shared_email", 2), ("junior", 2), ("twin", 2)])
def test_relatives_come_in_company(demo: Demo, cause: str, least: int) -> None:
    home, _ = demo
    people = defaultdict(set)
    for row in read_labels(home):
        people[row["cause"]].add(row["entity"])
    assert len(people[cause]) >= least * 5


def test_several_people_share_a_mailbox(demo: Demo) -> None:
    home, _ = demo
    entity = {
        row["source_record_id"]: row["entity"]
        for row in read_labels(home)
        if row["channel"] == "web"
    }
    users = defaultdict(set)
    for row in sound_rows(delivered(home, "web")[0], "web"):
        if row["mail"] and row["user_id"] and "@" in row["mail"]:
            users[row["mail"].strip().lower()].add(entity[row["user_id"]])
    shared = Counter(
        len(people) for mail, people in users.items() if not mail.startswith(("test@", "no", "na@"))
    )
    assert shared[2] > 20
    assert shared[1] > 20 * shared[2] / 2


def test_broken_rows_are_there(demo: Demo) -> None:
    home, _ = demo
    raw = b"".join(path.read_bytes() for path in delivered(home, "web"))
    widths = Counter(line.count(b",") for line in raw.splitlines() if b'"' not in line)
    assert min(widths) < 21 < max(widths)
    rows = {
        name: [row for path in delivered(home, name) for row in sound_rows(path, name)]
        for name in LAYOUTS
    }
    assert any(not row[LAYOUTS[name].record_id] for name in rows for row in rows[name])
    texts = [value for name in rows for row in rows[name] for value in row.values()]
    assert any(len(text) > 100 for text in texts)
    assert any("\N{REPLACEMENT CHARACTER}" in text for text in texts)
    assert any("Ã" in row["given"] + row["family"] for row in rows["web"])
    assert set(texts) & set(UNPARSABLE_DATES)

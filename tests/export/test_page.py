"""The page of an export: for people, escaped, and in need of nothing else."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from omni_identity.export.page import write_page

HOSTILE = "<script>alert('x')</script> & \"quoted\""


def document(**changes: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        "made_at": datetime(2026, 3, 1, 12, 30),
        "person": {"golden_id": "G1", "records": [{"channel": "web", "source_record_id": "w1"}]},
        "published": {},
        "landed": {},
        "delivered": [],
        "verdict_entries": [],
        "labels": [],
        "said_by_others": {},
        "sources": [],
        "recipients": [],
        "accesses": [],
        "not_looked_into": [],
    }
    return made | changes


def test_whatever_stands_in_a_value_is_text() -> None:
    page = write_page(
        document(
            person={
                "golden_id": HOSTILE,
                "records": [{"channel": HOSTILE, "source_record_id": "1"}],
            },
            published={
                "unified_profiles": [{"full_name": HOSTILE, "email": [HOSTILE]}],
                "messages": [{"text": HOSTILE}, {"text": HOSTILE}],
                "of_another_version": [{HOSTILE: {"x": HOSTILE}}],
            },
            landed={"contacts": [{"first_name": HOSTILE}], HOSTILE: [{"a": HOSTILE}]},
            delivered=[{"path": HOSTILE, "text": HOSTILE}],
            not_looked_into=[HOSTILE],
        )
    )
    assert "<script" not in page
    assert page.count("&lt;script&gt;") >= 12


def test_it_needs_nothing_from_elsewhere() -> None:
    page = write_page(document())
    assert not re.search(r"""(src|href|url)\s*[=(]|@import|https?:""", page)
    assert "default-src 'none'" in page


def test_values_are_said_as_people_say_them_and_empty_columns_left_out() -> None:
    rows = [
        {"consent": "email", "is_given": False, "decided_at": datetime(2026, 1, 2), "word": None},
        {"consent": "sms", "is_given": True, "decided_at": None, "word": None},
    ]
    page = write_page(document(published={"consents": rows}))
    assert "<td>email</td><td>no</td><td>2026-01-02T00:00:00Z</td>" in page
    assert "<td>sms</td><td>yes</td><td></td>" in page
    assert "<th>word</th>" not in page
    assert "One row per customer, consent and address" in page

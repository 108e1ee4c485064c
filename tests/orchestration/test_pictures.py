"""Dagster's metadata has the report's pictures, each well-formed and on its own."""

from __future__ import annotations

from base64 import b64decode
from xml.etree import ElementTree

from omni_identity.orchestration.pictures import picture_metadata
from omni_identity.report.bars import Bar
from omni_identity.report.content import Content
from omni_identity.report.held_back import HeldBack
from omni_identity.report.lift_rows import Lift

BARS = [Bar("one channel", 0.2, "20 %"), Bar("two channels", 0.4, "40 %")]


def content(held_back: list[HeldBack]) -> Content:
    return Content(
        run={},
        channel_counts=[],
        combinations=[(("web",), 3), (("till", "web"), 2)],
        transitions=[(1, "(start)", "web", 3), (2, "web", "(order)", 3)],
        segments={"Retention rate": BARS, "Repeat-purchase rate": BARS},
        lifts=[Lift("Retention rate", "share", 0.1, 0.3)],
        distributions={"match_weights": BARS, "customer_sizes": BARS},
        charts=(),
        held_back=held_back,
        set_aside=[],
    )


def test_every_picture_of_the_report_is_there() -> None:
    found = picture_metadata(content([HeldBack("web", "contacts", "unparsable_date", 2)]))
    assert set(found) == {
        "picture/channel_overlap",
        "picture/journeys",
        "picture/identity_lift",
        "picture/retention_rate",
        "picture/repeat_purchase_rate",
        "picture/match_weights",
        "picture/records_of_a_customer",
        "picture/rows_held_back",
    }
    for entry in found.values():
        _, _, picture = str(entry.value).removesuffix(")").partition(";base64,")
        assert ElementTree.fromstring(b64decode(picture)).tag.endswith("svg")


def test_nothing_held_back_is_no_picture() -> None:
    assert "picture/rows_held_back" not in picture_metadata(content([]))

"""The pictures of docs/concepts.md are drawn from a demo home, and say what was published of one person."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from benchmarks.concepts import IMAGES, Story, draw_pairs, draw_records, read_story


@pytest.fixture(scope="module")
def story(demo_home: Path) -> Story:
    return read_story(demo_home)


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(svg).iter() if element.text]


def test_every_value_delivered_and_every_value_of_the_profile_is_drawn(story: Story) -> None:
    assert len({record.channel for record in story.records}) == len(story.records) == 4
    drawn = texts(draw_records(story))
    for record in story.records:
        assert f"{record.channel}  {record.source_record_id}" in drawn
        assert set(record.values.values()) <= set(drawn)
    assert f"golden customer  {story.golden_id}" in drawn
    assert {value.value for value in story.profile} <= set(drawn)


def test_every_pair_is_drawn_with_its_sum(story: Story) -> None:
    drawn = texts(draw_pairs(story))
    for pair in story.pairs:
        assert " and ".join(pair.channels) in drawn
        assert f"{sum(bits for _, bits in pair.evidence):+.1f}" in drawn


def test_the_page_speaks_of_what_its_picture_shows() -> None:
    shown = texts((IMAGES / "one-customer.svg").read_text(encoding="utf-8"))
    page = (IMAGES.parent / "concepts.md").read_text(encoding="utf-8")
    for value in ("08/10/1991", "Y Chen", "Chan"):
        assert value in shown
        assert value in page

"""Segments of one's own: SQL like an audience's, and figures by them."""

from __future__ import annotations

from pathlib import Path

import pytest

from omni_identity.insight.customer_segments import segment_rules
from omni_identity.model.errors import ConfigurationError
from tests.insight.story import Story
from tests.insight.test_figures import done, figures, usd
from tests.insight.test_threads import person

WHO = {"ann": ["web:ann"], "bob": ["web:bob"]}


def test_figures_stand_by_the_members_of_a_segment(tmp_path: Path) -> None:
    (tmp_path / "segments").mkdir()
    (tmp_path / "segments" / "value.sql").write_text(
        "select golden_id, case when total_spend >= 50 then 'high' else 'low' end as member"
        " from unified_profiles\n"
    )
    story = Story(tmp_path)
    story.records(person("web", "ann"), person("web", "bob"))
    story.events(
        done("web", "ann", "order", 1, order_id="O1", **usd(60)),
        done("web", "bob", "order", 1, order_id="O2", **usd(10)),
        done("web", "-", "order", 1, order_id="O3", **usd(5)) | {"source_record_id": None},
    )
    story.run(WHO)
    members = "select segment, golden_id, member from derived.customer_segments order by all"
    assert story.ask(members) == [("value", "ann", "high"), ("value", "bob", "low")]
    assert figures(story, "revenue", "segment_value") == {"high": (60, None), "low": (10, None)}
    assert figures(story, "revenue", "all") == {"all": (75, None)}
    story.publish()
    # who spends more is of the other member, with all their orders
    story.events(done("web", "bob", "order", 2, order_id="O4", **usd(40)))
    story.run(WHO)
    assert figures(story, "revenue", "segment_value") == {"high": (110, None)}
    assert figures(story, "repeat_purchase_rate", "segment_value") == {"high": (1, 2)}
    story.engine.close()


@pytest.mark.parametrize(
    ("name", "sql", "said"),
    [
        ("value", "select * from landed.contacts", "may not read 'landed.contacts'"),
        ("currency", "select 1", "'currency' is a built-in segment"),
        ("Value", "select 1", "its name must be lower-case"),
    ],
)
def test_a_segment_may_do_what_an_audience_may(
    tmp_path: Path, name: str, sql: str, said: str
) -> None:
    (tmp_path / f"{name}.sql").write_text(sql)
    with pytest.raises(ConfigurationError, match=f"segments/{name}.sql: ") as refused:
        segment_rules(tmp_path)
    assert said in str(refused.value)


def test_a_segment_says_who_is_in_which_member(tmp_path: Path) -> None:
    (tmp_path / "segments").mkdir()
    (tmp_path / "segments" / "value.sql").write_text("select golden_id from unified_profiles")
    story = Story(tmp_path)
    story.records(person("web", "ann"))
    with pytest.raises(ConfigurationError, match=r"segments/value\.sql: does not return member"):
        story.run({"ann": ["web:ann"]})

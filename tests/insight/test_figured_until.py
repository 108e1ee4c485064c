"""Figures are made anew when anything that they are made from has changed, and only then."""

from __future__ import annotations

from pathlib import Path

from tests.insight.story import Story
from tests.insight.test_figures import done, figures, usd
from tests.insight.test_threads import person

WHO = {"ann": ["web:ann"], "bob": ["web:bob"]}


def spoiled(story: Story) -> bool:
    """Whether figures are still those that :func:`spoil` has left."""
    return bool(story.ask("select 1 as x from derived.kpis where value = -1 limit 1"))


def spoil(story: Story) -> None:
    """Count what is derived as published, and make its figures wrong: who makes them anew mends that."""
    story.publish()
    story.engine.run("update derived.kpis set value = -1")


def story_of_two(folder: Path) -> Story:
    story = Story(folder)
    story.records(person("web", "ann"), person("web", "bob"))
    story.events(
        done("web", "ann", "order", 1, order_id="O1", **usd(60)),
        done("web", "bob", "order", 3, order_id="O2", **usd(10)),
    )
    return story


def test_with_nothing_new_figures_stay_as_they_are(tmp_path: Path) -> None:
    story = story_of_two(tmp_path)
    story.run(WHO)
    spoil(story)
    story.run(WHO)
    assert spoiled(story)
    story.run(WHO, day=40)  # only the clock has gone on
    assert spoiled(story)
    story.engine.close()


def test_a_run_that_was_not_published_is_followed_by_one_that_makes_figures_anew(
    tmp_path: Path,
) -> None:
    story = story_of_two(tmp_path)
    story.run(WHO)
    story.engine.run("update derived.kpis set value = -1")
    story.run(WHO)
    assert not spoiled(story)
    story.engine.close()


def test_what_somebody_or_nobody_did_makes_figures_anew(tmp_path: Path) -> None:
    story = story_of_two(tmp_path)
    story.run(WHO)
    spoil(story)
    story.events(done("web", "-", "order", 2, order_id="O3", **usd(5)) | {"source_record_id": None})
    story.run(WHO)
    assert not spoiled(story)
    assert figures(story, "revenue", "all") == {"all": (75, None)}
    story.engine.close()


def test_an_interaction_of_tomorrow_counts_when_tomorrow_has_come(tmp_path: Path) -> None:
    story = story_of_two(tmp_path)
    story.run(WHO, day=2)  # O2 is of the third
    before = story.ask("select as_of from derived.as_of")
    spoil(story)
    story.run(WHO, day=4)
    assert story.ask("select as_of from derived.as_of") > before
    assert not spoiled(story)
    story.engine.close()


def test_a_segment_that_moves_customers_makes_figures_anew(tmp_path: Path) -> None:
    (tmp_path / "segments").mkdir()
    rule = tmp_path / "segments" / "value.sql"
    rule.write_text("select golden_id, 'all' as member from unified_profiles\n")
    story = story_of_two(tmp_path)
    story.run(WHO)
    assert figures(story, "revenue", "segment_value") == {"all": (70, None)}
    spoil(story)
    rule.write_text(
        "select golden_id, case when golden_id = 'ann' then 'hers' else 'all' end as member"
        " from unified_profiles\n"
    )
    story.run(WHO)
    assert figures(story, "revenue", "segment_value") == {"hers": (60, None), "all": (10, None)}
    assert not spoiled(story)
    story.engine.close()

"""Equal IDs inside one file: what is harmless, what is held back, and when the file is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from omni_identity.channels.file_landing import Intake
from omni_identity.engines import DuckDBEngine
from omni_identity.pipeline.steps.landing import take_files
from omni_identity.pipeline.warehouse import create_lasting_tables
from tests.worlds import World

CONFIGURATION = """
version: 1
default_country: US
channels:
  - name: web
    contacts:
      files: landing/web/*.csv
      record_id: id
      updated_at: changed
      mapping: {full_name: name, email: mail, phone: tel, consent_email: news}
    interactions:
      files: landing/log/*.csv
      interaction_id: event
      contact: who
      kind: kind
      occurred_at: at
      mapping: {status: status}
"""
OTHERS = "".join(f"o{n},,Some Body{n},b{n}@mailbox.org,,\n" for n in range(9))
EVENTS = "".join(f"o{n},w{n},order,2024-01-0{n + 1},\n" for n in range(9))

Land = Callable[[str, str], tuple[Intake, DuckDBEngine]]


@pytest.fixture
def land(tmp_path: Path) -> Land:
    """Write one file of a feed and land it."""

    def landed(feed: str, content: str) -> tuple[Intake, DuckDBEngine]:
        (tmp_path / "omni.yaml").write_text(CONFIGURATION, encoding="utf-8")
        world = World(tmp_path)
        path = tmp_path / "landing" / ("web" if feed == "contacts" else "log") / "a.csv"
        path.parent.mkdir(parents=True)
        path.write_text(content, encoding="utf-8")
        night = world.night()
        engine = DuckDBEngine(world.home.warehouse_file)
        create_lasting_tables(engine, night.configuration)
        return take_files("web", feed, engine, replace(night, say=lambda _: None)), engine  # type: ignore[arg-type]

    return landed


def held_back(engine: DuckDBEngine) -> list[tuple[Any, ...]]:
    return engine.fetch(
        "select row_number, reason_code, source_record_id, payload from landed.quarantined_rows"
        " order by row_number"
    ).rows()


@pytest.mark.parametrize(
    "rows",
    [
        "7,,Igor Jansen,igor@mailbox.org,,\n7,,Igor Jansen,igor@mailbox.org,,\n",
        "7,,Igor Jansen,igor@mailbox.org,,\n7,,IGOR  JÁNSEN,other@mailbox.org,,\n",
        "7,,Igor Jansen,igor@mailbox.org,,\n7,,Igor P. Jansen-Kolb,other@mailbox.org,,\n",
        "7,,Igor Jansen,igor@mailbox.org,,\n7,,Jana Kolb,Igor@Mailbox.org,,\n",
        "7,,Igor Jansen,i@mailbox.org,(212) 555-0122,\n7,,J. Kolb,j@mailbox.org,+12125550122,\n",
        "7,,Igor Jansen,,,\n7,,,jana@mailbox.org,,\n",
        "7,2024-01-01,Igor Jansen,i@mailbox.org,,\n7,2024-01-02,Jana Kolb,j@mailbox.org,,\n",
        "7,,Igor Jansen,i@mailbox.org,,\n7,2024-01-02,Jana Kolb,j@mailbox.org,,\n",
    ],
)
def test_versions_of_a_person_are_versions(land: Land, rows: str) -> None:
    intake, engine = land("contacts", f"id,changed,name,mail,tel,news\n{rows}{OTHERS}")
    with engine:
        assert held_back(engine) == []
        assert intake.quarantined_count == 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("7,,Igor Jansen,igor@mailbox.org,,no", "7,,Jana Kolb,jana@mailbox.org,,yes"),
        ("7,,Igor Jansen,igor@mailbox.org,,", "7,,Jana Jansen,jana@mailbox.org,,"),
        ("7,,Igor Jansen,,212 555 0122,", "7,,Jana Kolb,,212 555 0123,"),
        ("7,2024-01-02,Igor Jansen,i@mailbox.org,,", "7,2024-01-02,Jana Kolb,j@mailbox.org,,"),
    ],
)
def test_different_people_of_one_id_are_all_held_back(land: Land, one: str, other: str) -> None:
    content = f"id,changed,name,mail,tel,news\n{one}\n{OTHERS}{other}\n"
    intake, engine = land("contacts", content)
    with engine:
        assert held_back(engine) == [
            (1, "ambiguous_record_id", "7", one),
            (11, "ambiguous_record_id", "7", other),
        ]
        detail = engine.fetch("select distinct detail from landed.quarantined_rows")["detail"]
        assert detail.to_list() == ["rows 1, 11 share the ID and contradict each other"]
        left = engine.fetch("select count(*) as n from landed.contacts")["n"][0]
        assert (left, intake.row_count, intake.quarantined_count) == (9, 11, 2)


@pytest.mark.parametrize(
    ("rows", "count"),
    [
        ("e,w1,order,2024-01-01,open\ne,w1,order,2024-01-01,sent\n", 0),  # an update
        ("e,,order,2024-01-01,\ne,w1,order,2024-01-01,\n", 0),
        ("e,w1,order,2024-01-01,\ne,w1,return,2024-01-01,\n", 2),
        ("e,w1,order,2024-01-01,\ne,w1,order,2024-01-02,\n", 2),
        ("e,w1,order,2024-01-01,\ne,w1,order,2024-01-01,\ne,w2,order,2024-01-01,\n", 3),
    ],
)
def test_interactions_of_one_id_that_contradict_each_other_are_held_back(
    land: Land, rows: str, count: int
) -> None:
    _, engine = land("interactions", f"event,who,kind,at,status\n{rows}{EVENTS}")
    with engine:
        assert len(held_back(engine)) == count
        reasons = {reason for _, reason, *_ in held_back(engine)}
        assert reasons <= {"ambiguous_interaction_id"}


def test_a_file_most_of_whose_rows_share_their_id_is_refused_with_the_way_out(land: Land) -> None:
    rows = "".join(f"1,w{n},page_view,2024-01-01,\n" for n in range(4))
    intake, engine = land(
        "interactions", f"event,who,kind,at,status\n{rows}2,w1,order,2024-01-01,\n"
    )
    with engine:
        assert engine.fetch("select count(*) as n from landed.interactions")["n"][0] == 0
    (file,) = intake.set_aside
    assert file.reason_code == "ambiguous_interaction_id"
    assert "4 of its 5 rows share their interaction_id (event)" in file.detail
    assert "interaction_id: [event, …]" in file.advice

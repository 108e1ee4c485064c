"""The published file is held open for the next visit, and let go as soon as another one is published."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from omni_identity.channels.configuration import load_configuration
from omni_identity.desk import published_reader
from omni_identity.desk.published_reader import PublishedReader, Reading
from omni_identity.model.errors import UsageError
from omni_identity.model.home import Home
from omni_identity.pipeline.run_context import utc_now
from omni_identity.stewardship.steward import Answer, Steward, list_open_questions
from omni_identity.stewardship.verdict_session import open_verdict_session

NOBODY = "G9999999999"


def publish(home: Home, run_id: str) -> Path:
    version = home.published / "versions" / run_id
    version.mkdir(parents=True)
    with duckdb.connect(str(version / "omni.duckdb")) as made:
        made.execute(f"create table runs as select '{run_id}' as run_id")
        made.execute("create table unified_profiles as select 1 as n")
    home.published_file.unlink(missing_ok=True)
    home.published_file.symlink_to(version / "omni.duckdb")
    return version / "omni.duckdb"


def is_open(file: Path) -> bool:
    links = (link for link in Path("/proc/self/fd").iterdir() if link.is_symlink())
    return any(str(link.readlink()).startswith(str(file)) for link in links)


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., PublishedReader]:
    return lambda: PublishedReader(
        Home(tmp_path), lambda *_: {"runs": "'masked' as run_id", "unified_profiles": "1"}
    )


def run_of(reading: Reading) -> str:
    return str(reading.connection.execute("select run_id from runs").fetchall()[0][0])


def test_each_visit_sees_one_publication_to_its_end(
    tmp_path: Path, read: Callable[[], PublishedReader]
) -> None:
    home, reader = Home(tmp_path), read()
    with pytest.raises(UsageError, match="Nothing is published"), reader.read(is_masked=False):
        pass
    first = publish(home, "one")
    with reader.read(is_masked=False) as before:
        assert run_of(before) == "one"
        publish(home, "two")
        with reader.read(is_masked=False) as after, reader.read(is_masked=True) as masked:
            assert (run_of(before), run_of(after), run_of(masked)) == ("one", "two", "masked")
        assert is_open(first)
    assert not is_open(first), "its last reader has left"
    reader.close()


def test_a_version_of_before_is_let_go_while_nobody_asks(
    tmp_path: Path, read: Callable[[], PublishedReader]
) -> None:
    home, reader = Home(tmp_path), read()
    first = publish(home, "one")
    with reader.read(is_masked=False):
        pass
    reader.let_go()
    assert is_open(first), "it is the published one"
    publish(home, "two")
    reader.let_go()
    assert not is_open(first)


def test_masked_connections_stay_masked_and_others_do_not_become_so(
    tmp_path: Path, read: Callable[[], PublishedReader]
) -> None:
    home, reader = Home(tmp_path), read()
    publish(home, "one")
    for is_masked in (True, False, False, True):
        with reader.read(is_masked=is_masked) as connection:
            assert run_of(connection) == ("masked" if is_masked else "one")
    reader.close()


def test_whose_interactions_are_is_known_once_it_is_noted_where_they_stand(
    demo_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(demo_home)
    reader = PublishedReader(home, lambda *_: {})
    with reader.read(is_masked=False) as reading:
        run_id = run_of(reading)
    assert reader.interactions(run_id, (NOBODY,)) is None, "so few customers are scanned"
    reader.close()
    monkeypatch.setattr(published_reader, "MOST_SCANNED", 0)
    deadline = time.monotonic() + 60
    while reader.interactions(run_id, (NOBODY,)) is None:
        assert time.monotonic() < deadline, "nobody notes it"
        time.sleep(0.05)
    assert reader.interactions("another run", (NOBODY,)) is None
    answered, differing = list[bool](), 0
    with (
        open_verdict_session(home, load_configuration(home.configuration)) as scanning,
        open_verdict_session(home, scanning.configuration, reader.interactions) as asking,
    ):
        find = asking.find_interactions
        said = find(run_id, (NOBODY,))
        assert said is not None
        assert said.is_empty()
        stewards = [Steward(session, "a", "b", utc_now) for session in (scanning, asking)]
        for question in list_open_questions(scanning)[:12]:
            answer = Answer("different" if question.is_inside else "same")
            scanned, asked = (steward.predict(question, answer) for steward in stewards)
            assert asked == scanned
            answered.append(bool(asked.after))
            differing += asked.moved_interaction_count
    assert any(answered)
    assert differing
    reader.close()


def test_nothing_is_known_of_interactions_where_nothing_is_published(
    read: Callable[[], PublishedReader],
) -> None:
    assert read().interactions("one", (NOBODY,)) is None

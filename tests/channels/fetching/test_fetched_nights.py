"""Nights whose feeds come from an object store: as from files, and no worse than that when it fails."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path
from typing import Any

import pytest

from omni_identity.channels.configuration import load_configuration
from omni_identity.channels.fetching.sources import list_sources
from omni_identity.model.errors import ConfigurationError
from omni_identity.person_requests.erasure_request import Request, find_target, request_erasure
from tests.channels.fetching.conftest import ENDPOINT
from tests.worlds import CONFIGURATION, WEB_COLUMNS, World, person, receipt

FROM_STORE = CONFIGURATION.replace("landing/web/*.csv", "s3://crm-exports/web/*.csv")


def put(bucket: Any, name: str, rows: list[dict[str, Any]]) -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, WEB_COLUMNS, restval="")
    writer.writeheader()
    writer.writerows(rows)
    bucket.put_object(Key=f"web/{name}.csv", Body=text.getvalue().encode())


@pytest.fixture
def world(bucket: Any, models: Path, tmp_path: Path) -> World:
    world = World.make(tmp_path / "home", FROM_STORE, models)
    put(bucket, "2026-03-01", [person(n) for n in range(20)])
    world.deliver("till", "2026-03-01", [receipt(n) for n in range(10)])
    return world


def unreachable(world: World) -> list[tuple[str, ...]]:
    return world.read(
        "select channel, feed, file, reason_code from quarantined_files"
        " where reason_code = 'unreachable_source'"
    ).rows()


def test_a_store_gives_the_customers_that_files_give(
    world: World, bucket: Any, models: Path, tmp_path: Path
) -> None:
    local = World.make(tmp_path / "local", models=models)
    local.deliver("web", "2026-03-01", [person(n) for n in range(20)])
    local.deliver("till", "2026-03-01", [receipt(n) for n in range(10)])
    for one in (world, local):
        one.run()
    assert world.customers() == local.customers()
    put(bucket, "2026-03-02", [person(3, phone="+12125559999"), person(21)])
    local.deliver("web", "2026-03-02", [person(3, phone="+12125559999"), person(21)])
    for one in (world, local):
        one.run()
    assert world.golden_ids() == local.golden_ids()


def test_a_store_that_fails_leaves_its_feed_standing_until_it_is_back(
    world: World, bucket: Any, monkeypatch: pytest.MonkeyPatch, s3_server: str
) -> None:
    world.run()
    monkeypatch.setenv(ENDPOINT, "http://127.0.0.1:9")
    put(bucket, "2026-03-02", [person(21)])
    world.deliver("till", "2026-03-02", [receipt(n) for n in range(12)])
    world.run()
    ids = world.golden_ids()
    assert len([record for record in ids if record.startswith("web:")]) == 20
    assert len([record for record in ids if record.startswith("till:")]) == 12
    url = "s3://crm-exports/web/*.csv"
    assert unreachable(world) == [("web", "contacts", url, "unreachable_source")]
    monkeypatch.setenv(ENDPOINT, s3_server)
    world.run()
    assert not unreachable(world)
    assert "web:w21" in world.golden_ids()


def test_an_erasure_cuts_the_copy_and_no_later_copy_brings_the_person_back(
    world: World, bucket: Any
) -> None:
    world.run()
    configuration = load_configuration(world.home.configuration)
    email = person(3)["email"]
    target = find_target(world.home, configuration, email)
    request = Request(target.golden_id, target.person, "officer", "request 1")
    erased = request_erasure(world.home, configuration, request)
    assert not erased.left
    copy = world.home.fetched / "s3/crm-exports/web/2026-03-01.csv"
    assert email not in copy.read_text()
    assert person(4)["email"] in copy.read_text()
    assert list_sources(configuration) == ["s3://crm-exports/web/*.csv"]
    for change in ("nothing", "the same object again", "a changed object", "the copies are lost"):
        if change == "the same object again":
            put(bucket, "2026-03-01", [person(n) for n in range(20)])
        if change == "a changed object":
            put(bucket, "2026-03-01", [person(n) for n in range(21)])
        if change == "the copies are lost":
            shutil.rmtree(world.home.fetched)
        world.run()
        assert "web:w3" not in world.golden_ids(), change
        assert email not in copy.read_text(), change
        assert person(4)["email"] in copy.read_text(), change


def test_a_store_that_never_gave_a_file_is_an_error_that_names_the_key(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ENDPOINT, "http://127.0.0.1:9")
    with pytest.raises(
        ConfigurationError, match=r"line \d+, channels\[0\]\.contacts\.files: s3://"
    ):
        world.run()


def test_a_url_that_matches_no_object_is_an_error(world: World) -> None:
    path = world.home.configuration
    path.write_text(path.read_text().replace("crm-exports/web", "crm-exports/wbe"))
    with pytest.raises(
        ConfigurationError, match=r"s3://crm-exports/wbe/\*\.csv' matches no object"
    ):
        world.run()

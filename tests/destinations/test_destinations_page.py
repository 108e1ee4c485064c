"""docs/destinations.md: every configuration on it is one, every key is on it, and what it shows works."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import BaseModel

from omni_identity.channels.configuration import parse_configuration
from omni_identity.destinations import Destination, destination_types
from omni_identity.destinations.delta import Delta
from omni_identity.destinations.signed_webhook import Webhook, sign
from tests.destinations.conftest import Ask
from tests.destinations.publications import CUSTOMERS, night
from tests.worlds import CONFIGURATION

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "destinations.md").read_text(encoding="utf-8")
KEYS = (DOCS / "configuration.md").read_text(encoding="utf-8")
OURS = sorted(
    name for name, one in destination_types().items() if one.__module__.startswith("omni_identity")
)


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize(
    "example", [*blocks("yaml"), *re.findall(r"```yaml\n(destinations:.*?)```", KEYS, re.DOTALL)]
)
def test_configurations_are_right(example: str) -> None:
    found = parse_configuration(yaml.safe_load(CONFIGURATION) | yaml.safe_load(example))
    assert found.destinations


def test_there_is_an_example_of_every_type_but_the_first() -> None:
    examples = [
        one for text in blocks("yaml") for one in yaml.safe_load(text)["destinations"].values()
    ]
    assert {"folder", *(one["type"] for one in examples)} >= set(OURS)


def own_keys(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()
            if name not in Destination.model_fields]  # fmt: skip


@pytest.mark.parametrize("name", OURS)
def test_every_key_of_a_type_is_in_its_table_and_among_all_keys(name: str) -> None:
    section = re.search(rf"^## {name}$(.*?)^## ", PAGE, re.DOTALL | re.MULTILINE)
    assert section is not None
    for key in own_keys(destination_types()[name]):
        assert f"| `{key}` |" in section[1]
        assert re.search(rf"^\| `{key}`[^|]* of (a |.*)`{name}`", KEYS, re.MULTILINE), key
    assert f"[`{name}`](#{name})" in PAGE


def test_every_key_of_a_webhook_is_in_the_table() -> None:
    for key in Webhook.model_fields:
        assert f"| `{key}` of `webhook` |" in PAGE


def test_what_a_receiver_does_by_hand_tells_ours_from_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    by_hand: dict[str, Any] = {}
    exec(blocks("python")[0], by_hand)
    monkeypatch.setattr(by_hand["time"], "time", lambda: 1_000_000_100)
    body, secret = b'{"rows": 3}', "secret"
    headers = {"webhook-id": "run/file/1", "webhook-timestamp": "1000000000"}
    headers["webhook-signature"] = sign(secret.encode(), "run/file/1", "1000000000", body)
    assert by_hand["is_ours"](headers, body, secret)
    assert not by_hand["is_ours"](headers, body + b" ", secret)
    assert not by_hand["is_ours"](headers, body, "another")
    monkeypatch.setattr(by_hand["time"], "time", lambda: 1_000_000_400)
    assert not by_hand["is_ours"](headers, body, secret)


def test_who_reads_delta_tables_as_the_page_says_gets_one_publication(tmp_path: Path) -> None:
    place = tmp_path / "lake"
    delta = Delta.model_validate({"type": "delta", "path": place})
    for number in (1, 2):
        delta.deliver(night(tmp_path / "home", number))
    read: dict[str, Any] = {}
    exec(blocks("python")[1].replace("/srv/lake/customers", str(place)), read)
    assert read["crosswalk"].to_pyarrow_table().num_rows == CUSTOMERS + 2
    assert read["profiles"].to_pyarrow_table()["full_name"].unique().to_pylist() == ["run-002"]


def test_what_the_page_has_a_database_do_it_does(ask: Ask, tmp_path: Path) -> None:
    to = destination_types()["postgres"].model_validate(
        {
            "type": "postgres",
            "url_env": "WAREHOUSE_DSN",
            "schema": "customers",
            "reader": "bi_reader",
        }
    )
    to.deliver(night(tmp_path, 1))
    ask("create role metabase login")
    try:
        (grant,) = blocks("sql")
        ask(grant)
        assert ask("select has_table_privilege('metabase', 'customers.crosswalk', 'select')") == [
            (True,)
        ]
        assert ask("select email ->> 0 from customers.unified_profiles limit 1") == [("run-001",)]
        again = re.search(r"`(update customers\.omni_deliveries [^`]*)`", PAGE)
        assert again is not None
        ask(again[1].replace("'kpis'", "'crosswalk'"))
        ask("update customers.crosswalk set strict_id = 'by hand' where source_record_id = '3'")
        to.deliver(night(tmp_path / "again", 1))
        assert ask("select strict_id from customers.crosswalk where source_record_id = '3'") == [
            ("run-001",)
        ]
    finally:
        ask("drop role metabase")

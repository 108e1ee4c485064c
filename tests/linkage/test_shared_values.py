"""Values that too many different people carry are found, set aside, and frozen with the model."""

from __future__ import annotations

from pathlib import Path
from string import ascii_lowercase

from omni_identity.engines import DuckDBEngine
from omni_identity.linkage.blocking import block_records
from omni_identity.linkage.blocking_rules import possible_rules
from omni_identity.linkage.shared_values import (
    drop_shared_values,
    find_shared_values,
    load_shared_values,
    save_shared_values,
)
from omni_identity.model.attributes import Vocabulary
from tests.linkage.frames import create_linkage_records

VOCABULARY = Vocabulary()

CROWD = [
    {"first": f"{letter}na", "last": f"{other}son", "email": ["desk@shop.com", f"{letter}@own.com"]}
    for letter, other in zip(ascii_lowercase[:8], ascii_lowercase[10:18], strict=True)
]
FAMILY = [
    {"first": f"{letter}na", "last": "moore", "phone": ["+12125550100"]}
    for letter in ascii_lowercase[:9]
]
ONE_PERSON = [
    {"first": "peter", "last": f"stone{i}", "device_id": ["dev-1"]} for i in range(15)
]  # fmt: skip


def shared(engine: DuckDBEngine) -> list[tuple[object, ...]]:
    return engine.fetch("select * from derived.shared_values").rows()


def test_a_value_of_many_different_people_is_shared_and_a_familys_is_not() -> None:
    with DuckDBEngine() as engine:
        create_linkage_records(engine, [*CROWD, *FAMILY, *ONE_PERSON])
        assert find_shared_values(engine, VOCABULARY) == 1
        assert shared(engine) == [("email", "desk@shop.com", 8, 8, 8)]


def test_a_shared_value_is_no_evidence_and_no_blocking_key_any_more() -> None:
    with DuckDBEngine() as engine:
        create_linkage_records(engine, [*CROWD, {"email": ["desk@shop.com"]}])
        assert block_records(engine, possible_rules(VOCABULARY)).pair_count == 36
        find_shared_values(engine, VOCABULARY)
        drop_shared_values(engine, VOCABULARY)
        left = engine.fetch(
            "select email, local_part from derived.linkage_records order by record_no"
        ).rows()
        assert left[0] == (["a@own.com"], ["a"])
        assert left[-1] == (None, None)
        assert block_records(engine, possible_rules(VOCABULARY)).pair_count == 0


def test_the_list_is_frozen_in_the_models_folder(tmp_path: Path) -> None:
    with DuckDBEngine() as engine:
        create_linkage_records(engine, CROWD)
        find_shared_values(engine, VOCABULARY)
        kept = shared(engine)
        save_shared_values(engine, tmp_path)
        create_linkage_records(engine, FAMILY)
        assert find_shared_values(engine, VOCABULARY) == 0
        load_shared_values(engine, tmp_path)
        assert shared(engine) == kept

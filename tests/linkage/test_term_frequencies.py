"""How common values are, and which comparisons take part although hardly a record fills their columns."""

from __future__ import annotations

from omni_identity.engines import DuckDBEngine
from omni_identity.linkage.term_frequencies import count_term_frequencies
from omni_identity.linkage.training import choose_comparisons
from omni_identity.model.attributes import Vocabulary
from tests.linkage.frames import create_linkage_records


def test_a_place_is_as_common_as_its_households_and_a_name_as_its_records() -> None:
    home = {"street": "oak st", "house_number": "7", "postcode": "10001"}
    family = [home | {"first": "ann"}] * 3
    others = [
        home | {"house_number": "9", "first": "bo"},
        {"postcode": "10001", "first": "bo"},
        {"postcode": "97531", "first": "cy"},
    ]
    with DuckDBEngine() as engine:
        create_linkage_records(engine, [*family, *others])
        for column in ("postcode", "first"):
            count_term_frequencies(engine, column)
        places = engine.fetch("select * from derived.tf_postcode order by postcode").rows()
        names = engine.fetch("select * from derived.tf_first order by first").rows()
    assert places == [("10001", 3 / 4), ("97531", 1 / 4)]
    assert names == [("ann", 1 / 2), ("bo", 1 / 3), ("cy", 1 / 6)]


def test_suffixes_and_shared_mailboxes_take_part_although_no_record_has_one() -> None:
    with DuckDBEngine() as engine:
        create_linkage_records(engine, [{"first": "ann", "last": "lee"}] * 3)
        chosen = choose_comparisons(engine, Vocabulary(), seed=1)
    assert {c.name for c in chosen} == {"first_name", "last_name", "generation", "shared_mailbox"}

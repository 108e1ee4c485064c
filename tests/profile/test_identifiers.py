"""``identifiers``: what leads to whom today, one row a value, however many customers share it."""

from __future__ import annotations

from tests.insight.story import Story, at
from tests.profile.test_consents import person

ROWS = "select identifier, value, golden_id, customer_count from derived.identifiers order by all"


def test_a_value_of_one_customer_leads_to_them_and_a_shared_one_to_nobody() -> None:
    story = Story()
    story.records(
        person("anna", email=["anna@gmail.com", "both@gmail.com"], phone=["+12125550101"]),
        person("anna", "till", email=["anna@gmail.com"], loyalty_id=["L1"]),
        person("ben", email=["both@gmail.com"]),
    )
    story.run({"G1": ["web:anna", "till:anna"], "G2": ["web:ben"]})
    assert story.ask(ROWS) == [
        ("email", "anna@gmail.com", "G1", 1),
        ("email", "both@gmail.com", None, 2),
        ("loyalty_id", "L1", "G1", 1),
        ("phone", "+12125550101", "G1", 1),
    ]


def test_it_was_seen_from_its_oldest_record_to_its_last_update() -> None:
    story = Story()
    email = ["anna@gmail.com"]
    story.records(
        person("anna", email=email, created_at=at(3), updated_at=at(4)),
        person("anna", "till", email=email, created_at=at(2)),
        person("anna", "app", email=email, updated_at=at(5)),
        person("ben", email=["ben@gmail.com"]),
    )
    story.run({"G1": ["web:anna", "till:anna", "app:anna"], "G2": ["web:ben"]})
    seen = "select value, first_seen_at, last_seen_at from derived.identifiers order by value"
    assert story.ask(seen) == [
        ("anna@gmail.com", at(2), at(5)),
        ("ben@gmail.com", at(1), at(1)),  # no time of its own: when it landed
    ]


def test_it_follows_merges_splits_and_records_that_give_a_value_up() -> None:
    story = Story()
    story.records(
        person("anna", email=["both@gmail.com"]),
        person("ben", email=["both@gmail.com"]),
        person("cleo", email=["cleo@gmail.com"]),
    )
    apart = {"G1": ["web:anna"], "G2": ["web:ben"], "G3": ["web:cleo"]}
    together = {"G1": ["web:anna", "web:ben"], "G3": ["web:cleo"]}
    cleo = ("email", "cleo@gmail.com", "G3", 1)
    for customers, both in ((apart, (None, 2)), (together, ("G1", 1)), (apart, (None, 2))):
        story.run(customers)
        assert story.ask(ROWS) == [("email", "both@gmail.com", *both), cleo]
        story.publish()
    # what a record that says something else no longer holds is nobody's
    story.gone("web", "ben")
    story.run({"G1": ["web:anna"], "G3": ["web:cleo"]})
    assert story.ask(ROWS) == [("email", "both@gmail.com", "G1", 1), cleo]


def test_a_join_by_identifier_gives_every_row_once_and_the_right_customer() -> None:
    """As an activation tool does: its own list of addresses, and whose they are."""
    story = Story()
    story.records(
        person("anna", email=["anna@gmail.com", "both@gmail.com"]),
        person("ben", email=["both@gmail.com"]),
    )
    story.run({"G1": ["web:anna"], "G2": ["web:ben"]})
    joined = story.ask(
        "select l.address, i.golden_id from (values ('anna@gmail.com'), ('both@gmail.com'),"
        " ('nobody@gmail.com')) l(address)"
        " left join derived.identifiers i on i.identifier = 'email' and i.value = l.address order by all"
    )
    assert joined == [
        ("anna@gmail.com", "G1"),
        ("both@gmail.com", None),
        ("nobody@gmail.com", None),
    ]

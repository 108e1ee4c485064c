"""Who is in an audience by what consent, and who is kept out of it because they may be two people."""

from __future__ import annotations

from pathlib import Path

import pytest

from omni_identity.insight.consent_figures import measure_consents
from tests.insight.story import Story, at
from tests.insight.test_threads import event, person
from tests.worlds import CONFIGURATION, World
from tests.worlds import person as shopper

YES = {"consent_email": True, "consent_email_at": at(1), "word_consent_email": "yes"}


@pytest.mark.parametrize(
    ("least", "members"),
    [
        ({}, {("abandoned_cart", "sure"), ("unanswered_ticket", "sure"), ("unanswered_ticket", "doubtful")}),
        ({"min_identity_confidence": 0.0}, {("abandoned_cart", "sure"), ("abandoned_cart", "doubtful"),
                                            ("unanswered_ticket", "sure"), ("unanswered_ticket", "doubtful")}),
    ],
)  # fmt: skip
def test_a_doubtful_identity_is_in_no_audience_that_needs_consent_by_default_and_is_counted(
    least: dict[str, float], members: set[tuple[str, str]]
) -> None:
    story = Story(insight=least)
    names = ("sure", "doubtful")
    story.records(
        *(person("web", name, email=[f"{name}@gmail.com"], **YES) for name in names),
        *(person("app", name) for name in names),
    )
    story.engine.run(
        "insert into derived.customer_diagnostics values ('sure', 9, 6, -4, 0, 9), ('doubtful', -3, -1, 4, 0, -3)"
    )
    for name in names:
        story.events(
            event("web", f"{name}1", "cart", 30, source_record_id=name, cart_id=f"B{name}"),
            event("web", f"{name}2", "ticket_opened", 28, source_record_id=name, ticket_id=f"T{name}"),
            event("web", "now", "session", 31),
        )  # fmt: skip
    story.run({name: [f"web:{name}", f"app:{name}"] for name in names})
    confidences = dict(
        story.ask("select golden_id, identity_confidence from derived.unified_profiles")
    )
    assert confidences["doubtful"] < 0.7 < confidences["sure"]
    found = story.ask(
        "select audience, golden_id from derived.audience_members"
        " where audience in ('abandoned_cart', 'unanswered_ticket')"
    )
    assert set(found) == members
    story.engine.run("create table derived.channel_attributes (channel VARCHAR, attribute VARCHAR,"
                     " invalid_count BIGINT, filled_count BIGINT)")  # fmt: skip
    story.engine.run("create table derived.held_back_consents (channel VARCHAR, consent VARCHAR)")
    measures = measure_consents(story.engine, story.configuration.vocabulary)
    counted = {
        m.bucket: (m.counted, m.total) for m in measures if m.diagnostic == "doubtful_members"
    }
    assert counted["abandoned_cart"] == (0 if least else 1, 2)
    assert "unanswered_ticket" not in counted


def test_the_member_gets_the_address_that_consented_and_its_permission_is_that_ones() -> None:
    story = Story()
    story.records(
        person("web", "anna", email=["old@gmail.com"], updated_at=at(1), **YES),
        person("app", "anna", email=["new@gmail.com"], updated_at=at(9)),
        person("till", "anna", email=["third@gmail.com"], updated_at=at(10),
               **{**YES, "consent_email": False, "consent_email_at": at(10), "word_consent_email": "no"}),
    )  # fmt: skip
    story.events(
        event("web", "c1", "cart", 30, source_record_id="anna", cart_id="B"),
        event("web", "now", "session", 31),
    )
    story.run({"anna": ["web:anna", "app:anna", "till:anna"]})
    profile = "select email[1], consent_email from derived.unified_profiles"
    assert story.ask(profile) == [("third@gmail.com", False)], "the person's latest word is no"
    members = "select address_kind, address, consent, consented_at from derived.audience_members"
    assert story.ask(f"{members} where audience = 'abandoned_cart'") == [
        ("email", "old@gmail.com", "consent_email", at(1))
    ]


def test_a_column_of_opt_outs_is_turned_round_and_back_as_omni_yaml_says(
    tmp_path: Path, models: Path
) -> None:
    world = World.make(tmp_path / "home", CONFIGURATION, models)
    world.deliver(
        "web", "1", [shopper(n, newsletter=("no", "yes", "unsubscribed", "")[n]) for n in range(4)]
    )
    given: list[dict[str, bool]] = []
    for way in ("true", "false"):
        mapped = f"consent_email: {{from: newsletter, opt_out: {way}}}"
        (world.root / "omni.yaml").write_text(
            CONFIGURATION.replace("consent_email: newsletter", mapped), encoding="utf-8"
        )
        assert [result.name for result in world.run() if not result.passed] == []
        rows = world.read("select source_record_id, is_given from consents where consent = 'email'")
        given.append(dict(rows.iter_rows()))
    assert given == [
        {"w0": True, "w1": False, "w2": False},
        {"w0": False, "w1": True, "w2": False},
    ]

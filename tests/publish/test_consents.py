"""The last check looks at the records, not at what was derived: it finds whoever is addressed against their word."""

from __future__ import annotations

from typing import Any

import pytest

from omni_identity.publish.checks.consents import count_members_against_their_word
from tests.insight.story import Story, at


def yes(consent: str, day: int = 1) -> dict[str, Any]:
    return {f"consent_{consent}": True, f"consent_{consent}_at": at(day)}


@pytest.fixture(scope="module")
def story() -> Story:
    told = Story(insight={"push_channels": ["app"]})
    refusing = {"consent_email": False, "consent_email_at": at(1)}
    unclear = {"word_consent_email": "hm", "consent_email_at": at(9)}
    people: dict[str, dict[str, Any]] = {
        "web:anna": {"email": ["anna@gmail.com", "both@gmail.com"], **yes("email"),
                     "device_id": ["cookie"], **yes("push")},
        "app:anna": {"email": ["quiet@gmail.com"], "device_id": ["phone"]},
        "web:ben": {"email": ["ben@gmail.com"], **refusing},
        "app:ben": {"email": ["both@gmail.com"], **refusing},
        "till:ben": {"email": ["silent@gmail.com"]},
        "web:cleo": {"email": ["cleo@gmail.com"], **yes("email")},
        "app:cleo": {"email": ["hm@gmail.com"], **unclear},
        "till:cleo": {"email": ["bare@gmail.com"]},
    }  # fmt: skip
    told.records(
        *(
            {"channel": record.split(":")[0], "source_record_id": record.split(":")[1], **said}
            for record, said in people.items()
        )
    )
    told.run({name: [r for r in people if r.endswith(name)] for name in ("anna", "ben", "cleo")})
    told.engine.run("attach ':memory:' as candidate")
    return told


@pytest.mark.parametrize(
    ("golden_id", "channel", "address", "needs_consent", "wrong"),
    [
        ("anna", "email", "anna@gmail.com", True, set()),
        ("anna", "email", "quiet@gmail.com", True, set()),
        ("anna", "email", "both@gmail.com", True, {"refused"}),
        ("anna", "email", "both@gmail.com", False, {"refused"}),
        ("anna", "email", "nobody@gmail.com", True, {"never_consented"}),
        ("anna", "push", "phone", True, set()),
        ("anna", "push", "cookie", True, {"no_app"}),
        ("ben", "email", "ben@gmail.com", True, {"refused", "never_consented"}),
        ("ben", "email", "silent@gmail.com", True, {"never_consented"}),
        ("ben", "email", "silent@gmail.com", False, set()),
        ("cleo", "email", "cleo@gmail.com", True, set()),
        ("cleo", "email", "hm@gmail.com", True, {"never_consented"}),
        ("cleo", "email", "bare@gmail.com", True, {"never_consented"}),
    ],
)
def test_members_addressed_against_their_word_are_counted_by_why(
    story: Story, golden_id: str, channel: str, address: str, needs_consent: bool, wrong: set[str]
) -> None:
    story.engine.run(
        "create or replace table candidate.main.audience_members as select 'mine' as audience,"
        " $golden_id::varchar as golden_id, $channel::varchar as address_kind, $address::varchar as address,"
        " case when $needs then 'consent' end as consent",
        {"golden_id": golden_id, "channel": channel, "address": address, "needs": needs_consent},
    )
    counts = count_members_against_their_word(story.engine, story.configuration)
    assert {why for why, count in counts.items() if count} == wrong

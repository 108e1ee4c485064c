"""Consent is the latest explicit decision, the refusal in doubt, and nothing that a merge made up."""

from __future__ import annotations

from typing import Any

from tests.insight.story import Story, at

ONE = {"G1": ["web:a", "app:a"]}
TWO = {"G1": ["web:a"], "G2": ["app:a"]}


def run_story(web: dict[str, Any], app: dict[str, Any]) -> Story:
    story = Story()
    story.records(
        {"channel": "web", "source_record_id": "a", **web},
        {"channel": "app", "source_record_id": "a", **app},
    )
    story.run(ONE)
    return story


def decided(story: Story) -> dict[str, tuple[bool | None, Any]]:
    rows = story.ask("select golden_id, consent_email, consent_email_at from derived.unified_profiles")  # fmt: skip
    return {golden_id: (consent, when) for golden_id, consent, when in rows}


def said(consent: bool, day: float | None = None, **times: Any) -> dict[str, Any]:
    return {"consent_email": consent, "consent_email_at": at(day) if day else None, **times}


def test_the_latest_decision_over_all_records_holds() -> None:
    assert decided(run_story(said(True, 1), said(False, 2))) == {"G1": (False, at(2))}
    assert decided(run_story(said(True, 3), said(False, 2))) == {"G1": (True, at(3))}


def test_of_two_equally_late_decisions_the_refusal_holds() -> None:
    assert decided(run_story(said(True, 2), said(False, 2))) == {"G1": (False, at(2))}
    assert decided(run_story(said(True), said(False))) == {"G1": (False, None)}


def test_an_update_of_a_record_does_not_renew_its_consent() -> None:
    updated = said(True, created_at=at(1), updated_at=at(9))
    assert decided(run_story(updated, said(False, 5))) == {"G1": (False, at(5))}
    assert decided(run_story(said(True, updated_at=at(9)), said(False, 5))) == {
        "G1": (False, at(5))
    }


def test_an_update_of_a_record_may_have_been_its_refusal() -> None:
    updated = said(False, created_at=at(1), updated_at=at(9))
    assert decided(run_story(updated, said(True, 5))) == {"G1": (False, at(9))}


def test_a_merge_invents_no_consent() -> None:
    email = {"email": ["anna.karenina@gmail.com"], "consent_sms": True, "consent_sms_at": at(1)}
    story = run_story(email, {"phone": ["+12125550100"]})
    assert decided(story) == {"G1": (None, None)}
    consents = "select attribute from derived.profile_lineage where attribute like 'consent%'"
    assert story.ask(consents) == [("consent_sms",)]
    assert story.ask("select channel, is_allowed from derived.contact_options order by all") == [
        ("email", None),
        ("sms", True),
    ]


def test_lineage_says_which_record_decided() -> None:
    story = run_story(said(True, 1), said(False, 2))
    assert story.ask(
        "select value, channel, source_record_id, rule from derived.profile_lineage"
        " where attribute = 'consent_email'"
    ) == [("false", "app", "a", "latest_decision")]


def test_a_split_gives_each_part_back_its_own() -> None:
    story = run_story(said(True, 1), said(False, 2))
    story.publish()
    story.run(TWO)
    assert decided(story) == {"G1": (True, at(1)), "G2": (False, at(2))}

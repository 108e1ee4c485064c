"""A consent is about an address: whose word holds for it, and which address is given out."""

from __future__ import annotations

from typing import Any

import pytest

from tests.insight.story import Story, at


def person(name: str, channel: str = "web", **said: Any) -> dict[str, Any]:
    return {"channel": channel, "source_record_id": name, **said}


def said(consent: bool | None, day: float | None = None, word: str | None = None) -> dict[str, Any]:
    when = None if day is None else at(day)
    return {"consent_email": consent, "consent_email_at": when, "word_consent_email": word}


HERS, NEW, OURS = ["hers@gmail.com"], ["new@gmail.com"], ["ours@gmail.com"]
NO_ADDRESS: dict[str, Any] = {"email": None}

CUSTOMERS: dict[str, list[dict[str, Any]]] = {
    # the address whose own record consents, not the one of the profile
    "moved": [
        {"email": ["old@gmail.com"], **said(True, 1, "yes"), "updated_at": at(1)},
        {"email": NEW, "updated_at": at(9)},
    ],
    "work_and_home": [
        {"email": ["home@gmail.com"], **said(True, 1, "yes")},
        {"email": ["work@gmail.com"], **said(False, 2, "no")},
    ],
    # a word of a record without an address is about the person
    "asked_at_the_till": [{**NO_ADDRESS, **said(True, 1, "ja")}, {"email": ["till@gmail.com"]}],
    "refused_as_a_whole": [
        {"email": ["whole@gmail.com"], **said(True, 1, "yes")},
        {**NO_ADDRESS, **said(False, 2, "no")},
    ],
    "refused_once": [
        {"email": ["once@gmail.com"], **said(True, 2, "yes")},
        {**NO_ADDRESS, **said(False, 1, "no")},
    ],
    "refused_nobody_knows_when": [
        {"email": ["when@gmail.com"], **said(True, 9, "yes")},
        {**NO_ADDRESS, **said(False, None, "no")},
    ],
    "consented_nobody_knows_when": [{"email": ["ever@gmail.com"], **said(True, None, "yes")}],
    # who refused has to say yes in the same place
    "yes_elsewhere_later": [
        {"email": ["twice@gmail.com"], **said(False, 1, "no")},
        {"email": ["twice@gmail.com"], **said(True, 9, "yes")},
    ],
    # two who share a mailbox
    "she": [{"email": OURS, **said(True, 9, "yes")}, {"email": HERS, "updated_at": at(0)}],
    "he": [{"email": OURS, **said(False, 1, "unsubscribed")}],
    "their_child": [{"email": OURS}],
    # words that are not understood
    "unclear": [
        {"email": ["unclear@gmail.com"], **said(True, 1, "yes")},
        {"email": ["unclear@gmail.com"], **said(None, 2, "vielleicht")},
    ],
    "unclear_elsewhere": [
        {"email": ["clear@gmail.com"], **said(True, 1, "yes")},
        {"email": ["other@gmail.com"], **said(None, 2, "vielleicht")},
        {"email": ["third@gmail.com"], "updated_at": at(30)},
    ],
    "clear_again": [
        {"email": ["again@gmail.com"], **said(None, 1, "vielleicht")},
        {"email": ["again@gmail.com"], **said(True, 2, "yes")},
    ],
    "unclear_nobody_knows_when": [
        {"email": ["hmm@gmail.com"], **said(None, None, "?")},
        {"email": ["hmm@gmail.com"], **said(True, 2, "yes")},
    ],
    "silent": [{"email": ["silent@gmail.com"]}],
    # no mail reaches the first
    "made_up": [
        {"email": ["made.up@example.com"], **said(True, 1, "yes")},
        {"email": ["real@gmail.com"], **said(None, 2, "?")},
    ],
    "made_up_alone": [{"email": ["made.up@shop.example"], **said(True, 1, "yes")}],
}  # fmt: skip

GIVEN_OUT = {
    "moved": ("old@gmail.com", True),
    "work_and_home": ("home@gmail.com", True),
    "asked_at_the_till": ("till@gmail.com", True),
    "refused_as_a_whole": ("whole@gmail.com", False),
    "refused_once": ("once@gmail.com", True),
    "refused_nobody_knows_when": ("when@gmail.com", False),
    "consented_nobody_knows_when": ("ever@gmail.com", True),
    "yes_elsewhere_later": ("twice@gmail.com", False),
    "she": ("hers@gmail.com", True),
    "he": ("ours@gmail.com", False),
    "their_child": ("ours@gmail.com", False),
    "unclear": ("unclear@gmail.com", None),
    "unclear_elsewhere": ("clear@gmail.com", True),
    "clear_again": ("again@gmail.com", True),
    "unclear_nobody_knows_when": ("hmm@gmail.com", None),
    "silent": ("silent@gmail.com", None),
    "made_up": ("real@gmail.com", None),
}
CHANNELS = ("web", "app", "till")


def records() -> list[dict[str, Any]]:
    return [
        person(name, channel, **record)
        for name, told in CUSTOMERS.items()
        for channel, record in zip(CHANNELS, told, strict=False)
    ]


WHO = {
    name: [f"{channel}:{name}" for channel, _ in zip(CHANNELS, told, strict=False)]
    for name, told in CUSTOMERS.items()
}


@pytest.fixture(scope="module")
def story() -> Story:
    story = Story(insight={"push_channels": ["app"]})
    story.records(*records())
    story.run(WHO)
    return story


def given_out(story: Story) -> dict[str, tuple[str, bool | None]]:
    rows = story.ask(
        "select golden_id, address, is_allowed from derived.contact_options where channel = 'email'"
    )
    return {name: (address, is_allowed) for name, address, is_allowed in rows}


def consents(story: Story, *names: str) -> list[tuple[Any, ...]]:
    listed = ", ".join(f"'{name}'" for name in names)
    return story.ask(
        "select golden_id, address, is_given, decided_at, channel || ':' || source_record_id, word"
        f" from derived.consents where golden_id in ({listed}) and consent = 'email' order by all"
    )


def test_the_address_is_one_that_may_be_used(story: Story) -> None:
    assert given_out(story) == GIVEN_OUT


def test_a_decision_has_its_time_its_record_and_its_word(story: Story) -> None:
    assert consents(story, "work_and_home", "asked_at_the_till", "silent") == [
        ("asked_at_the_till", None, True, at(1), "web:asked_at_the_till", "ja"),
        ("work_and_home", "home@gmail.com", True, at(1), "web:work_and_home", "yes"),
        ("work_and_home", "work@gmail.com", False, at(2), "app:work_and_home", "no"),
    ]


def test_a_refusal_of_the_person_counts_for_their_addresses_unless_these_consented_later(
    story: Story,
) -> None:
    names = ("refused_as_a_whole", "refused_once", "refused_nobody_knows_when")
    assert consents(story, *names) == [
        ("refused_as_a_whole", "whole@gmail.com", False, at(2), "app:refused_as_a_whole", "no"),
        ("refused_as_a_whole", None, False, at(2), "app:refused_as_a_whole", "no"),
        ("refused_nobody_knows_when", "when@gmail.com", False, None, "app:refused_nobody_knows_when", "no"),
        ("refused_nobody_knows_when", None, False, None, "app:refused_nobody_knows_when", "no"),
        ("refused_once", "once@gmail.com", True, at(2), "web:refused_once", "yes"),
        ("refused_once", None, False, at(1), "app:refused_once", "no"),
    ]  # fmt: skip


def test_a_refusal_by_whoever_has_the_address_holds_for_all_who_have_it(story: Story) -> None:
    refused = ("ours@gmail.com", False, at(1), "web:he", "unsubscribed")
    assert consents(story, "she", "he", "their_child") == [
        ("he", *refused),
        ("she", *refused),
        ("their_child", *refused),
    ]
    assert consents(story, "yes_elsewhere_later") == [
        ("yes_elsewhere_later", "twice@gmail.com", False, at(1), "web:yes_elsewhere_later", "no")
    ]


def test_a_word_that_is_not_understood_is_no_yes_and_no_refusal(story: Story) -> None:
    profiles = story.ask(
        "select golden_id, consent_email, consent_email_at from derived.unified_profiles"
        " where golden_id in ('unclear', 'clear_again', 'unclear_elsewhere') order by all"
    )
    assert profiles == [
        ("clear_again", True, at(2)),
        ("unclear", None, None),
        ("unclear_elsewhere", None, None),
    ]
    assert consents(story, "unclear") == [
        ("unclear", "unclear@gmail.com", None, at(2), "app:unclear", "vielleicht")
    ]
    lineage = "select value from derived.profile_lineage where golden_id = 'unclear' and attribute = 'consent_email'"
    assert story.ask(lineage) == []


def test_a_change_of_mind_reaches_others_with_the_address_and_nobody_else() -> None:
    story = Story()
    story.records(*records())
    story.run(WHO)
    story.publish()
    story.records(person("he", email=OURS, **said(True, 20, "subscribed")))
    story.run(WHO)
    noted = story.ask("select golden_id from changed.customers order by all")
    assert noted == [("he",), ("she",), ("their_child",)]
    changed = {"he": ("ours@gmail.com", True), "she": ("ours@gmail.com", True)}
    assert given_out(story) == {**GIVEN_OUT, **changed, "their_child": ("ours@gmail.com", None)}
    story.publish()
    story.records(person("he", email=OURS, **said(False, 21, "no")))
    story.run(WHO)
    assert given_out(story) == GIVEN_OUT
    story.publish()
    # a family becomes one customer, and three again
    together = {name: list(told) for name, told in WHO.items() if name not in ("he", "their_child")}
    together["she"] += [*WHO["he"], *WHO["their_child"]]
    story.run(together)
    assert given_out(story)["she"][1] is False, "the latest word of the one person is no"
    story.publish()
    story.run(WHO)
    assert given_out(story) == GIVEN_OUT


@pytest.mark.parametrize(("apps", "reached"), [(["app"], "phone1"), ([], None)])
def test_a_push_goes_to_devices_of_an_app_and_never_to_the_cookie_of_a_browser(
    apps: list[str], reached: str | None
) -> None:
    story = Story(insight={"push_channels": apps})
    pushed = {"consent_push": True, "consent_push_at": at(1), "word_consent_push": "yes"}
    story.records(
        person("anna", "web", device_id=["cookie1"], updated_at=at(9), **pushed),
        person("anna", "app", device_id=["phone1"], **pushed),
        person("ben", "web", device_id=["cookie2"], **pushed),
        person("cleo", "app", device_id=["phone3"], **pushed),
        person("dora", "till", device_id=["phone3"], **{**pushed, "consent_push": False}),
    )
    story.run(
        {"A": ["web:anna", "app:anna"], "B": ["web:ben"], "C": ["app:cleo"], "D": ["till:dora"]}
    )
    options = story.ask(
        "select golden_id, address, is_allowed from derived.contact_options where channel = 'push' order by all"
    )
    assert options == ([("A", "phone1", True), ("C", "phone3", False)] if reached else [])
    contexts = dict(story.ask("select golden_id, contact_channels from derived.customer_context"))
    assert contexts == {"A": ["push"] if reached else [], "B": [], "C": [], "D": []}
    words = story.ask("select golden_id, address from derived.consents where is_given order by all")
    assert ("B", "cookie2") not in words

"""The one ordered list of steps, and what needs what."""

from __future__ import annotations

import pytest
import yaml

from omni_identity.channels.configuration import Configuration, parse_configuration
from omni_identity.pipeline.sequence import direct_needs, named, needs, steps_of
from omni_identity.pipeline.step import Step
from tests.worlds import CONFIGURATION


@pytest.fixture(scope="module")
def steps() -> tuple[Step, ...]:
    return steps_of(parse_configuration(yaml.safe_load(CONFIGURATION)))


def test_the_list_goes_from_the_landing_to_the_publication(steps: tuple[Step, ...]) -> None:
    assert [step.name for step in steps] == [
        "deliveries",
        "contacts/web",
        "landed_interactions/web",
        "contacts/till",
        "standardised_contacts",
        "source_records",
        "linkage_records",
        "candidate_pairs",
        "linkage_model",
        "match_scores",
        "golden_ids",
        "households",
        "interactions",
        "profiles",
        "customer_context",
        "kpis",
        "publication_candidate",
        "publication",
        "published_files",
    ]


def test_without_omni_yaml_there_are_no_channels() -> None:
    assert not [step for step in steps_of(None) if "/" in step.name]


def test_no_step_reads_what_only_a_later_one_derives(steps: tuple[Step, ...]) -> None:
    derived: set[str] = set()
    for step in steps:
        read = {table for table in step.tables_read if table.startswith("derived.")}
        assert read <= derived | step.tables_written, step.name
        derived |= step.tables_written


def test_settings_are_keys_of_omni_yaml(steps: tuple[Step, ...]) -> None:
    for step in steps:
        keys = {key.partition(".")[0] for key in step.settings.split()}
        assert keys <= set(Configuration.model_fields), step.name


def test_what_only_says_what_changed_is_no_reason_to_wait(steps: tuple[Step, ...]) -> None:
    assert "profiles" not in needs(steps)["kpis"], (
        "it marks customers, and makes nothing for figures"
    )
    assert {"golden_ids", "interactions", "source_records"} <= needs(steps)["kpis"]


def test_direct_needs_lead_to_all_that_a_step_needs_and_none_is_superfluous(
    steps: tuple[Step, ...],
) -> None:
    direct, needed = direct_needs(steps), needs(steps)
    reached: dict[str, set[str]] = {}
    for step in steps:
        beyond = {name: reached[name] for name in direct[step.name]}
        for name in direct[step.name]:
            others = set().union(*(names for other, names in beyond.items() if other != name))
            assert name not in others, (step.name, name)
        reached[step.name] = set(direct[step.name]).union(*beyond.values())
        assert needed[step.name] <= reached[step.name]


def test_steps_are_chosen_by_name_in_the_order_of_the_list(steps: tuple[Step, ...]) -> None:
    chosen = named(steps, "golden_ids", "candidate_pairs")
    assert [step.name for step in chosen] == ["candidate_pairs", "golden_ids"]
    with pytest.raises(KeyError, match="golden_id"):
        named(steps, "golden_id")

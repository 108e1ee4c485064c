"""Which blocking rules are kept for their matches, and how many matches are estimated to be missed."""

from __future__ import annotations

import numpy as np
import pytest

from omni_identity.linkage.blocking_choice import FoundPairs, choose_rules, estimate_recall
from omni_identity.linkage.blocking_rules import BlockingRule

RULES = (
    BlockingRule("email", "", 100, is_identifier=True),
    BlockingRule("names", "", 100),
    BlockingRule("city", "", 100),
    BlockingRule("unfilled", "", 100),
)


def found(*sets: tuple[str, float, float]) -> FoundPairs:
    """Pairs and matches by the initials of the rules that find them: ``("en", 10, 9)``."""
    return FoundPairs(
        np.array([[rule.name[0] in names for rule in RULES] for names, _, _ in sets]),
        np.array([pairs for _, pairs, _ in sets], dtype=np.float64),
        np.array([matches for _, _, matches in sets], dtype=np.float64),
    )


def test_a_rule_that_finds_no_match_of_its_own_is_left_out() -> None:
    choice = choose_rules(RULES, found(("en", 50, 50), ("e", 20, 20), ("c", 900, 0)), 1e9)
    assert choice.kept == ("email", "unfilled")
    assert choice.pair_count == 70
    assert choice.match_count == 70
    assert choice.per_rule["city"]["is_kept"] is False
    assert choice.per_rule["email"]["expected_matches_only_it_finds"] == 20


def test_a_rule_with_matches_of_its_own_stays_whatever_it_costs_within_the_budget() -> None:
    pairs = found(("en", 50, 50), ("c", 900, 9))
    assert "city" in choose_rules(RULES, pairs, 1000).kept
    over_budget = choose_rules(RULES, pairs, 100)
    assert "city" not in over_budget.kept
    assert over_budget.pair_count == 50


def test_identifiers_stay_even_beyond_the_budget() -> None:
    choice = choose_rules(RULES, found(("e", 1000, 1), ("n", 10, 10)), 5)
    assert "email" in choice.kept
    assert "names" not in choice.kept


def test_of_two_rules_that_find_the_same_one_is_enough() -> None:
    choice = choose_rules(RULES, found(("nc", 100, 90)), 1e9)
    assert len({"names", "city"} & set(choice.kept)) == 1


def test_what_no_rule_finds_is_estimated_from_what_only_one_or_two_find() -> None:
    # 600 people caught at random by three rules of chance one half each: an eighth is never caught
    chances = [("e", 75), ("n", 75), ("c", 75), ("en", 75), ("ec", 75), ("nc", 75), ("enc", 75)]
    pairs = found(*((names, n, n) for names, n in chances))
    everything = np.ones(len(RULES), dtype=bool)
    assert estimate_recall(pairs, everything) == pytest.approx(7 / 8, abs=0.03)
    nothing = found(("e", 10, 0))
    assert estimate_recall(nothing, everything) == 1.0


@pytest.mark.parametrize("hard", [0.2, 0.35])
def test_the_recall_is_estimated_where_some_matches_are_hard_for_every_rule(hard: float) -> None:
    generator = np.random.default_rng(7)
    chance = generator.choice([0.5, 0.15, 0.04], size=20_000, p=[0.7 - hard, 0.3, hard])
    found_by = generator.random((20_000, 12)) < chance[:, None]
    is_found = found_by.any(axis=1)
    caught = FoundPairs(found_by[is_found], np.ones(is_found.sum()), np.ones(is_found.sum()))
    estimated = estimate_recall(caught, np.ones(12, dtype=bool))
    assert estimated == pytest.approx(is_found.mean(), abs=0.03)

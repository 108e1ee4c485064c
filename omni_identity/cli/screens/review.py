"""One question of a review on the screen: what is at stake, both records side by side, the evidence."""

from __future__ import annotations

from dataclasses import replace

from rich.console import Console
from rich.rule import Rule
from rich.text import Text

from omni_identity.cli.screens.explanation import percent, show_values, show_waterfall
from omni_identity.model.visible import visible
from omni_identity.stewardship.effect_words import in_words
from omni_identity.stewardship.explanation import Explanation
from omni_identity.stewardship.review_queue import Question
from omni_identity.stewardship.steward import Case


def show_case(console: Console, case: Case, left_count: int) -> None:
    """Print one question; ``left_count`` questions are left, this one among them."""
    question = case.question
    console.print(Rule(Text(f"{left_count:,} to judge", "dim"), align="left"))
    console.print(Text(visible(_at_stake(question)), "bold"), soft_wrap=True)
    console.print()
    show_values(console, case.explanation)
    console.print()
    show_waterfall(console, _only_compared(case.explanation))
    console.print()
    answer = "Different" if question.is_inside else "Same"
    effect = in_words(case.effect) if case.effect.after else "no customer changes."
    console.print(Text(f"{answer}: {effect}"), soft_wrap=True)


def _only_compared(explanation: Explanation) -> Explanation:
    """The explanation without what could not be compared: `omni explain` has it all."""
    evidence = explanation.evidence
    found = tuple(finding for finding in evidence.findings if finding.level is not None)
    return replace(explanation, evidence=replace(evidence, findings=found))


def _at_stake(question: Question) -> str:
    left, right = question.names
    chance = "not" if question.match_probability is None else percent(question.match_probability)
    size = f"{question.record_count:,} records, {question.interaction_count:,} interactions"
    if question.is_inside:
        return (
            f"{question.golden_ids[0]} ({size}) is held together by {left} and {right} "
            f"({chance} likely one person). Are they?"
        )
    one, other = question.golden_ids
    return (
        f"Are {left} of {one} and {right} of {other} one person? {chance} likely; {size} together."
    )

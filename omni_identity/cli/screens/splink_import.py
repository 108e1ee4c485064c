"""What a Splink model gives and does not give, comparison by comparison, before and after a candidate is fitted."""

from __future__ import annotations

import math

from rich.console import Console
from rich.text import Text

from omni_identity.cli.terminal import plain_table
from omni_identity.linkage.frozen_models import FrozenModel
from omni_identity.linkage.model import LinkageModel
from omni_identity.linkage.splink_import import SplinkImport, TakenLevel
from omni_identity.linkage.splink_models import SplinkModel
from omni_identity.model.visible import visible


def show_import(console: Console, model: SplinkModel, found: SplinkImport, with_u: bool) -> None:
    """Print what is taken of every comparison, what is not and why, and what omni.yaml lacks."""
    table = plain_table(
        *("Splink's comparison", "level", "here", "#m", "#u"),
        title="Taken over, and not learnt anew",
    )
    for finding in found.findings:
        for level in finding.taken:
            here = f"{finding.ours}: {level.ours}"
            table.add_row(visible(finding.theirs), visible(level.theirs), here, *_figures(level))
    if table.row_count:
        console.print(table)
        console.print()
    console.print(Text("Not taken", "bold"))
    for finding in found.findings:
        for words in finding.why_not:
            console.print(Text(visible(f"  {finding.theirs}: {words}.")), soft_wrap=True)
    for words in _of_the_whole(model, with_u):
        console.print(Text(f"  {words}."), soft_wrap=True)
    if found.attributes:
        console.print()
        console.print(Text("Not declared in omni.yaml yet; add what is evidence:", "bold"))
        console.print("attributes:")
        for name, kind in found.attributes.items():
            console.print(f"  {name}: {{compare: {kind}}}", soft_wrap=True)
    console.print()


def _figures(level: TakenLevel) -> tuple[str, str]:
    m, u = ("" if value is None else f"{value:.4g}" for value in (level.m, level.u))
    return m, u


def _of_the_whole(model: SplinkModel, with_u: bool) -> list[str]:
    """What is not taken of a model besides its comparisons."""
    words = []
    if not with_u:
        words.append(
            "u probabilities: training counts how strangers look among the records here (--splink-u takes Splink's)"
        )
    if model.link_type == "link_only":
        words.append(
            "link_type link_only: here the records of one channel are compared with each other too"
        )
    if model.match_probability:
        words.append(
            "probability_two_random_records_match"
            f" (1 in {1 / model.match_probability:,.0f}): it is of the records there; training counts the matches"
            " among the records here"
        )
    if model.blocking_rule_count:
        words.append(
            f"{model.blocking_rule_count} blocking rules: here training chooses rules by what they find"
        )
    if model.others:
        words.append(f"settings of Splink's own training and output: {', '.join(model.others)}")
    return words


def show_taken(
    console: Console, found: SplinkImport, fitted: LinkageModel, candidate: FrozenModel
) -> None:
    """Print how the levels that were taken stand in the candidate, in bits against strangers."""
    table = plain_table(
        *("comparison", "level", "#Splink's m", "#m", "#Splink's u", "#u", "#bits"),
        title="How it stands in the candidate, in bits against strangers",
    )
    comparisons = {comparison.name: comparison for comparison in fitted.comparisons}
    has_moved = False
    for finding in found.findings:
        if finding.ours in comparisons:
            labels = [level.label for level in comparisons[finding.ours].levels]
            parameters = dict(zip(labels, fitted.parameters[finding.ours], strict=True))
            for level in finding.taken:
                stands = parameters[level.ours]
                m, u = _figures(level)
                has_moved |= _differs(level.m, stands.same) or _differs(level.u, stands.strangers)
                figures = (m, f"{stands.same:.4g}", u, f"{stands.strangers:.4g}")
                table.add_row(
                    finding.ours, level.ours, *figures, f"{stands.weight('strangers'):+.2f}"
                )
    console.print(table)
    if has_moved:
        console.print(
            "A level never weighs less than a weaker one: where it would have, the two were moved together.",
            soft_wrap=True,
        )
    missing = sorted(set(found.held) - set(comparisons))
    if missing:
        console.print(
            f"Too few records here fill what {', '.join(missing)} compares: the candidate does not compare it.",
            style="yellow",
            soft_wrap=True,
        )
    pairs = fitted.pair_counts
    console.print(
        f"Two random records match in 1 of {(pairs['same'] + pairs['strangers']) / pairs['same']:,.0f} pairs here;"
        f" report.json of {candidate.version} keeps what was given (held_levels).",
        soft_wrap=True,
    )
    console.print()


def _differs(given: float | None, stands: float) -> bool:
    return given is not None and not math.isclose(given, stands, rel_tol=1e-3)

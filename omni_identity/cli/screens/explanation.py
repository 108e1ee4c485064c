"""An explanation of two records for readers: sentences and tables on a console, or JSON for scripts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from html import escape
from io import StringIO

from rich.console import Console
from rich.text import Text

from omni_identity.cli.terminal import plain_table
from omni_identity.linkage.components import SEED_WEIGHT
from omni_identity.linkage.explanation import Finding
from omni_identity.linkage.model import RIVALS
from omni_identity.model.visible import visible
from omni_identity.stewardship.explanation import Explanation, Separation, SharedHousehold
from omni_identity.stewardship.last_run import LastRun

IN_WORDS = {
    "strangers": "two strangers",
    "relatives": "two people of one household",
    "namesakes": "two people of one name",
}
MARKS = {
    "equal": Text("=", "green"),
    "shared": Text("= one of them", "green"),
    "alike": Text("= as compared", "green"),
    "different": Text("≠", "red"),
    "one side": Text(""),
}
PAGE_WIDTH = 120
PAGE_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; color: #222; margin: 2rem }
pre { font: 13px/1.4 ui-monospace, monospace } figure { margin: 1rem 0; overflow-x: auto }
figcaption { color: #555 }
"""
SHOWN = 5
"""Conflicts of unique identifiers that are told; how many more there are is said."""


def show_explanation(console: Console, explanation: Explanation, run: LastRun) -> None:
    """Print the verdict, the waterfall, the chain if there is one, and the values side by side."""
    for sentence in sentences(explanation):
        console.print(Text(visible(sentence)), soft_wrap=True)
    console.print()
    show_waterfall(console, explanation)
    if explanation.chain:
        console.print()
        _show_chain(console, explanation)
    console.print()
    show_values(console, explanation)
    console.print()
    console.print(Text(_source(run), "dim"), soft_wrap=True)


def sentences(explanation: Explanation) -> list[str]:
    """The verdict in words: one customer or two, what the pair looks like, what joins or parts it."""
    left, right = explanation.left, explanation.right
    standing = (
        f"One customer: {left.name} and {right.name} are both {left.golden_id}."
        if explanation.is_one_customer
        else f"Two customers: {left.name} is {left.golden_id}, {right.name} is {right.golden_id}."
    )
    told = [standing, _likeness(explanation), _sums(explanation)]
    if explanation.chain:
        weakest = min(link.match_weight for link in explanation.chain)
        told.append(
            "By itself the pair would not be linked; "
            f"{_count(len(explanation.chain), 'link')} through other records of the customer "
            f"join it, the weakest with {weakest:.1f} bits."
        )
    if explanation.separation is not None:
        told.extend(_parting(explanation, explanation.separation))
    if explanation.household is not None:
        told.append(_living_together(explanation.household))
    if not explanation.was_scored:
        told.append("The last run never compared them: no blocking key brought them together.")
    return told


def _living_together(household: SharedHousehold) -> str:
    said = {"verdict": "a steward's verdict"}
    reasons = ", ".join(said.get(name, name.replace("_", " ")) for name in household.reasons)
    return (
        f"The two live in one household, {household.household_id} (probability"
        f" {percent(household.probability)}), by {reasons}."
    )


def _likeness(explanation: Explanation) -> str:
    evidence = explanation.evidence
    if all(finding.level is None for finding in evidence.findings):
        return "The two records have nothing in common that could be compared."
    rival = IN_WORDS[evidence.deciding_rival]
    chance = f"probability {percent(evidence.match_probability)}"
    if evidence.match_weight >= 0:
        return f"The pair looks like one person ({chance}); next to that, like {rival}."
    if evidence.match_weight >= explanation.cut:
        return (
            f"The pair is doubtful ({chance}): it looks rather like {rival}, but it is above the "
            f"cut of {explanation.cut:.1f} bits."
        )
    return f"The pair looks like {rival} ({chance} of one person)."


def _sums(explanation: Explanation) -> str:
    evidence = explanation.evidence
    against = ", ".join(
        f"against {rival} {evidence.weights[rival]:.1f}{' bits' if rival == RIVALS[0] else ''}"
        for rival in RIVALS
    )
    return (
        f"The evidence: {against}; all together a match weight of {evidence.match_weight:.1f} "
        f"(linked from {explanation.cut:.1f})."
    )


def _parting(explanation: Explanation, separation: Separation) -> Iterator[str]:
    for conflict in separation.conflicts[:SHOWN]:
        yield (
            f"Kept apart by {conflict.identifier}, which is unique: {conflict.record_l} has "
            f"{_joined(conflict.values_l)}, {conflict.record_r} has {_joined(conflict.values_r)}."
        )
    if len(separation.conflicts) > SHOWN:
        yield f"... and {len(separation.conflicts) - SHOWN} more such conflicts."
    strong = explanation.evidence.match_weight >= explanation.cut
    if separation.average_weight is not None and separation.pair_count > 1:
        average = separation.average_weight
        pairs = f"{separation.pair_count} pairs between the two customers weigh"
        decides = strong and average < explanation.cut and not separation.conflicts
        yield (
            f"{f'Kept apart by the other records: the {pairs}' if decides else f'The {pairs}'} "
            f"{average:.1f} bits on average (each bounded); one customer begins at "
            f"{explanation.cut:.1f}{' and without a conflict' if separation.conflicts else ''}."
        )
    elif _is_group_cut_up(explanation, separation):
        yield (
            "Kept apart because their group of records was too large to be weighed as one, and was "
            "taken apart at its weaker links."
        )


def _is_group_cut_up(explanation: Explanation, separation: Separation) -> bool:
    """Whether the two would stand in one component, had it not grown too large."""
    weight = explanation.evidence.match_weight
    seen_together = explanation.was_scored and weight >= max(explanation.cut, SEED_WEIGHT)
    return separation.average_weight is None and seen_together


def show_waterfall(console: Console, explanation: Explanation) -> None:
    """Print what each comparison found and its weight (bits) against each rival."""
    evidence = explanation.evidence
    table = plain_table(
        *("comparison", "found", *(f"#{rival}" for rival in RIVALS)),
        title="Evidence for one person, in bits, against",
    )
    table.add_row("", Text("before anything is compared", "dim"), *_bits(evidence.prior))
    for finding in evidence.findings:
        label = finding.comparison.replace("_", " ")
        if finding.level is None:
            table.add_row(
                Text(label, "dim"), Text(visible(_why_not_compared(finding, explanation)), "dim")
            )
            continue
        table.add_row(label, Text(visible(finding.level)), *_bits(finding.weights))
        if any(finding.rarity.values()):
            table.add_row("", Text(_rarity(finding), "dim"), *_bits(finding.rarity))
    table.add_section()
    table.add_row(Text("sum", "bold"), "", *_bits(evidence.weights))
    console.print(table)


def _why_not_compared(finding: Finding, explanation: Explanation) -> str:
    """In words; a list that the record fills and linkage does not see was set aside as shared."""
    lists = [
        pair
        for pair in explanation.values
        if pair.attribute in finding.unfilled_l + finding.unfilled_r
    ]
    empty: list[str] = []
    set_aside: list[str] = []
    for member, unfilled, side in (
        (explanation.left, finding.unfilled_l, "left"),
        (explanation.right, finding.unfilled_r, "right"),
    ):
        if unfilled:
            is_filled = any(isinstance(getattr(pair, side), tuple) for pair in lists)
            (set_aside if is_filled else empty).append(member.name)
    reasons = [
        *([f"nothing to compare in {' and '.join(empty)}"] if empty else []),
        *([f"too many people share that of {' and '.join(set_aside)}"] if set_aside else []),
    ]
    return "; ".join(reasons) or "does not apply to this pair"


def _rarity(finding: Finding) -> str:
    if not finding.frequency:
        return "how rare the value is"
    among = f" with that {finding.frequency_among}" if finding.frequency_among else ""
    return f"how rare the value is: 1 in {1 / finding.frequency:,.1f} records{among}"


def _show_chain(console: Console, explanation: Explanation) -> None:
    table = plain_table("record", "and record", "#bits", "#probability", title="Joined through")
    for link in explanation.chain:
        table.add_row(
            *(Text(visible(link.record_l)), Text(visible(link.record_r))),
            *(f"{link.match_weight:.1f}", percent(link.match_probability)),
        )
    console.print(table)


def show_values(console: Console, explanation: Explanation) -> None:
    """Print both records side by side, what agrees and what differs marked."""
    names = (visible(member.name) for member in (explanation.left, explanation.right))
    table = plain_table("", *names, "", title="Values")
    for pair in explanation.values:
        table.add_row(
            *(Text(pair.attribute.replace("_", " "), "dim"), Text(visible(_joined(pair.left)))),
            *(Text(visible(_joined(pair.right))), MARKS[pair.agreement]),
        )
    console.print(table)


def _source(run: LastRun) -> str:
    published = "" if run.status == "published" else " (not what consumers read)"
    return (
        f"As of the run of {run.started_at:%Y-%m-%d %H:%M} UTC, {run.status}{published}; "
        f"model {run.model_version}."
    )


def _bits(weights: dict[str, float]) -> tuple[str, ...]:
    # + 0.0 turns a rounded -0.0 into 0.0
    return tuple(f"{round(weights[rival], 1) + 0.0:+.1f}" for rival in RIVALS)


def percent(probability: float) -> str:
    """A share in percent, never rounded to a certainty that no evidence gives."""
    if probability > 0.999:
        return "over 99.9 %"
    return "under 0.1 %" if probability < 0.001 else f"{100 * probability:.1f} %"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _joined(value: str | tuple[str, ...] | None) -> str:
    return value or "" if not isinstance(value, tuple) else ", ".join(value)


def to_json(explanation: Explanation, run: LastRun) -> str:
    """All of it as one JSON object, unrounded: weights in log2, probabilities in 0 to 1."""
    return json.dumps(
        {
            "is_one_customer": explanation.is_one_customer,
            "in_words": sentences(explanation),
            "deciding_rival": explanation.evidence.deciding_rival,
            **asdict(explanation),
            "run": asdict(run) | {"started_at": run.started_at.isoformat()},
        },
        indent=2,
    )


def to_html(explanation: Explanation, run: LastRun, waterfall: str) -> str:
    """A page that needs nothing from anywhere: Splink's waterfall, an SVG, above what the console shows."""
    console = Console(
        record=True, width=PAGE_WIDTH, file=StringIO(), markup=False, highlight=False, emoji=False
    )
    show_explanation(console, explanation, run)
    code = console.export_html(code_format="{code}", inline_styles=True)
    left, right = explanation.left.name, explanation.right.name
    title = escape(visible(f"{left} and {right}"))
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>{title}</title><style>{PAGE_STYLE}</style></head><body>"
        f"<h1>{title}</h1><figure>{waterfall}<figcaption>Splink's waterfall, against strangers;"
        " against relatives and namesakes below.</figcaption></figure>"
        f"<pre>{code}</pre></body></html>\n"
    )

"""What of a Splink model our own comparisons can take over, and in words what not and why.

A level is taken over where it and every stronger one of its comparison mean the same in both: pairs at such a level
are the same pairs. Weaker ones are what is left over, which other levels above leave otherwise; these are trained.

m is of one person's records, wherever they are kept. u is of the strangers among *these* records, and is counted here
from a sample that the matches in it are taken out of; Splink's has them in it (docs/linkage.md). So it is taken only
from whoever asks for it: where there are too few records here to show how strangers look.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from omni_identity.channels.configuration import Configuration
from omni_identity.discovery.column_names import WITHOUT_AFFIX, meaning_of_name
from omni_identity.linkage.comparisons import Comparison, possible_comparisons
from omni_identity.linkage.held_levels import HeldLevel, HeldLevels
from omni_identity.linkage.splink_models import (
    SplinkComparison,
    SplinkLevel,
    SplinkModel,
    meaning,
)
from omni_identity.model.attributes import SINGLE_ATTRIBUTES

LEAST_M, LEAST_U = 1e-4, 1e-9
"""No level is impossible here, nor certain: 0 is taken for this, and 1 for what it leaves."""
_ELSEWHERE = {
    "full_name": "the given and the family name are compared one by one here (first_name, last_name)",
    "name_suffix": "suffixes are compared here only where they tell father from son (generation)",
    "street": "a street is compared here among records of one place, by one of four comparisons, whichever fits the"
    " places (street_in_postcode and others); postcode, city and street are one piece of evidence",
    "city": "postcode and city are compared together here (locality), and the street among records of one place",
    "postcode": "postcode and city are compared together here (locality), and the street among records of one place",
    "phone": "telephone numbers are compared here by one of two comparisons: of records that share a mailbox"
    " (phone_beside_email), and of others (phone)",
    "whatsapp": "a WhatsApp number is compared as a telephone number here",
    "region": "regions are no evidence here beside postcode and city",
    "country": "countries are no evidence here; a nationality is, declared as an attribute (compare: country)",
    "created_at": "when a record was made is no evidence here",
}
"""Attributes that are compared here, or not, in a way that no comparison of one column says."""
_FUNCTIONS = {
    "date": ("epoch", "strptime", "datediff", "date_diff"),
    "fuzzy": (
        "jaro_winkler_similarity",
        "jaro_winkler",
        "jaro_similarity",
        "jaccard",
        "levenshtein",
    ),
}
"""What Splink compares dates and near texts with, by the kind of attribute that does."""


@dataclass(frozen=True)
class TakenLevel:
    """A level that means the same in both: what it is called there and here, and what is taken of it."""

    theirs: str
    ours: str
    m: float | None
    u: float | None


@dataclass(frozen=True)
class Finding:
    """What becomes of one comparison: ``ours`` is the comparison here, if there is one; ``why_not`` says the rest."""

    theirs: str
    columns: tuple[str, ...]
    ours: str | None
    taken: tuple[TakenLevel, ...]
    why_not: tuple[str, ...]


@dataclass(frozen=True)
class SplinkImport:
    """All that becomes of a model. ``attributes`` are to be declared in ``omni.yaml``: by name, of which kind."""

    findings: tuple[Finding, ...]
    held: HeldLevels
    attributes: dict[str, str]


def import_splink_model(
    model: SplinkModel, configuration: Configuration, with_u: bool = False
) -> SplinkImport:
    """Map every comparison of a Splink model onto one of ours; whatever cannot be mapped is said."""
    ours = {c.name: c for c in possible_comparisons(configuration.vocabulary)}
    findings, held, attributes = (
        list[Finding](),
        dict[str, tuple[HeldLevel, ...]](),
        dict[str, str](),
    )
    for comparison in model.comparisons:
        finding = _map(comparison, configuration, ours, with_u)
        if finding.ours in held:
            words = f"another comparison of the model has given {finding.ours} its levels already"
            finding = replace(finding, taken=(), why_not=(words,))
        if finding.ours and finding.taken:
            held[finding.ours] = _held(ours[finding.ours], finding.taken)
        if finding.ours is None and len(finding.columns) == 1:
            (column,) = finding.columns
            if _attribute_of(column, configuration) is None:
                attributes[_as_name(column)] = _kind(comparison)
        findings.append(finding)
    return SplinkImport(tuple(findings), held, attributes)


def _map(
    comparison: SplinkComparison,
    configuration: Configuration,
    ours: dict[str, Comparison],
    with_u: bool,
) -> Finding:
    columns = comparison.columns
    attributes = [_attribute_of(column, configuration) for column in columns]
    known = tuple(dict.fromkeys(name for name in attributes if name is not None))

    def nothing(words: str) -> Finding:
        return Finding(comparison.name, columns, None, (), (words,))

    if not columns:
        return nothing("its SQL names no column of both records (NAME_l and NAME_r)")
    if len(columns) > 1:
        apart = ", ".join(known) or ", ".join(columns)
        return nothing(
            f"it compares {', '.join(columns)} together, and how often they agree together says nothing of each alone;"
            f" here each is compared by itself ({apart})"
        )
    if not known:
        kind = _kind(comparison)
        return nothing(
            f"nothing here is made of the column {columns[0]}: declare an attribute of the kind {kind}, as below, name"
            " its column in `mapping`, `omni run`, and import again"
        )
    (name,) = known
    if name in _ELSEWHERE or name not in ours:
        return nothing(_ELSEWHERE.get(name, f"{name} is not compared here"))
    taken, why_not = _compare_levels(comparison, ours[name], with_u)
    return Finding(comparison.name, columns, name, taken, why_not)


def _compare_levels(
    theirs: SplinkComparison, ours: Comparison, with_u: bool
) -> tuple[tuple[TakenLevel, ...], tuple[str, ...]]:
    """The levels that mean the same from the strongest on, and what is not taken."""
    taken, why_not = list[TakenLevel](), list[str]()
    has_m, has_u = (
        all(getattr(level, name) is not None for level in theirs.levels) for name in ("m", "u")
    )
    why_not += [
        f"{name}: Splink never saw some of the levels, so it is not known what they leave to the others"
        for name, is_trained in (("m", has_m), ("u", has_u or not with_u))
        if not is_trained
    ]
    for their_level, our_level in zip(theirs.levels, ours.levels, strict=False):
        said = meaning(their_level.sql)
        if said is None or said != meaning(our_level.sql):
            break
        # where frequencies of values stand for u, those of the records here do
        m = their_level.m if has_m else None
        u = their_level.u if with_u and has_u and not our_level.term_frequency else None
        if our_level.term_frequency and with_u:
            why_not.append(
                f"u of `{their_level.label}`: here it follows from how frequent the values of your records are"
            )
        taken.append(TakenLevel(their_level.label, our_level.label, m, u))
    rest = theirs.levels[len(taken) :]
    if rest:
        why_not.append(
            f"{_listed(rest)}: here the levels below are {_labels(ours, len(taken))}; they are trained"
            if taken
            else f"{_listed(rest)}: nothing here means the same from the strongest level on"
            f" ({_labels(ours, 0)}); all is trained"
        )
    elif len(taken) < len(ours.levels):
        why_not.append(
            f"here there are levels besides, {_labels(ours, len(taken))}: they are trained"
        )
    given = tuple(level for level in taken if level.m is not None or level.u is not None)
    return given, tuple(why_not)


def _listed(levels: tuple[SplinkLevel, ...]) -> str:
    return ", ".join(f"`{level.label}`" for level in levels)


def _labels(comparison: Comparison, start: int) -> str:
    return ", ".join(f"`{level.label}`" for level in comparison.levels[start:])


def _held(comparison: Comparison, taken: tuple[TakenLevel, ...]) -> tuple[HeldLevel, ...]:
    """What training is given of a comparison's levels."""
    by_label = {level.ours: level for level in taken}
    levels = [by_label.get(level.label) for level in comparison.levels]
    return tuple(
        HeldLevel(_possible(level.m, LEAST_M), _possible(level.u, LEAST_U))
        if level
        else HeldLevel()
        for level in levels
    )


def _possible(probability: float | None, least: float) -> float | None:
    return None if probability is None else min(max(probability, least), 1 - least)


def _attribute_of(column: str, configuration: Configuration) -> str | None:
    """The attribute that a column of theirs holds: of that name, mapped so in omni.yaml, or by its name."""
    vocabulary = configuration.vocabulary
    known = {*SINGLE_ATTRIBUTES, *vocabulary.identifiers, *vocabulary.attribute_names}
    if column in known:
        return column
    mapped = {attribute for name, attribute in _mapped(configuration) if name == column}
    if len(mapped) == 1:
        return mapped.pop()
    named = meaning_of_name(column)
    surest = max(named.meanings, key=lambda m: (named.meanings[m], m), default=None)
    if surest in known and not named.is_of_others and named.strength(surest) >= WITHOUT_AFFIX:
        return surest
    return None


def _mapped(configuration: Configuration) -> Iterator[tuple[str, str]]:
    """Every column that a channel's contacts map, with its attribute."""
    for channel in configuration.channels:
        if channel.contacts is not None:
            for attribute, columns in channel.contacts.mapping.items():
                yield from ((column, attribute) for column in columns if isinstance(column, str))


def _kind(comparison: SplinkComparison) -> str:
    """Of which kind an attribute would be that compares as they do."""
    conditions = " ".join(level.sql.lower() for level in comparison.levels)
    for kind, functions in _FUNCTIONS.items():
        if any(f"{function}(" in conditions for function in functions):
            return kind
    return "exact"


def _as_name(column: str) -> str:
    """A name for an attribute: lower-case letters, digits and underscores."""
    name = "".join(
        letter if letter.isalnum() and letter.isascii() else "_" for letter in column.lower()
    )
    return name if name[:1].isalpha() else f"a_{name}"

"""Kinds of interactions that nobody mapped: how many there are, and the lines of omni.yaml that would map them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping

from omni_identity.channels.feeds import InteractionsFeed
from omni_identity.discovery.column_names import name_key
from omni_identity.discovery.kind_words import kind_of_word, known_words
from omni_identity.engines import Engine
from omni_identity.model.attributes import INTERACTION_KINDS

MOST_KINDS = 12
"""Kinds that are shown; what has many more of them is hardly a column of kinds."""
MOST_CHARACTERS = 40
"""Of a kind that is shown."""

_NO_TEXT = {"yes", "no", "on", "off", "true", "false", "null", "y", "n"}
"""Words that YAML takes for something else than text."""


def known_kinds(feed: InteractionsFeed) -> set[str]:
    """Ours, and those that the feed's ``kinds`` keep as they are."""
    return {*INTERACTION_KINDS, *feed.kinds.values()}


def kind_counts(engine: Engine) -> dict[str, dict[str, int]]:
    """How many current interactions there are, by channel and kind, the most frequent first.

    Reads ``derived.interactions``.
    """
    counts: dict[str, dict[str, int]] = {}
    found = engine.fetch(
        "select channel, kind, count(*) as n from derived.interactions"
        " group by channel, kind order by channel, n desc, kind"
    )
    for channel, kind, n in found.iter_rows():
        counts.setdefault(channel, {})[kind] = n
    return counts


def kinds_block(unknown: Mapping[str, int]) -> list[str]:
    """The lines to paste below ``interactions:``, with how many there are of each.

    What is guessed is a line of its own, what is not a comment. Words that do not look like kinds (an
    address, a number, a different one in almost every row) are counted and not quoted: the column may
    hold something else than kinds, and that may be personal.
    """
    words = {word: n for word, n in unknown.items() if _is_kind(word)}
    if len(words) > 3 and 2 * len(words) > sum(words.values()):
        words = {}
    lines = ["kinds:"] if words else []
    for word, n in list(words.items())[:MOST_KINDS]:
        shown, meant = _shown(word), guess(word)
        rows = f"{n:,} row{'' if n == 1 else 's'}"
        lines.append(f"  {shown}: {meant}  # {rows}" if meant else f"  # {shown}: ?  # {rows}")
    left = len(unknown) - min(len(words), MOST_KINDS)
    if left:
        lines.append(f"  # and {left:,} more that are not shown")
    return lines


def guess(word: str) -> str | None:
    """The kind of ours that a channel's word seems to mean, if any."""
    known = kind_of_word(word)
    if known is not None:
        return known
    near = difflib.get_close_matches(name_key(word), known_words(), n=1, cutoff=0.8)
    return kind_of_word(near[0]) if near else None


def _is_kind(word: str) -> bool:
    return len(word) <= MOST_CHARACTERS and "@" not in word and len(re.sub(r"\D", "", word)) < 5


def _shown(word: str) -> str:
    """A word as a YAML key, without control characters."""
    plain = "".join(c for c in word if c.isprintable())
    is_plain = re.fullmatch(r"[a-z][a-z0-9_]*", plain) and plain not in _NO_TEXT
    return plain if is_plain else "'{}'".format(plain.replace("'", "''"))

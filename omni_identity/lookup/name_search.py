"""Finds golden customers by name and postcode: words in any order, case and accents folded, partial ones too."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from omni_identity.engines.literals import literal
from omni_identity.lookup.customer_search import Found
from omni_identity.lookup.name_patterns import code_pattern, word_pattern, words_of

if TYPE_CHECKING:
    import duckdb

MOST_WORDS = 20
MOST_LETTERS = 200
"""Words, and letters in all of them, beyond which a term is no name."""


def find_by_name(published: duckdb.DuckDBPyConnection, term: str, limit: int) -> Found:
    """Return the customers to whom every word of ``term`` belongs, ``limit`` of them at most.

    A word belongs to a customer a word of whose name begins with it; words with a digit, and a word of
    letters behind them (``1012 AB``), also to one whose postcode begins with them; beside such words, others
    may be of the city. Those with the most whole words in their names come first, of these who was seen last.
    """
    words = words_of(term)
    if not words or len(words) > MOST_WORDS or sum(map(len, words)) > MOST_LETTERS:
        return Found(())
    whole = " + ".join(
        f"coalesce(cast({_has(word_pattern(word, is_whole=True))} as integer), 0)" for word in words
    )
    rows = published.execute(
        f"""
        with hits as materialized (
            select golden_id, full_name, last_seen_at from unified_profiles
            where {" and ".join(_conditions(words))}
        )
        select golden_id, count(*) over () as n from hits
        order by {whole} desc, last_seen_at desc nulls last, golden_id limit $n
        """,
        {"n": limit},
    ).fetchall()
    count = int(rows[0][1]) if rows else 0
    return Found(tuple(row[0] for row in rows), more=count - len(rows))


def _conditions(words: list[str]) -> list[str]:
    """A condition for every run of words with a digit, and for every other word."""
    conditions = {n: _has(word_pattern(word)) for n, word in enumerate(words)}
    groups = groupby(range(len(words)), key=lambda n: any(c.isdigit() for c in words[n]))
    runs = [list(run) for has_digit, run in groups if has_digit]
    codes = {run[-1] + 1: "".join(words[n] for n in run) for run in runs}
    for run, code in zip(runs, codes.values(), strict=True):
        in_name = " and ".join(conditions.pop(n) for n in run)
        conditions[run[0]] = f"({_has(code_pattern(code), 'postcode')} or ({in_name}))"
    for n in conditions.keys() - {run[0] for run in runs} if runs else ():
        ways = [conditions[n], _has(word_pattern(words[n]), "city")]
        if n in codes:
            ways.append(_has(code_pattern(codes[n] + words[n]), "postcode"))
        conditions[n] = f"({' or '.join(ways)})"
    return [conditions[n] for n in sorted(conditions)]


def _has(pattern: str, column: str = "full_name") -> str:
    # as a literal it is made ready once, as a parameter it costs twice the time
    return f"regexp_matches({column}, {literal(pattern)})"

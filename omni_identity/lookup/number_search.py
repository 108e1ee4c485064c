"""Finds golden customers by a number: of an order, a ticket, a cart, a conversation, or an interaction's ID."""

from __future__ import annotations

from typing import TYPE_CHECKING

from omni_identity.channels.written_ids import bare_id
from omni_identity.engines.literals import literal
from omni_identity.lookup.customer_search import Found
from omni_identity.model.visible import visible

if TYPE_CHECKING:
    import duckdb

NUMBERS = {
    "order_id": "order number",
    "ticket_id": "ticket number",
    "cart_id": "cart",
    "conversation_id": "conversation",
    "interaction_id": "interaction ID",
}
"""Columns of ``interactions`` that are searched, and what they are called."""


def find_by_number(published: duckdb.DuckDBPyConnection, term: str, limit: int) -> Found:
    """Return the customers of the interactions that have ``term`` as a number, ``limit`` of them at most.

    It is taken as typed, as an ID is read from a file, with and without a leading ``#``, in capitals and
    small letters; before it may stand ``channel:``. Whose interactions are newest comes first. Several words
    without a digit are no number.
    """
    if not term.strip() or _is_of_words(term):
        return Found(())
    channel, colon, number = term.strip().partition(":")
    test = f"{{column}} in ({_literals(term.strip())})"
    if colon and number.strip():
        qualified = f"{{column}} in ({_literals(number.strip())}) and channel = $channel"
        test = f"({test} or {qualified})"
    named = {"channel": channel.strip()} if colon and number.strip() else {}
    # a scan per column passes over what cannot have the number, one for all of them cannot; and one that reads
    # nothing else takes half the time of one that reads whose it is, which few columns are asked for then
    looked = " union all ".join(
        f"select '{column}' as name from interactions where {test.format(column=column)}"
        for column in NUMBERS
    )
    columns = published.execute(f"select distinct name from ({looked})", named).fetchall()
    if not columns:
        return Found(())
    searched = " union all ".join(
        f"select golden_id, '{NUMBERS[column]} in ' || channel as what, occurred_at from interactions"
        f" where {test.format(column=column)}"
        for (column,) in columns
    )
    rows = published.execute(
        f"select golden_id, list(distinct what order by what) as what from ({searched})"
        " group by golden_id order by max(occurred_at) desc, golden_id",
        named,
    ).fetchall()
    known = [row for row in rows if row[0] is not None]
    found = sorted({visible(what) for row in known or rows for what in row[1]})
    how = f"Found as {', '.join(found)}." if found else ""
    if rows and not known:
        return Found((), f"{how} Nobody is known behind it.")
    return Found(tuple(row[0] for row in known[:limit]), how, max(0, len(known) - limit))


def _is_of_words(term: str) -> bool:
    """Whether a term can be a name alone: to look for it in all numbers takes as long as in all names."""
    return len(term.split()) > 1 and not any(letter.isdigit() for letter in term)


def _literals(number: str) -> str:
    """What a number that was typed may be written as, for an SQL list."""
    bare = {number, bare_id(number), number.lstrip("#"), bare_id(number.lstrip("#"))} - {""}
    either = {spelling for text in bare for spelling in (text, f"#{text.lstrip('#')}")}
    cases = {case for text in either for case in (text, text.upper(), text.lower())}
    return ", ".join(map(literal, sorted(cases)))

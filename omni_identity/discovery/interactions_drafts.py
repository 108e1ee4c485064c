"""Interactions drafts: how a table of orders, tickets, messages and their like is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from omni_identity.channels.settings_checks import in_snake_case
from omni_identity.discovery.column_meanings import LEAST, LIKELY, ColumnProfile
from omni_identity.discovery.contacts_drafts import SEVERAL, date_order_of
from omni_identity.discovery.currencies import BY_AMOUNTS, currency_in
from omni_identity.discovery.drafts import (
    OF_INTERACTIONS,
    Ask,
    Chosen,
    FeedDraft,
    Said,
    graded,
    nobody,
    notes_of_rest,
    said_of,
)
from omni_identity.discovery.keys import ALL_BUT_FEW, find_key, other_key
from omni_identity.discovery.kind_words import kind_of_file, kinds_of_words
from omni_identity.discovery.lines_drafts import LINE_WORDS
from omni_identity.discovery.roles import HAPPENINGS
from omni_identity.discovery.tables import Table
from omni_identity.model.attributes import INTERACTION_KINDS

_IDS = (
    *("id:event", "id:message", "id:order", "id:ticket", "id:cart", "id:conversation", "id"),
    "interaction_id",
)
_KIND_OF_ID = {
    "id:order": "order",
    "id:cart": "cart",
    "id:ticket": "ticket_opened",
    "id:message": "message",
    "id:conversation": "message",
}
_FACT_OF_ID = {
    "id:order": "order_id",
    "id:cart": "cart_id",
    "id:ticket": "ticket_id",
    "id:conversation": "conversation_id",
}
_FACTS = (
    *("amount", "currency", "item_count", "store", "status", "direction", "subject", "campaign"),
    *("satisfaction", "duration_seconds"),
)
_LINE_NAMES = {meanings[0]: word for word, meanings in LINE_WORDS.items() if word != "store"}
"""By their plainest meaning, the words of a line; in rows of whole orders a store is the order's."""
LEAST_KNOWN = 0.5
"""Share of rows whose word must be a kind that is known, for a column to be that of kinds."""


@dataclass(frozen=True)
class Contact:
    """Which column refers to a contact, with the comment; ``identifier``: as this attribute instead of ``contact``."""

    column: str
    comment: str
    identifier: str | None = None


def draft_interactions(
    table: Table, contact: Contact | None = None, ask: Ask = nobody
) -> FeedDraft | str:
    """The draft of a table of interactions; a sentence where something that each needs is not there."""
    chosen = Chosen(table, ask, skips_lists=True)
    draft = FeedDraft("interactions", table)
    if contact is not None:
        chosen.take(contact.column)
    when = _when(chosen)
    if when is None:
        return "none of its columns says when it happened"
    for column in when.columns:
        chosen.take(column)
    kind_column = _kind(draft, chosen)
    problem = _ids(draft, chosen, kind_column, when.columns, contact)
    if problem is not None:
        return problem
    if contact is not None and contact.identifier is None:
        draft.keys["contact"] = Said(contact.column, contact.comment)
    columns = list(when.columns)
    said = Said(columns[0] if len(columns) == 1 else columns, when.comment)
    draft.keys["kind"], draft.keys["occurred_at"] = draft.keys.pop("kind"), said
    order = date_order_of(table)
    if order is not None:
        draft.keys["date_order"] = order
    reaches = chosen.assign([*SEVERAL, "id:loyalty"], LEAST + 0.1, several=SEVERAL)
    for name, pairs in reaches.items():
        draft.mapping["loyalty_id" if name == "id:loyalty" else name] = said_of(pairs)
    if contact is not None and contact.identifier is not None:
        draft.mapping[contact.identifier] = Said(contact.column, contact.comment)
    if contact is None and not draft.mapping:
        return "nothing in it says of which customer a row is"
    for name, pairs in chosen.assign(_FACTS, LEAST + 0.1).items():
        draft.mapping[name] = said_of(pairs)
    _add_store(draft, chosen)
    _add_currency(draft, table)
    _add_product(draft, chosen)
    draft.notes += notes_of_rest(chosen, OF_INTERACTIONS)
    return draft


@dataclass(frozen=True)
class _When:
    """The column of the time, or those of the date and the time of day, with the comment."""

    columns: tuple[str, ...]
    comment: str


def _when(chosen: Chosen) -> _When | None:
    """When it happened; None where nothing says so."""
    ranked = sorted(
        (
            (meaning.score - (0.15 if meaning.name == "created_at" else 0.0), profile, meaning)
            for profile in chosen.free()
            for meaning in profile.meanings
            if meaning.name in ("occurred_at", "created_at", "moment")
            and not meaning.is_contradicted
            and profile.shapes.filled
        ),
        key=lambda found: -found[0],
    )
    if not ranked:
        return None
    _, profile, meaning = ranked[0]
    comment = f"doubtful: {meaning.reason}" if meaning.name == "moment" else graded(meaning)
    beside = next(
        (
            other
            for other in chosen.free()
            if other.shapes.share("time_of_day") >= 0.9 and other.shapes.share("decimal") < 0.1
        ),
        None,
    )
    if beside is not None and profile.shapes.share("clock") < 0.1:
        words = f"{comment}; {beside.column} has the time of day"
        return _When((profile.column, beside.column), words)
    return _When((profile.column,), comment)


def _kind(draft: FeedDraft, chosen: Chosen) -> ColumnProfile | None:
    """The column of kinds with what its words mean, or the one kind that all rows are of."""
    best: tuple[float, ColumnProfile, dict[str, str]] | None = None
    for profile in chosen.free():
        words = profile.shapes.words
        if not words or profile.score("status") >= 0.8:
            continue
        known = kinds_of_words(words)
        share = sum(words[word] for word in known) / sum(words.values())
        named = profile.named.strength("kind")
        is_kind = share >= LEAST_KNOWN and (named >= 0.4 or (share >= 0.9 and len(known) >= 2))
        if is_kind and (best is None or share + named > best[0]):
            best = (share + named, profile, known)
    if best is None:
        kind, why = _one_kind(chosen.table)
        draft.keys["kind"] = Said({"value": kind}, why)
        return None
    _, profile, known = best
    chosen.take(profile.column)
    words = profile.shapes.words
    unknown = [word for word in words if word not in known]
    share = round(100 * sum(words[word] for word in known) / sum(words.values()))
    draft.keys["kind"] = Said(
        profile.column,
        f"{'sure' if share >= 95 else 'likely'}: {share} % of {sum(words.values()):,} rows are of kinds that are known",
    )
    for word, kind in known.items():
        if in_snake_case(word) != kind:
            draft.kinds[word] = Said(kind, f"{words[word]:,} rows")
    for word in unknown:
        if words[word] > 1 or len(words) <= 5:
            draft.notes.append(
                f"doubtful: the kind {in_snake_case(word)!r} is none of ours; it is kept as it is, or map it in"
                f" kinds: to one of {', '.join(INTERACTION_KINDS)}"
            )
    return profile


def _one_kind(table: Table) -> tuple[str, str]:
    kind = kind_of_file(table.name)
    if kind is not None:
        return kind, "likely: its files are called so, and no column says a kind"
    for meaning, kind in _KIND_OF_ID.items():
        if any(p.score(meaning) >= LIKELY and not p.named.is_of_others for p in table.columns):
            what = meaning.removeprefix("id:")
            return (
                kind,
                f"likely: it has the ID of {_article(what)} {what}, and no column says a kind",
            )
    if any(p.score("amount") >= LIKELY for p in table.columns):
        return "order", "likely: it has amounts, and no column says a kind"
    return "session", "doubtful: no column says a kind; write what a row is instead"


def _article(word: str) -> str:
    return "an" if word[0] in "aeiou" else "a"


def _ids(
    draft: FeedDraft,
    chosen: Chosen,
    kind: ColumnProfile | None,
    when: Sequence[str],
    contact: Contact | None,
) -> str | None:
    """The ID of an interaction; of a table with a row for each item, what makes the rows of one order one."""
    table = chosen.table
    for name, fact in _FACT_OF_ID.items():
        for profile in table.columns:
            if profile.score(name) >= LIKELY and not profile.named.is_of_others:
                meaning = profile.meaning(name)
                assert meaning is not None
                draft.mapping.setdefault(fact, Said(profile.column, graded(meaning)))
                break
    if contact is not None:
        table = table.without(contact.column)
    key = find_key(table, _IDS)
    if key is not None and len(key.columns) == 1:
        _set_id(
            draft, chosen, list(key.columns), f"{'sure' if key.is_sure else 'likely'}: {key.reason}"
        )
        return None
    repeated = [
        p
        for p in table.columns
        if p.score(*_IDS) >= LIKELY
        and not p.named.is_of_others
        and table.uniqueness([p.column])[0] >= ALL_BUT_FEW
    ]
    if repeated:
        first = max(repeated, key=lambda p: (p.score(*HAPPENINGS), p.score("id")))
        if kind is not None and table.uniqueness([first.column, kind.column])[1] >= ALL_BUT_FEW:
            words = "likely: the same number comes with several kinds, and once with each"
            _set_id(draft, chosen, [first.column, kind.column], words)
            return None
        lines = chosen.assign(tuple(_LINE_NAMES), LEAST + 0.1)
        if lines:
            unique = table.uniqueness([first.column])[1]
            words = f"likely: a number stands in {1 / max(unique, 1e-9):.1f} rows on average, one for each item"
            _set_id(draft, chosen, [first.column], words)
            draft.keys["one_per"] = Said(first.column, "rows with one number are one interaction")
            for name, pairs in lines.items():
                draft.lines[_LINE_NAMES[name]] = said_of(pairs)
            return None
    key = key or other_key(table)
    if key is not None:
        _set_id(draft, chosen, list(key.columns), f"likely: {key.reason}")
        return None
    return _made_up(draft, chosen, repeated, when)


def _made_up(
    draft: FeedDraft, chosen: Chosen, repeated: Sequence[ColumnProfile], when: Sequence[str]
) -> str | None:
    """An ID of the time and whatever else tells rows apart."""
    table = chosen.table
    columns = [p.column for p in repeated[:1]]
    whom = [
        p.column
        for p in table.columns
        if p.score("id:person", "email", "phone", "id:loyalty") >= LIKELY
        and p.column not in columns
    ][:1]
    columns += [*whom, *when]
    rest = [
        p.column
        for p in table.columns
        if p.column not in columns
        and p.score("amount", "product_name", "id:product", "kind", "quantity") >= LIKELY
    ]
    while rest and table.uniqueness(columns)[1] < 1:
        columns.append(rest.pop(0))
    unique = table.uniqueness(columns)[1]
    if unique < 0.5:
        return (
            "nothing in it tells its rows apart: no column has an ID, and rows of one customer and time repeat;"
            " add a column with a number for each row, and run init again"
        )
    words = "doubtful: no column is an ID, and rows that are alike in these columns are one"
    if unique < 1:
        words += f" ({round(100 * unique)} % are different)"
    _set_id(draft, chosen, columns, words)
    return None


def _set_id(draft: FeedDraft, chosen: Chosen, columns: list[str], comment: str) -> None:
    draft.key_columns = tuple(columns)
    ordered = {"interaction_id": Said(columns[0] if len(columns) == 1 else columns, comment)}
    draft.keys = {**ordered, **draft.keys}
    facts = {said.value for said in draft.mapping.values() if isinstance(said.value, str)}
    for column in columns:
        if not chosen.table.by_name[column].score("email", "phone", "amount") >= LIKELY:
            chosen.take(column)
    for column in facts:
        chosen.take(column)


def _add_store(draft: FeedDraft, chosen: Chosen) -> None:
    if "store" not in draft.mapping:
        found = chosen.assign(["id:store"], LIKELY)
        if found:
            draft.mapping["store"] = said_of(found["id:store"])


def _add_product(draft: FeedDraft, chosen: Chosen) -> None:
    if not draft.lines:
        found = chosen.assign(["id:product"], LIKELY)
        if found:
            draft.mapping["product_id"] = said_of(found["id:product"])


def _add_currency(draft: FeedDraft, table: Table) -> None:
    """A currency that only the name or the values of the amounts tell."""
    if "amount" not in draft.mapping or "currency" in draft.mapping:
        return
    amount = draft.mapping["amount"].value
    code = currency_in(table, amount if isinstance(amount, str) else amount[0])
    if code is not None:
        draft.mapping["currency"] = Said({"value": code}, BY_AMOUNTS)

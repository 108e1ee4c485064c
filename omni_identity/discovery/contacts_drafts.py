"""Contacts drafts: how a table of customers is read."""

from __future__ import annotations

from collections.abc import Sequence

from omni_identity.discovery.column_meanings import LEAST, LIKELY, ColumnProfile, Meaning
from omni_identity.discovery.consent_columns import Consent, consent_of
from omni_identity.discovery.drafts import (
    OF_CONTACTS,
    Ask,
    Chosen,
    FeedDraft,
    Said,
    graded,
    nobody,
    notes_of_rest,
    said_of,
)
from omni_identity.discovery.keys import ALL_BUT_FEW, Key, find_key, nearly_a_key, other_key
from omni_identity.discovery.tables import Table

RECORD_IDS = ("id:person", "id", "id:loyalty", "interaction_id", "email", "whatsapp", "phone")
_PARTNERS = ("full_name", "last_name", "phone", "email", "birth_date", "id:store", "store")
SEVERAL = ("email", "phone", "whatsapp", "telegram", "instagram", "facebook", "device_id")
_SINGLE = (
    *("first_name", "middle_name", "last_name", "name_prefix", "second_last_name", "full_name"),
    *("name_suffix", "birth_date", "gender", "street", "street_2", "house_number", "city"),
    *("region", "postcode", "country", "created_at", "updated_at", "deleted"),
)
_NAMES = ("first_name", "last_name", "full_name")
Pairs = dict[str, list[tuple[ColumnProfile, Meaning]]]


def draft_contacts(table: Table, ask: Ask = nobody) -> FeedDraft | str:
    """The draft of a table of customers; a sentence where nothing in it tells them apart."""
    key = find_record_id(table, ask)
    if isinstance(key, str):
        return key
    draft = FeedDraft("contacts", table, key_columns=key.columns)
    columns = list(key.columns)
    grade = "sure" if key.is_sure else "likely"
    value = columns[0] if len(columns) == 1 else columns
    draft.keys["record_id"] = Said(value, f"{grade}: {key.reason}")
    chosen = Chosen(table, ask)
    for column in columns:
        if not _is_reach(table.by_name[column]):
            chosen.take(column)
    _add_consents(draft, chosen)
    found = _assigned(chosen)
    for name in ("updated_at", "deleted"):
        if name in found:
            draft.keys[name] = said_of(found.pop(name))
    draft.mapping = {**_mapping(found, chosen), **draft.mapping}
    _add_loyalty(draft, chosen, key)
    _add_date_order(draft, table)
    _add_feed(draft, ask)
    draft.notes += notes_of_rest(chosen, OF_CONTACTS)
    if not draft.mapping:
        return "none of its columns says anything of a customer but an ID"
    return draft


def find_record_id(table: Table, ask: Ask = nobody) -> Key | str:
    """What tells customers apart; a sentence on how to mend it where nothing does."""
    key = find_key(table, RECORD_IDS[:3])
    if key is not None:
        return key
    repeated = nearly_a_key(table, ("id:person",), 0.9)
    if repeated is not None and repeated.unique >= 0.3:
        other = other_key(table)
        if repeated.filled < ALL_BUT_FEW and other is not None:
            return other  # rows without an ID would be held back
        words = f"{repeated.reason}: of several rows with one ID the newest counts"
        return Key(repeated.columns, False, words, repeated.filled, repeated.unique)
    key = find_key(table, RECORD_IDS[3:], _PARTNERS)
    if key is not None:
        words = f"no column is an ID; {key.reason}"
        return Key(key.columns, False, words, key.filled, key.unique)
    other = other_key(table)
    if other is not None:
        return other
    repeated = nearly_a_key(table, ("email", "phone", "id:loyalty"), 0.5)
    if repeated is not None:
        beside = [
            p.column
            for p in table.columns
            if p.score("email", "phone", "full_name", "last_name", "first_name", "postcode")
            >= LIKELY
            and p.column not in repeated.columns
        ][:2]
        words = "no column is an ID; rows that are alike in these columns are one record"
        columns = (*repeated.columns, *beside)
        filled, unique = table.uniqueness(columns)
        return Key(columns, False, words, filled, unique)
    return (
        "nothing in it tells its customers apart: no column is filled everywhere with a value of its own, and there"
        " is no e-mail or phone number; add a column with a number for each row, and run init again"
    )


def _is_reach(profile: ColumnProfile) -> bool:
    """Whether a column that is a key is also a way to reach somebody."""
    best = profile.best
    return best is not None and best.name in (*SEVERAL, *_SINGLE)


def _assigned(chosen: Chosen) -> Pairs:
    """The columns of all attributes; names with an eye on each other."""
    found: Pairs = {}
    first = _strongest(chosen, "first_name")
    last = _strongest(chosen, "last_name")
    if first is not None and (last is None or last.column == first.column):
        # "Nom" beside "Prénom" is a surname, whatever else it may mean
        last = _strongest(chosen, "last_name", without=first.column)
    if first is not None and last is not None and first.column != last.column:
        for name, profile in (("first_name", first), ("last_name", last)):
            meaning = profile.meaning(name)
            assert meaning is not None
            chosen.take(profile.column)
            found[name] = [(profile, meaning)]
        names: Sequence[str] = [n for n in _SINGLE if n not in _NAMES]
    else:
        whole = _strongest(chosen, "full_name")
        if whole is not None:
            meaning = whole.meaning("full_name")
            assert meaning is not None
            chosen.take(whole.column)
            found["full_name"] = [(whole, meaning)]
            names = [n for n in _SINGLE if n not in ("full_name",)]
        else:
            names = _SINGLE
    found |= chosen.assign([*SEVERAL, *names], LEAST + 0.1, several=SEVERAL)
    if "gender" not in found:
        salutations = chosen.assign(["salutation"], LIKELY)
        if "salutation" in salutations:
            found["gender"] = salutations["salutation"]
    return found


def _strongest(chosen: Chosen, name: str, without: str = "") -> ColumnProfile | None:
    """The column that most surely holds a part of a name, and no other part more surely."""
    best: tuple[float, ColumnProfile] | None = None
    for profile in chosen.free():
        score = profile.score(name)
        if profile.column == without or score < LEAST + 0.1:
            continue
        rivals = profile.score(*(n for n in _NAMES if n != name))
        if not without and rivals > score:
            continue
        if best is None or score > best[0]:
            best = (score, profile)
    return best[1] if best else None


def _mapping(found: Pairs, chosen: Chosen) -> dict[str, Said]:
    mapping: dict[str, Said] = {}
    joined = {
        "last_name": ("name_prefix", "last_name", "second_last_name"),
        "street": ("street", "house_number", "street_2"),
    }
    parts = {name for names in joined.values() for name in names}
    for name in ("full_name", "first_name", "middle_name", "last_name", "name_suffix", *SEVERAL):
        pairs = _joined(found, joined.get(name, (name,)), name)
        if pairs:
            mapping[name] = said_of(pairs)
    for name in ("birth_date", "gender", "street", "city", "region", "postcode", "country"):
        pairs = _joined(found, joined.get(name, (name,)), name)
        if pairs:
            mapping[name] = said_of(pairs)
    if "created_at" in found:
        mapping["created_at"] = said_of(found["created_at"])
    for name in parts & found.keys() - mapping.keys():
        is_used = any(name in names and owner in mapping for owner, names in joined.items())
        for profile, _ in found[name] if not is_used else ():
            chosen.used.discard(profile.column)
    return mapping


def _joined(found: Pairs, names: Sequence[str], owner: str) -> list[tuple[ColumnProfile, Meaning]]:
    if owner not in found:
        return []
    return [pair for name in names for pair in found.get(name, [])]


def _add_consents(draft: FeedDraft, chosen: Chosen) -> None:
    """Consents, and the times that are said beside them."""
    times: list[tuple[ColumnProfile, Consent]] = []
    for profile in chosen.free():
        consent = consent_of(profile.column, profile.shapes)
        if consent is None or profile.score("email", "phone", "updated_at", "created_at") >= 0.8:
            continue
        if consent.is_time and not consent.is_opt_out:
            times.append((profile, consent))
            continue
        chosen.take(profile.column)
        for way in consent.ways:
            name = f"consent_{way}"
            if name in draft.mapping:
                if len(consent.ways) == 1:
                    chosen.used.discard(profile.column)
                continue
            value = (
                {"from": profile.column, "opt_out": True} if consent.is_opt_out else profile.column
            )
            grade = "sure" if consent.is_sure else "likely"
            draft.mapping[name] = Said(value, f"{grade}: {consent.reason}{_general(consent)}")
    for profile, consent in times:
        for way in consent.ways:
            name = f"consent_{way}"
            if name in draft.mapping and f"{name}_at" not in draft.mapping:
                chosen.take(profile.column)
                draft.mapping[f"{name}_at"] = Said(profile.column, f"likely: {consent.reason}")


def _general(consent: Consent) -> str:
    if consent.ways == ("marketing",):
        return "; it names no way: write consent_email if it is about e-mail"
    return ""


def _add_loyalty(draft: FeedDraft, chosen: Chosen, key: Key) -> None:
    """The number of a loyalty card, also where it is the record's ID."""
    best: tuple[Meaning, str] | None = None
    for profile in chosen.table.columns:
        meaning = profile.meaning("id:loyalty")
        if meaning is None or meaning.is_contradicted or meaning.score < 0.8:
            continue
        if profile.column in chosen.used and profile.column not in key.columns:
            continue
        if best is None or meaning.score > best[0].score:
            best = (meaning, profile.column)
    if best is not None:
        chosen.take(best[1])
        draft.mapping["loyalty_id"] = Said(best[1], graded(best[0]))


_WHOLE_LISTS = 0.8
"""Share of the customers of a file that a newer one has, too, from which on each may be the whole list."""


def _add_feed(draft: FeedDraft, ask: Ask) -> None:
    """Whether files are whole lists (snapshots). Not assumed: who is missing in a newer one would be deleted."""
    table = draft.table
    samples = [s for s in table.samples if all(column in s.columns for column in draft.key_columns)]
    if len(samples) < 2:
        return
    older, newer = (
        Table(table.name, (s,), table.columns, s.rows).values(draft.key_columns)
        for s in samples[-2:]
    )
    kept = older.is_in(newer.implode()).mean() if len(older) else 0.0
    if not isinstance(kept, float) or kept < _WHOLE_LISTS:
        return
    found = f"the newest file has {round(100 * kept)} % of the customers of the one before"
    answer = ask(
        f"{table.shown}: {found}. Is each file the whole list of customers?",
        [
            "No, or not always: nobody is dropped for being missing in a newer file",
            "Yes: who is missing in a newer file was dropped",
        ],
    )
    if answer == 1:
        draft.keys["feed"] = Said("snapshot", f"you said so; {found}")
    elif answer is None:
        draft.notes.append(
            f"doubtful: {found}; if each is the whole list, write feed: snapshot, and who is missing in a newer one"
            " is dropped"
        )


def _add_date_order(draft: FeedDraft, table: Table) -> None:
    """How dates like 03/04/2024 are to be read, where the values do not tell it in every file."""
    order = date_order_of(table)
    if order is not None:
        draft.keys["date_order"] = order


def date_order_of(table: Table) -> Said | None:
    """The order of day and month, where some dates need one: by dates that leave no choice."""
    dated = [p for p in table.columns if p.shapes.is_order_needed and p.shapes.share("time") >= 0.5]
    orders = {p.shapes.date_order for p in dated} - {None}
    if not dated:
        return None
    if len(orders) == 1:
        columns = ", ".join(p.column for p in dated if p.shapes.date_order)
        return Said(orders.pop(), f"sure: by dates in {columns} that can be read in one way only")
    if len(orders) > 1:
        columns = ", ".join(f"{p.column} ({p.shapes.date_order})" for p in dated)
        return Said(None, f"doubtful: its columns differ: {columns}; each file's own dates decide")
    return None

"""Arrangement: the tables of a newcomer as channels with their feeds, and how they refer to one another."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from omni_identity.channels.presets.preset_files import names_of, read_preset
from omni_identity.channels.presets.recognition import Recognition
from omni_identity.channels.settings_checks import NAME, in_snake_case
from omni_identity.discovery.column_meanings import LIKELY, SURE, ColumnProfile
from omni_identity.discovery.contacts_drafts import draft_contacts
from omni_identity.discovery.currencies import add_currencies
from omni_identity.discovery.database_cursors import add_source
from omni_identity.discovery.drafts import Ask, ChannelDraft, Draft, FeedDraft, Said, nobody
from omni_identity.discovery.home_countries import home_country, votes
from omni_identity.discovery.interactions_drafts import Contact, draft_interactions
from omni_identity.discovery.keys import ALL_BUT_FEW, refers_to
from omni_identity.discovery.lines_drafts import draft_lines
from omni_identity.discovery.preset_columns import add_renamed_columns
from omni_identity.discovery.roles import REACHES, Role, Roles, role_of
from omni_identity.discovery.tables import Table, stem_of

_GENERIC = frozenset(
    [
        *(
            "export",
            "exports",
            "data",
            "file",
            "files",
            "list",
            "liste",
            "daten",
            "download",
            "report",
        ),
        *("contacts", "interactions", "landing", "downloads", "tmp", "new", "all"),
        *("lines", "catalogue", "catalog", "stock", "prices"),
    ]
)
_DESCRIBED = {
    "contacts": "a list of customers",
    "interactions": "orders, tickets, messages or their like",
    "catalogue": "a list of products",
    "none": "none of these; leave it out",
}
_MOST_KNOWN = 0.5
"""Share of the people in a list of orders from which on other lists are taken to know them."""
_LEAST_SHARED_IDS = 5
"""Different IDs of another list that a column must have to link two lists."""
_LEAST_VOTES = 5
"""What speaks for a channel's own country must be no less than five phone numbers."""
_CATALOGUE = {
    "id:product": "product_id",
    "price": "price",
    "currency": "currency",
    "store": "store",
    "stock": "stock",
    "availability": "availability",
    "promotion": "promotion",
}


@dataclass(frozen=True)
class _List:
    """A contacts feed with the columns of its record ID, as the file calls them."""

    channel: ChannelDraft
    feed: FeedDraft
    key: tuple[str, ...]


def arrange(tables: Sequence[Table], ask: Ask = nobody) -> Draft:
    """The draft of a configuration for these tables; see :class:`~omni_identity.discovery.drafts.Draft`.

    Tables of one vendor's presets share a channel; orders are in the channel of the customers whose IDs they
    have. ``ask`` is called where it is doubtful what a table is.
    """
    draft = Draft()
    _add_presets(draft, [table for table in tables if table.presets])
    roles: list[tuple[Table, Role]] = []
    none_of_them: dict[str, str] = {}
    for table in (table for table in tables if not table.presets):
        found = role_of(table)
        roles.append((table, _settled(table, found, ask)))
        if roles[-1][1] == "none":
            none_of_them[table.shown] = found.reason if found.role == "none" else _SO
    roles = _without_parts(draft, _without_views(draft, roles))
    for table, role in roles:
        if role == "contacts" and (reason := _add_contacts(draft, table, ask)):
            none_of_them[table.shown] = reason
    lists = _lists(draft)
    _link_lists(draft, lists)
    for table, role in roles:
        if role == "interactions":
            _add_interactions(draft, table, lists, ask)
    for table, role in roles:
        is_none = table.shown in none_of_them
        if (is_none or role == "catalogue") and not _add_lines(draft, table):
            if is_none:
                draft.left_out.append((table.shown, none_of_them[table.shown]))
            else:
                _add_catalogue(draft, table)
    _add_countries(draft)
    add_currencies(draft)
    return draft


_SO = "you said so"
_OWN_NAME = (
    "doubtful: your own name in the chats is a sender, and so a customer, too; keep it out with"
    """ where: "sender IS NOT NULL AND sender <> 'YOUR NAME'\""""
)
_READING = {
    "encoding": "its letters read as words in it, and are no UTF-8",
    "sheet": "one of several in its workbook",
    "rows": "where the rows are in its documents",
}
"""Why a key stands there without which the files cannot be read."""


def _settled(table: Table, found: Roles, ask: Ask) -> Role:
    if found.is_sure:
        return found.role
    options = (found.role, *found.others)
    question = f"{table.shown}: what is it? It has {found.reason}."
    answer = ask(question, [_DESCRIBED[role] for role in options])
    return options[answer] if answer is not None else found.role


def _without_views(draft: Draft, roles: Sequence[tuple[Table, Role]]) -> list[tuple[Table, Role]]:
    """Leave out views of tables that are read themselves: the same customers, or orders, would come twice."""
    by_name = {table.source.name: role for table, role in roles if table.source is not None}
    kept = []
    for table, role in roles:
        shows = table.source.shows if table.source is not None else ()
        base = next((name for name in shows if by_name.get(name) == role), None)
        if base is None or role == "none":
            kept.append((table, role))
        else:
            words = f"it is a view of {base}, which is read itself; or read the view in its place"
            draft.left_out.append((table.shown, words))
    return kept


def _without_parts(draft: Draft, roles: Sequence[tuple[Table, Role]]) -> list[tuple[Table, Role]]:
    """Leave out tables whose rows are parts of another's, such as the lines of orders, and name no customer."""
    by_name = {table.source.name: role for table, role in roles if table.source is not None}
    kept = []
    for table, role in roles:
        references = table.source.references.values() if table.source is not None else ()
        targets = {by_name.get(name): name for name, _ in references}
        reached = max((p.score(*REACHES) for p in table.columns), default=0.0)
        is_part = "interactions" in targets and "contacts" not in targets and reached < LIKELY
        if role == "interactions" and is_part:
            whole = targets["interactions"]
            words = f"its rows are parts of those of {whole}; a query that joins both reads them as `lines`"
            draft.left_out.append((table.shown, words))
        else:
            kept.append((table, role))
    return kept


def _add_presets(draft: Draft, tables: Iterable[Table]) -> None:
    """A channel for each vendor; of two feeds of one kind, the second has a channel of its own."""
    for table in tables:
        for found in table.presets:
            preset = read_preset(found.preset)
            vendor, _, export = found.preset.partition("/")
            channel = _channel_with_room(draft, vendor, preset.feed, f"{vendor}_{export}")
            feed = FeedDraft(preset.feed, table, about=f"{preset.title}: {_percent(found)}")
            feed.keys["preset"] = Said(found.preset, f"{_grade(found)}: {found.reason}")
            for name in ("encoding", "sheet"):
                if name in table.samples[0].settings:
                    feed.keys[name] = Said(table.samples[0].settings[name], _READING[name])
            if found.rows is not None:
                feed.keys["rows"] = Said(found.rows, _READING["rows"])
            key = preset.settings.get("record_id")
            columns = [key] if isinstance(key, str) else list(key or [])
            feed.key_columns = tuple(
                next((n for n in names_of(c, preset.other_names) if n in table.by_name), "")
                for c in columns
                if isinstance(c, str)
            )
            add_renamed_columns(feed, preset)
            if preset.feed == "contacts" and preset.settings.get("format") == "whatsapp_chat":
                feed.notes.append(_OWN_NAME)
            if preset.feed == "contacts":
                channel.contacts = feed
            else:
                channel.interactions = feed


def _grade(found: Recognition) -> str:
    return "sure" if found.score >= 0.85 else "likely"


def _percent(found: Recognition) -> str:
    return f"recognised with a score of {found.score:.2f}"


def _channel_with_room(draft: Draft, name: str, kind: str, other: str) -> ChannelDraft:
    for channel in draft.channels:
        if channel.name == name and getattr(channel, kind) is None:
            return channel
    taken = {channel.name for channel in draft.channels}
    return _new_channel(draft, name if name not in taken else other)


def _new_channel(draft: Draft, wanted: str) -> ChannelDraft:
    name = re.sub(r"[^a-z0-9_]", "", in_snake_case(wanted)).lstrip("0123456789_")
    name = name if NAME.fullmatch(name) else "channel"
    taken = {channel.name for channel in draft.channels}
    number = 2
    base = name
    while name in taken:
        name, number = f"{base}_{number}", number + 1
    channel = ChannelDraft(name)
    draft.channels.append(channel)
    return channel


def _name_for(table: Table) -> str:
    """What to call a channel: its files' name, or that of their folder where they say nothing."""
    path = table.samples[0].path
    for name in (table.name, *(stem_of(folder) for folder in islice(path.parents, 3))):
        words = [word for word in name.split("_") if word not in _GENERIC and not word.isdigit()]
        if words:
            return "_".join(words)
    return table.name


def _add_contacts(draft: Draft, table: Table, ask: Ask) -> str | None:
    """Give its customers a channel; returns why not, where they can be told apart by nothing."""
    feed = draft_contacts(table, ask)
    if isinstance(feed, str):
        return feed
    _add_reading(feed, table)
    _new_channel(draft, _name_for(table)).contacts = feed
    return None


def _add_reading(feed: FeedDraft, table: Table) -> None:
    """The keys without which its files cannot be read."""
    first = table.samples[0]
    before = {name: Said(value, _READING[name]) for name, value in first.settings.items()}
    feed.keys = {**before, **feed.keys}
    if first.source is not None:
        add_source(feed, first.source)
    if first.header_line is not None:
        feed.notes.append(
            f"its header is line {first.header_line}; what stands above is passed over"
        )


def _lists(draft: Draft) -> list[_List]:
    return [
        _List(channel, channel.contacts, channel.contacts.key_columns)
        for channel in draft.channels
        if channel.contacts is not None and all(channel.contacts.key_columns)
    ]


def _link_lists(draft: Draft, lists: Sequence[_List]) -> None:
    """IDs of one list that stand in another become an identifier of their own, which links their customers."""
    for one in lists:
        for profile in one.feed.table.columns:
            if profile.column in one.key or profile.score("id:person", "id", "id:loyalty") < LIKELY:
                continue
            for other in lists:
                if other is one or len(other.key) != 1:
                    continue
                if _declared(one.feed.table, profile, other) is False:
                    continue
                share = refers_to(one.feed.table, profile, other.feed.table, other.key)
                enough = profile.shapes.distinct >= _LEAST_SHARED_IDS and all(
                    profile.column in sample.columns for sample in one.feed.table.samples
                )
                if share and enough:
                    name = _declare(draft, other)
                    words = _share_words(share, other)
                    one.feed.mapping.setdefault(name, Said(profile.column, words))
                    one.feed.notes = [
                        n for n in one.feed.notes if not n.endswith(f" {profile.column}")
                    ]
                    break


def _share_words(share: float, other: _List) -> str:
    grade = "sure" if share >= 0.9 else "likely"
    return f"{grade}: {round(100 * share)} % of its values are IDs in {other.feed.table.shown}"


def _declare(draft: Draft, other: _List) -> str:
    """The identifier that stands for the record IDs of a list."""
    name = f"{other.channel.name}_id"
    draft.identifiers.setdefault(
        name, Said({}, f"record IDs of {other.channel.name} that other lists have")
    )
    other.feed.mapping.setdefault(
        name, Said(other.key[0], "the record ID, which other lists refer to")
    )
    return name


def _add_interactions(draft: Draft, table: Table, lists: Sequence[_List], ask: Ask) -> None:
    place = _name_for(table)
    reference = _reference(table, lists, place)
    channel: ChannelDraft | None = None
    contact: Contact | None = None
    if reference is not None:
        share, column, other = reference
        words = _share_words(share, other)
        if other.channel.interactions is None:
            channel, contact = other.channel, Contact(column, words)
        else:
            contact = Contact(column, words, _declare(draft, other))
    feed = draft_interactions(table, contact, ask)
    own: FeedDraft | None = None
    if reference is None and _share_known(table, lists) < _MOST_KNOWN:
        own = _own_contacts(table, ask)
        if own is not None:
            contact = Contact(own.key_columns[0], "the customers of the same rows")
            feed = draft_interactions(table, contact if len(own.key_columns) == 1 else None, ask)
            if not isinstance(feed, str) and len(own.key_columns) > 1:
                said = Said(list(own.key_columns), "the customers of the same rows")
                feed.keys = {
                    "interaction_id": feed.keys.pop("interaction_id"),
                    "contact": said,
                    **feed.keys,
                }
    if isinstance(feed, str):
        draft.left_out.append((table.shown, feed))
        return
    _add_reading(feed, table)
    if channel is None:
        channel = _channel_with_room(draft, place, "interactions", place)
    channel.interactions = feed
    if own is not None:
        _add_reading(own, table)
        own.about = "Its customers are in no other list: they are read from the same files."
        channel.contacts = own


def _reference(table: Table, lists: Sequence[_List], place: str) -> tuple[float, str, _List] | None:
    """The column that has the record IDs of a list, with the share that it has.

    Of several lists that of the channel called ``place``, as the table's own folder is: a till's receipts have
    loyalty cards, too, and are the till's.
    """
    found = [
        (share, profile.score("id:person", "id"), profile.column, other)
        for profile in table.columns
        if not profile.named.is_of_others
        and profile.shapes.filled
        and profile.shapes.share("identifier") + profile.shapes.share("email") >= 0.5
        for other in lists
        if len(other.key) == 1
        and (
            profile.score("id:order", "amount", "occurred_at") < LIKELY
            or _is_key_of(table, profile, other)
        )
        and (share := _share_referring(table, profile, other)) > 0
    ]
    if not found:
        return None
    share, _, column, other = max(
        found, key=lambda one: (one[3].channel.name == place, round(one[0], 1), one[1], one[0])
    )
    return share, column, other


def _is_key_of(table: Table, profile: ColumnProfile, other: _List) -> bool:
    """Whether a column is called as the record ID of a list, and repeats here, as no ID of an order does."""
    is_called_so = [profile.column] == list(other.key)
    return is_called_so and table.uniqueness([profile.column])[1] < ALL_BUT_FEW


def _share_referring(table: Table, profile: ColumnProfile, other: _List) -> float:
    """The share of a column's values that are IDs of a list: all of them where a foreign key says so."""
    declared = _declared(table, profile, other)
    if declared is not None:
        return float(declared)
    return refers_to(table, profile, other.feed.table, other.key)


def _declared(table: Table, profile: ColumnProfile, other: _List) -> bool | None:
    """Whether the database says that a column refers to a list; None where it says nothing.

    Small whole numbers are IDs of any table: a table with foreign keys refers by them alone, and none by its own key.
    """
    source, target = table.source, other.feed.table.source
    if source is None or target is None or source.variable != target.variable:
        return None
    if source.references:
        return source.references.get(profile.column) == (target.name, *other.key)
    return False if profile.column == source.key else None


def _share_known(table: Table, lists: Sequence[_List]) -> float:
    """Which share of the addresses and numbers in a table stands in the lists of customers, too."""
    best = 0.0
    for meaning in ("email", "phone", "id:loyalty", "whatsapp"):
        values = _reached(table, meaning)
        if not values:
            continue
        known = set().union(*(_reached(other.feed.table, meaning) for other in lists))
        best = max(best, len(values & known) / len(values))
    return best


def _reached(table: Table, meaning: str) -> set[str]:
    columns = [p.column for p in table.columns if p.score(meaning) >= LIKELY]
    found: set[str] = set()
    for column in columns:
        values = table.rows[column].drop_nulls().str.to_lowercase()
        if meaning in ("phone", "whatsapp"):
            values = values.str.replace_all(r"\D", "").str.tail(8)
        found |= set(values.str.strip_chars().str.strip_chars_start("'").unique().to_list())
    return found - {""}


def _own_contacts(table: Table, ask: Ask) -> FeedDraft | None:
    """A contacts feed of the customers in a table of orders, where it says more of them than a number."""
    own = [p for p in table.columns if not p.named.is_of_others]
    if (
        max((p.score("email", "phone", "full_name", "last_name") for p in own), default=0.0)
        < LIKELY
    ):
        return None
    ids = [
        p for p in own if p.score("id:person") >= SURE and table.uniqueness([p.column])[0] >= 0.98
    ]
    reaches = sorted(
        (p for p in own if p.score("email", "phone", "id:loyalty") >= LIKELY),
        key=lambda p: -table.uniqueness([p.column])[0],
    )
    keys = [p.column for p in ids[:1]] or [p.column for p in reaches[:1]]
    if not keys:
        return None
    without = [p for p in table.columns if p.score("id:order", "id:ticket", "amount") < LIKELY]
    narrowed = Table(
        table.name, table.samples, tuple(without), table.rows.select(p.column for p in without)
    )
    feed = draft_contacts(narrowed, ask)
    if isinstance(feed, str):
        return None
    feed.key_columns = tuple(keys)
    why = f"likely: one record for each {keys[0]} in its rows; the newest counts"
    feed.keys["record_id"] = Said(keys[0], why)
    feed.mapping.pop("created_at", None)
    feed.notes = []
    return feed


def _add_lines(draft: Draft, table: Table) -> bool:
    """Whether its rows are lines of a channel's interactions, which then has them as such."""
    found = draft_lines(table, draft.channels)
    if found is None:
        return False
    channel, feed = found
    _add_reading(feed, table)
    channel.lines = feed
    return True


def _add_catalogue(draft: Draft, table: Table) -> None:
    """Products belong to the channel that their folder is called after, else to the first with orders."""
    if table.source is not None:
        words = "it lists products, and `catalogue` takes files only: export it, and name the file there"
        draft.left_out.append((table.shown, words))
        return
    with_orders = [channel for channel in draft.channels if channel.interactions is not None]
    channels = with_orders or draft.channels
    if not channels:
        draft.left_out.append(
            (table.shown, "it has products, and there is no channel that sells them")
        )
        return
    feed = FeedDraft("catalogue", table)
    place = _name_for(table)
    if any(channel.name == place for channel in draft.channels):
        feed.keys["channel"] = Said(place, "likely: its folder is called so")
    else:
        words = "likely: whose products they are is not in the file"
        feed.keys["channel"] = Said(channels[0].name, words)
    ranked = sorted(table.columns, key=lambda p: -p.score(*_CATALOGUE, "id"))
    for profile in ranked:
        best = profile.best
        name = None if best is None else _CATALOGUE.get(best.name)
        if best is not None and best.name == "id" and "product_id" not in feed.mapping:
            name = "product_id"
        if best is not None and name is not None and name not in feed.mapping:
            feed.mapping[name] = Said(profile.column, f"{best.level}: {best.reason}")
    if "product_id" not in feed.mapping:
        draft.left_out.append((table.shown, "none of its columns is the ID of a product"))
        return
    _add_reading(feed, table)
    draft.catalogue.append(feed)


def _add_countries(draft: Draft) -> None:
    """The country of all, and those of channels that clearly differ from it."""
    by_channel: dict[str, Counter[str]] = {}
    for channel in draft.channels:
        feed = channel.contacts or channel.interactions
        if feed is not None:
            by_channel[channel.name] = votes(feed.table)
    total: Counter[str] = Counter()
    for found in by_channel.values():
        size = sum(found.values())
        for country, count in found.items():  # a large list does not outvote all others
            total[country] += count / size * min(size, 100)  # type: ignore[assignment]
    draft.default_country = home_country(total, "the files")
    home = draft.default_country.value if draft.default_country else None
    for channel in draft.channels:
        said = home_country(by_channel.get(channel.name, Counter()), "its files")
        is_clear = said is not None and not said.comment.startswith("doubtful")
        if said is not None and is_clear and said.value != home:
            size = sum(by_channel[channel.name].values())
            channel.country = said if size >= _LEAST_VOTES else None

"""Arrangement: the tables of a newcomer as channels with their feeds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice

from omni_identity.channels.presets.preset_files import names_of, read_preset
from omni_identity.channels.presets.recognition import Recognition
from omni_identity.channels.settings_checks import NAME, in_snake_case
from omni_identity.discovery.catalogue_drafts import draft_catalogue
from omni_identity.discovery.column_meanings import LIKELY
from omni_identity.discovery.contacts_drafts import draft_contacts
from omni_identity.discovery.currencies import add_currencies
from omni_identity.discovery.customer_lists import (
    CustomerList,
    customer_lists,
    declare_identifier,
    link_lists,
    reference_to,
    share_known,
    share_words,
)
from omni_identity.discovery.database_cursors import add_source
from omni_identity.discovery.drafts import Ask, ChannelDraft, Draft, FeedDraft, Said, nobody
from omni_identity.discovery.home_countries import home_country, votes
from omni_identity.discovery.interactions_drafts import Contact, draft_interactions
from omni_identity.discovery.lines_drafts import draft_lines
from omni_identity.discovery.own_contacts import draft_own_contacts
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
_LEAST_VOTES = 5
"""What speaks for a channel's own country must be no less than five phone numbers."""


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
    lists = customer_lists(draft)
    link_lists(draft, lists)
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
    """What to call a channel: its files' name, or their folder's where that says nothing or lists share it."""
    folders = [stem_of(folder) for folder in islice(table.samples[0].path.parents, 3)]
    own = [table.name]
    for name in folders + own if table.is_named_by_folder else own + folders:
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


def _add_interactions(draft: Draft, table: Table, lists: Sequence[CustomerList], ask: Ask) -> None:
    place = _name_for(table)
    reference = reference_to(table, lists, place)
    channel: ChannelDraft | None = None
    contact: Contact | None = None
    if reference is not None:
        share, column, other = reference
        words = share_words(share, other)
        if other.channel.interactions is None:
            channel, contact = other.channel, Contact(column, words)
        else:
            contact = Contact(column, words, declare_identifier(draft, other))
    feed = draft_interactions(table, contact, ask)
    own: FeedDraft | None = None
    if reference is None and share_known(table, lists) < _MOST_KNOWN:
        own = draft_own_contacts(table, ask)
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
    feed = draft_catalogue(table, _name_for(table), draft.channels)
    if isinstance(feed, str):
        draft.left_out.append((table.shown, feed))
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

"""The feeds of omni.yaml: which files a channel delivers, how they are read, and what their columns mean."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)

from omni_identity.channels import settings_checks as checks
from omni_identity.channels.check_settings import Days
from omni_identity.channels.column_sources import (
    Constant,
    Source,
    column_names,
    id_sources,
    source,
    sources,
    time_sources,
)
from omni_identity.channels.consent_mappings import consent_entries, own_words
from omni_identity.channels.fetching.database_source import Source as TableSource
from omni_identity.channels.formats import FormatName
from omni_identity.channels.insight_settings import Currency, TimeZone
from omni_identity.channels.presets.preset_files import names_of
from omni_identity.channels.row_filters import columns_of_filter, where
from omni_identity.channels.row_paths import row_path

FeedKind = Literal["contacts", "interactions", "lines"]
Rule = Literal["most_recent", "trusted_channel", "most_frequent", "most_complete"]
DateOrder = Literal["dmy", "mdy", "ymd"]
OnBadFile = Literal["set_aside", "withhold"]

Text = Annotated[str, Field(min_length=1)]
Files = Annotated[Text, BeforeValidator(checks.files)]
Name = Annotated[str, BeforeValidator(checks.name)]
Country = Annotated[str, BeforeValidator(checks.country)]
Encoding = Annotated[str, BeforeValidator(checks.encoding)]
Delimiter = Annotated[str, BeforeValidator(checks.delimiter)]
AttributeKind = Annotated[str, BeforeValidator(checks.attribute_kind)]
Cron = Annotated[str, BeforeValidator(checks.cron)]
Texts = Annotated[tuple[Text, ...], BeforeValidator(checks.columns)]
Columns = Annotated[tuple[Source, ...], BeforeValidator(sources)]
IdColumns = Annotated[tuple[Source, ...], BeforeValidator(id_sources)]
OneColumn = Annotated[Source, BeforeValidator(source)]
TimeColumns = Annotated[tuple[Text, ...], BeforeValidator(time_sources)]
RowPath = Annotated[str, BeforeValidator(row_path)]
RowFilter = Annotated[str, BeforeValidator(where)]
MOST = 2**31 - 1


class Settings(BaseModel):
    """Base of all settings: frozen, and an unknown key is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Feed(Settings):
    """What contacts and interactions have in common: the files and how to read them.

    ``files`` is a glob, relative to the home or absolute, or of objects in a store (``s3://bucket/a/*.csv``),
    and may use ``**``; a feed with a ``source`` has none of its own. ``delimiter`` and
    ``date_order`` are found from each file when absent. ``format`` overrides the suffix, ``sheet`` is
    that of a workbook (its first when absent), ``header_row`` the line, or row of a sheet, with the
    columns' names, counted from 1 (found when absent). ``timezone`` is the one of times that name none.
    ``on_bad_file`` and ``follow_links`` are those of the configuration where absent.
    ``rows``: the path, inside a JSON document, to the lists whose elements are the rows. ``where``: an
    SQL expression on the file's columns; rows of which it is not true do not land, and are counted.
    Wherever a column is named there may be a constant instead.
    ``optional``: named columns that a file may lack. ``other_names``: other names under which a file may
    have a named column. ``preset``: where keys came from, which are written out here.
    """

    files: Files = ""
    source: TableSource | None = None
    preset: str | None = None
    rows: RowPath | None = None
    where: RowFilter | None = None
    mapping: dict[str, Columns] = {}
    optional: tuple[Text, ...] = ()
    other_names: dict[str, Texts] = {}
    encoding: Encoding = "utf-8"
    delimiter: Delimiter | None = None
    format: FormatName | None = None
    sheet: Text | None = None
    header_row: Annotated[int, Field(ge=1, le=MOST)] | None = None
    date_order: DateOrder | None = None
    timezone: TimeZone = "UTC"
    on_bad_file: OnBadFile | None = None
    follow_links: bool | None = None

    def source_columns(self) -> tuple[str, ...]:
        """The columns of the file that the configuration names, under all their names, in a fixed order."""
        named = dict.fromkeys(column for _, column in self.named_columns())
        return tuple(dict.fromkeys(name for column in named for name in self.names_of(column)))

    def names_of(self, column: str) -> tuple[str, ...]:
        """The names that a named column may have in a file, its own first."""
        return names_of(column, self.other_names)

    def missing_columns(self, there: Collection[str]) -> list[str]:
        """The named columns, but for optional ones, that are not ``there`` under any of their names."""
        named = dict.fromkeys(column for _, column in self.named_columns())
        return [
            column
            for column in named
            if column not in self.optional and not any(n in there for n in self.names_of(column))
        ]

    def named_columns(self) -> list[tuple[tuple[str | int, ...], str]]:
        """``(key path below the feed, column)`` for every column that the configuration names."""
        named: list[tuple[tuple[str | int, ...], str]] = []
        for key in self.column_keys():
            named += [((key,), column) for column in column_names(getattr(self, key))]
        for section, columns in self.column_sections().items():
            for attribute, listed in columns.items():
                named += [((section, attribute), column) for column in column_names(listed)]
        named += [(("where",), column) for column in columns_of_filter(self.where)]
        return named

    def column_sections(self) -> dict[str, dict[str, tuple[Source, ...]]]:
        """The keys that hold a mapping from attributes to columns, with these."""
        return {"mapping": self.mapping}

    def constants(self) -> tuple[Constant, ...]:
        """The constants that stand where a column could, each once, in a fixed order."""
        found: dict[Constant, None] = {}
        for key in self.column_keys():
            value = getattr(self, key)
            listed = value if isinstance(value, tuple) else (value,)
            found |= {one: None for one in listed if isinstance(one, Constant)}
        for columns in self.column_sections().values():
            for several in columns.values():
                found |= {one: None for one in several if isinstance(one, Constant)}
        return tuple(found)

    def column_keys(self) -> tuple[str, ...]:
        """The keys, besides ``mapping``, that name a column."""
        raise NotImplementedError

    def needed_columns(self) -> tuple[str, ...]:
        """The columns without which no row can be taken."""
        return ()

    def id_columns(self) -> tuple[str, ...]:
        """The columns whose value, or whose values together, tell one row from another."""
        return ()


AnyFeed = TypeVar("AnyFeed", bound=Feed)


def with_defaults(feed: AnyFeed, on_bad_file: OnBadFile, follow_links: bool) -> AnyFeed:
    """The same feed with these settings where it has none of its own."""
    if feed.follow_links is not None:
        follow_links = feed.follow_links
    on_bad_file = feed.on_bad_file or on_bad_file
    return feed.model_copy(update={"on_bad_file": on_bad_file, "follow_links": follow_links})


def _only(listed: tuple[Source, ...]) -> str | None:
    return column_names(listed)[0] if len(listed) == 1 else None


class ContactsFeed(Feed):
    """The customer list of a channel.

    In ``omni.yaml`` a consent may be mapped to ``{from: column, yes: [...], no: [...], opt_out: true}``. Then
    ``mapping`` has the column, as of any attribute, and by the name of the consent ``opt_out`` has whether
    its yes is a no, ``consent_words`` what its own words decide.
    ``zero_is_an_id``: 0 is a record's, and not of whoever has none; found from the first rows when absent.
    ``max_age_days``: see ``CheckSettings``.
    """

    record_id: IdColumns
    updated_at: OneColumn | None = None
    deleted: OneColumn | None = None
    feed: Literal["delta", "snapshot"] = "delta"
    zero_is_an_id: bool | None = None
    max_age_days: Days | None = None
    opt_out: dict[str, bool] = {}
    consent_words: dict[str, dict[str, bool]] = {}

    @model_validator(mode="before")
    @classmethod
    def _take_consents_apart(cls, data: Any) -> Any:
        """What is wrong in them, ``cross_mistakes`` tells by the place in the file."""
        if not isinstance(data, dict) or not isinstance(data.get("mapping"), dict):
            return data
        mapping, opt_out, words = dict(data["mapping"]), {}, {}
        for name, entry in consent_entries(data["mapping"]):
            if "from" not in entry and entry.keys() & {"value", "by_file"}:
                continue
            mapping[name] = entry.get("from")
            if isinstance(entry.get("opt_out"), bool):
                opt_out[name] = entry["opt_out"]
            if own := own_words(entry):
                words[name] = own
        return {**data, "mapping": mapping, "opt_out": opt_out, "consent_words": words}

    @property
    def opt_outs(self) -> frozenset[str]:
        """The consents (``consent_x``) whose column means the contrary of what its words say."""
        return frozenset(name for name, is_opt_out in self.opt_out.items() if is_opt_out)

    def column_keys(self) -> tuple[str, ...]:
        """The keys, besides ``mapping``, that name a column."""
        return ("record_id", "updated_at", "deleted")

    def needed_columns(self) -> tuple[str, ...]:
        """The columns without which no row can be taken."""
        return self.id_columns() if len(self.record_id) == 1 else ()

    def id_columns(self) -> tuple[str, ...]:
        """The columns of the record's ID."""
        return column_names(self.record_id)

    @property
    def record_column(self) -> str | None:
        """The column that holds the ID of the row's record; None where several make it."""
        return _only(self.record_id)


class InteractionsFeed(Feed):
    """What happened between a channel and its customers.

    ``contact`` is the column with the channel's own record id; ``mapping`` may name identifiers
    (to find the customer without one) and facts. ``kinds`` turns the channel's word for a kind
    into the canonical one; a word that stands for itself is known, and kept. ``occurred_at`` may be several
    columns, such as a date and a time of day. ``one_per``: rows with the
    same value of these columns are one interaction, whose facts are the first that are filled; what
    ``lines`` names is kept of each. ``lines`` alone is one interaction per ``interaction_id``.
    ``max_age_days``: see ``CheckSettings``.
    """

    interaction_id: IdColumns
    contact: IdColumns | None = None
    kind: OneColumn
    occurred_at: TimeColumns
    one_per: IdColumns | None = None
    lines: dict[str, Columns] = {}
    kinds: dict[str, str] = {}
    max_age_days: Days | None = None

    def column_keys(self) -> tuple[str, ...]:
        """The keys, besides ``mapping``, that name a column."""
        return ("interaction_id", "contact", "kind", "occurred_at", "one_per")

    def column_sections(self) -> dict[str, dict[str, tuple[Source, ...]]]:
        """The keys that hold a mapping from attributes to columns, with these."""
        return {"mapping": self.mapping, "lines": self.lines}

    def needed_columns(self) -> tuple[str, ...]:
        """The columns without which no row can be taken."""
        single = self.id_columns() if len(self.interaction_id) == 1 else ()
        return (*single, *column_names(self.kind), self.occurred_at[0])

    def id_columns(self) -> tuple[str, ...]:
        """The columns of the interaction's ID."""
        return column_names(self.interaction_id)

    @property
    def record_column(self) -> str | None:
        """The column that holds the ID of the row's contact; None without one, or where several make it."""
        return _only(self.contact or ())

    @property
    def group(self) -> tuple[Source, ...] | None:
        """What rows of one interaction share; None where every row is one."""
        return self.one_per or (self.interaction_id if self.lines else None)


class LinesFeed(Feed):
    """What was in the carts, orders and returns that the channel's interactions feed has, a row for each line.

    ``interaction_id`` is the interaction whose line it is; ``mapping`` names columns for ``LINE_WORDS``. The newest
    file that has lines of an interaction has all of them. ``max_age_days``: see ``CheckSettings``.
    """

    interaction_id: IdColumns
    max_age_days: Days | None = None

    def column_keys(self) -> tuple[str, ...]:
        """The keys, besides ``mapping``, that name a column."""
        return ("interaction_id",)

    def needed_columns(self) -> tuple[str, ...]:
        """The columns without which no row can be taken."""
        return column_names(self.interaction_id) if len(self.interaction_id) == 1 else ()


class CatalogueFeed(Feed):
    """What a channel says of its products; its newest file holds all of it.

    ``mapping`` names columns for ``CATALOGUE_WORDS``, ``product_id`` at least. ``currency`` is that of
    prices that name none. ``outsider``: the feed is of somebody else, a competitor say, who is no channel; what
    they say is set beside the channels' prices and contradicts nobody.
    """

    channel: Name
    currency: Currency | None = None
    outsider: bool = False

    def column_keys(self) -> tuple[str, ...]:
        """None: all its columns stand in ``mapping``."""
        return ()

"""omni.yaml: what a deployment's channels deliver, where, and how it is to be matched."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import (
    Field,
    PrivateAttr,
    ValidationError,
    model_validator,
)

from omni_identity.channels.check_settings import CheckSettings, Share
from omni_identity.channels.feeds import (
    MOST,
    AttributeKind,
    CatalogueFeed,
    ContactsFeed,
    Country,
    Cron,
    Feed,
    FeedKind,
    InteractionsFeed,
    LinesFeed,
    Name,
    OnBadFile,
    Rule,
    Settings,
    with_defaults,
)
from omni_identity.channels.fetching.fetched_places import table_folder
from omni_identity.channels.insight_settings import InsightSettings
from omni_identity.channels.mistakes import cross_mistakes, mistakes_of, raise_mistakes
from omni_identity.channels.notify_settings import NotifySettings
from omni_identity.channels.presets.resolution import resolve_presets
from omni_identity.channels.retention_settings import RetentionSettings
from omni_identity.channels.stewardship_settings import StewardshipSettings
from omni_identity.channels.yaml_lines import LinedData, Mistake, place, read_lined_yaml
from omni_identity.destinations import AnyDestination
from omni_identity.model.attributes import BUILT_IN_IDENTIFIERS, CONSENT, Vocabulary
from omni_identity.model.checks import CHECK_SPECS, Severity
from omni_identity.model.errors import ConfigurationError
from omni_identity.model.modes import Readers


class Channel(Settings):
    """One way of meeting customers, with a customer list, a history with or without lines, or both.

    ``trust``: lower is trusted more. ``country``: ISO 3166-1 alpha-2; when the channel names none
    it is the configuration's ``default_country``, and null when that is absent too.
    """

    name: Name
    trust: Annotated[int, Field(ge=-MOST, le=MOST)] = 100
    country: Country | None = None
    contacts: ContactsFeed | None = None
    interactions: InteractionsFeed | None = None
    lines: LinesFeed | None = None

    def with_defaults(
        self, country: str | None, on_bad_file: OnBadFile, follow_links: bool
    ) -> Channel:
        """The same channel with these settings where it has none of its own."""
        changes: dict[str, Any] = {"country": self.country or country}
        for kind, feed in self.feeds():
            changes[kind] = with_defaults(feed, on_bad_file, follow_links)
            if feed.source is not None:
                files = {"files": f"{table_folder(self.name, kind)}/*.parquet"}
                changes[kind] = changes[kind].model_copy(update=files)
        return self.model_copy(update=changes)

    def feeds(self) -> list[tuple[FeedKind, Feed]]:
        """The feeds this channel has, contacts first, lines last."""
        feeds: list[tuple[FeedKind, Feed]] = []
        if self.contacts is not None:
            feeds.append(("contacts", self.contacts))
        if self.interactions is not None:
            feeds.append(("interactions", self.interactions))
        if self.lines is not None:
            feeds.append(("lines", self.lines))
        return feeds


class IdentifierSettings(Settings):
    """An identifier: whether two of its values may share a customer, what it never means, and whether
    values that differ in capitals, or in dots and dashes, alone are two.
    """

    unique: bool = False
    case_sensitive: bool = False
    keep_punctuation: bool = False
    placeholders: tuple[str, ...] = ()


class AttributeSettings(Settings):
    """An extra attribute, and of what kind it is: how its values are standardised and compared."""

    compare: AttributeKind


class LinkageSettings(Settings):
    """Thresholds (match probabilities, 0 to 1), the budget of candidate pairs, the seed of everything random.

    ``match_probability`` null: the model chooses it by what it expects of its precision and recall.
    """

    match_probability: Share | None = None
    review_probability: Share = 0.1
    pairs_per_record: Annotated[float, Field(ge=1, le=1e6, allow_inf_nan=False)] = 30.0
    seed: Annotated[int, Field(ge=0, le=MOST)] = 1


class PublishSettings(Settings):
    """``publish``: who may read what is published: the home's owner, their group, or all of the machine.

    ``masked``: whether the masked edition is published too, beside what is not masked.
    """

    readable_by: Readers = "group"
    masked: bool = False


class SparkSettings(Settings):
    """``spark``: where the Spark engine works. Says nothing while ``engine`` is ``duckdb``.

    ``catalog`` is the Iceberg catalogue of its tables, as Spark's own settings define it; without one it is of folders
    in ``warehouse``, a folder, from the home, or an object-store URL. ``master`` and ``conf`` are for the
    session that is built where none is there; of ``conf`` the keys ``spark.sql.…`` hold in any case.
    ``most_published_rows``: with more in all tables together no ``published/omni.duckdb`` is written. ``driver_rows``:
    a look-up whose tables have no more rows together is answered by the driver, without a Spark job.
    """

    warehouse: str = "warehouse/spark"
    catalog: Annotated[str, Field(pattern=r"^\w*$")] = ""
    master: str = "local[*]"
    conf: dict[str, str] = Field(default_factory=dict)
    most_published_rows: Annotated[int, Field(ge=0)] = 50_000_000
    driver_rows: Annotated[int, Field(ge=0)] = 10_000


class Configuration(Settings):
    """All of ``omni.yaml``. Read it with ``load_configuration``, which also checks across keys.

    ``on_bad_file``: whether a file that cannot be read is set aside, or nothing is published until it
    is gone or mended. ``follow_links``: whether links in the landing may lead out of the home.
    """

    version: Literal[1]
    default_country: Country | None = None
    channels: Annotated[tuple[Channel, ...], Field(min_length=1)]
    identifiers: dict[str, IdentifierSettings] = Field(default_factory=dict)
    attributes: dict[str, AttributeSettings] = Field(default_factory=dict)
    survivorship: dict[str, Rule] = Field(default_factory=dict)
    linkage: LinkageSettings = LinkageSettings()
    checks: CheckSettings = CheckSettings()
    publish: PublishSettings = PublishSettings()
    destinations: dict[str, AnyDestination] = Field(default_factory=dict)
    retention: RetentionSettings = RetentionSettings()
    notify: NotifySettings = NotifySettings()
    stewardship: StewardshipSettings = StewardshipSettings()
    insight: InsightSettings = InsightSettings()
    catalogue: tuple[CatalogueFeed, ...] = ()
    engine: Literal["duckdb", "spark"] = "duckdb"
    spark: SparkSettings = SparkSettings()
    schedule: Cron = "0 3 * * *"
    on_bad_file: OnBadFile = "set_aside"
    follow_links: bool = False

    _lined: LinedData = PrivateAttr(default_factory=LinedData)

    @model_validator(mode="after")
    def _pass_defaults_on(self) -> Configuration:
        files = (self.on_bad_file, self.follow_links)
        channels = (c.with_defaults(self.default_country, *files) for c in self.channels)
        self.__dict__["channels"] = tuple(channels)  # the only way past ``frozen``
        self.__dict__["catalogue"] = tuple(with_defaults(f, *files) for f in self.catalogue)
        return self

    @property
    def has_masked_edition(self) -> bool:
        """Whether the masked edition is built: asked for, or what a destination gets."""
        editions = (destination.edition for destination in self.destinations.values())
        return self.publish.masked or "masked" in editions

    @property
    def vocabulary(self) -> Vocabulary:
        """Attribute names: built-in, then declared ones by name; consents that a mapping names."""
        declared = sorted(set(self.identifiers) - set(BUILT_IN_IDENTIFIERS))
        identifiers = (*BUILT_IN_IDENTIFIERS, *declared)
        mapped = [key for c in self.channels if c.contacts for key in c.contacts.mapping]
        consents = {match.group(1) for key in mapped if (match := CONSENT.match(key))}
        unique = {name for name, settings in self.identifiers.items() if settings.unique}
        return Vocabulary(
            identifiers=identifiers,
            attributes=tuple(
                (name, self.attributes[name].compare) for name in sorted(self.attributes)
            ),
            consents=tuple(sorted(consents)),
            unique_identifiers=tuple(name for name in identifiers if name in unique),
            case_sensitive=self._identifiers_with("case_sensitive", identifiers),
            punctuated=self._identifiers_with("keep_punctuation", identifiers),
        )

    def _identifiers_with(self, setting: str, identifiers: tuple[str, ...]) -> tuple[str, ...]:
        settings = self.identifiers
        return tuple(n for n in identifiers if n in settings and getattr(settings[n], setting))

    def channel(self, name: str) -> Channel:
        """The channel of that name; raises ``KeyError`` when there is none."""
        return {channel.name: channel for channel in self.channels}[name]

    def severity_of(self, check: str) -> Severity:
        """Whether a check that fails withholds the publication or only warns; ``KeyError`` for no check."""
        return (self.checks.severity or {}).get(check, CHECK_SPECS[check].severity)

    def place(self, path: tuple[str | int, ...]) -> str:
        """``omni.yaml line 9, channels[0].contacts.files`` (no line when read from plain data)."""
        line = self._lined.line(path)
        return f"omni.yaml{f' line {line}' if line else ''}, {place(path)}"


def load_configuration(path: Path) -> Configuration:
    """Read ``omni.yaml``; raises one ``ConfigurationError`` that lists every mistake in it."""
    return _checked(_read(path), path.name)


def parse_configuration(data: dict[str, Any]) -> Configuration:
    """A ``Configuration`` from plain data, checked as ``omni.yaml`` is; raises the same error."""
    return _checked(LinedData(data=data), "omni.yaml")


def _checked(lined: LinedData, name: str) -> Configuration:
    if not isinstance(lined.data, dict):
        top = "is empty" if lined.data is None else "must be keys and values at the top"
        raise ConfigurationError(f"{name}: {top}; `omni init` writes an example")
    resolved = resolve_presets(lined)
    lined = resolved.lined
    mistakes: list[Mistake] = list(lined.mistakes)
    configuration: Configuration | None = None
    try:
        configuration = Configuration.model_validate(lined.data)
    except ValidationError as error:
        known = {mistake.path for mistake in lined.mistakes}
        found = (m for m in mistakes_of(error, Configuration) if m.path not in known)
        mistakes += [m for m in found if not resolved.is_left_open(m)]
    mistakes += [m for m in cross_mistakes(lined.data) if not resolved.is_left_open(m)]
    if configuration is None or mistakes:
        raise_mistakes(name, lined, mistakes)
    configuration._lined = lined
    return configuration


def _read(path: Path) -> LinedData:
    try:
        return read_lined_yaml(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        message = f"{path.name}: not found in {path.parent}; `omni init` writes one"
        raise ConfigurationError(message) from None
    except OSError as error:
        raise ConfigurationError(f"{path.name}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"{path.name}: is not UTF-8 text") from None
    except RecursionError:
        raise ConfigurationError(f"{path.name}: is nested too deeply") from None
    except yaml.YAMLError as error:
        raise ConfigurationError(_not_yaml(path.name, error)) from None


def _not_yaml(name: str, error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    where = f"{name} line {mark.line + 1}" if mark else name
    problem = getattr(error, "problem", None) or getattr(error, "reason", "cannot be read")
    return f"{where}: is not YAML: {problem}"

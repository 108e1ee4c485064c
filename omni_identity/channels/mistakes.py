"""Mistakes in omni.yaml as sentences: where, what, and the nearest valid spelling."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NoReturn, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from omni_identity.channels.consent_mappings import consent_mistakes
from omni_identity.channels.fetching.database_source import source_mistakes
from omni_identity.channels.insight_settings import insight_mistakes
from omni_identity.channels.retention_settings import retention_mistakes
from omni_identity.channels.row_paths import CLIMB, place_of
from omni_identity.channels.settings_checks import NAME, in_snake_case
from omni_identity.channels.yaml_lines import LinedData, Mistake, Path, place
from omni_identity.destinations import Destination, destination_types
from omni_identity.model.attributes import (
    BUILT_IN_IDENTIFIERS,
    CATALOGUE_WORDS,
    CODES,
    CONSENT,
    FACTS,
    INTERACTION_KINDS,
    LINE_WORDS,
    MESSAGE_WORDS,
    SINGLE_ATTRIBUTES,
    Vocabulary,
    word_of,
)
from omni_identity.model.checks import CHECK_SPECS
from omni_identity.model.errors import ConfigurationError, nearest
from omni_identity.model.tables import published_tables
from omni_identity.model.visible import visible

RESERVED_NAMES = frozenset(
    [
        *SINGLE_ATTRIBUTES,
        *FACTS,
        *MESSAGE_WORDS,
        *("channel", "source_record_id", "interaction_id", "golden_id", "row_number", "file"),
        *("updated_at", "is_deleted", "deleted", "record_id", "kind", "occurred_at", "contact"),
        *(column.name for column in published_tables(Vocabulary())["unified_profiles"].columns),
        *("record_no", "file_no", "channels", "value", "names", "first", "first_canonical"),
        *("given_sound", "given_forms", "email_local", "email_letters"),
        *("middle", "last", "street", "locality", "door", "local_part", "alias", "last_hint"),
    ]
) - frozenset(BUILT_IN_IDENTIFIERS)
"""Names that a declared identifier or attribute may not take: columns have them already."""


LONGEST = 600
SHOWN = 80
"""Letters of a wrong value that a message quotes."""


def raise_mistakes(file: str, lined: LinedData, mistakes: Iterable[Mistake]) -> NoReturn:
    """Raise one ``ConfigurationError`` with a line for every mistake, in the order of the file."""

    def order(mistake: Mistake) -> tuple[int, str, str]:
        return (lined.line(mistake.path) or 0, place(mistake.path), mistake.message)

    lines = []
    for mistake in sorted(mistakes, key=order):
        line = lined.line(mistake.path)
        where = f"{file} line {line}" if line else file
        key = f", {place(mistake.path)}" if mistake.path else ""
        said = mistake.message
        said = said if len(said) <= LONGEST else f"{said[:LONGEST]}…"
        lines.append(visible(f"{where}{key}: {said}"))
    raise ConfigurationError("\n".join(dict.fromkeys(lines)))


def mistakes_of(error: ValidationError, root: type[BaseModel]) -> list[Mistake]:
    """Pydantic's findings as mistakes; ``root`` is the model that was read."""
    found = error.errors(include_url=False)
    return [Mistake(_place_of(d), _message(d, root)) for d in found if not _is_echo(d)]


def _place_of(details: ErrorDetails) -> Path:
    """Where it stands in the file: pydantic puts the type of a destination between its name and its keys."""
    path = details["loc"]
    if details["type"] == "union_tag_not_found" or details["type"] == "union_tag_invalid":
        return (*path, "type")
    return path if path[0] != "destinations" else (*path[:2], *path[3:])


def _is_echo(details: ErrorDetails) -> bool:
    """A list counts as too short, too, when it has entries that are all mistaken."""
    return details["type"] == "too_short" and bool(details["input"])


def _message(details: ErrorDetails, root: type[BaseModel]) -> str:
    kind, path, shown = details["type"], details["loc"], _shown(details["input"])
    context = details.get("ctx", {})
    match kind:
        case "missing" | "union_tag_not_found":
            return "missing key"
        case "union_tag_invalid":
            tag, types = context["tag"], destination_types()
            known = nearest(tag, types) or f" There are: {', '.join(types)}."
            return f"unknown type of destination '{tag}'.{known}"
        case "extra_forbidden":
            return f"unknown key.{nearest(str(path[-1]), _keys_at(root, path[:-1]))}"
        case "value_error":
            return str(context["error"])
        case "literal_error":
            options = str(context["expected"])
            words = options.replace("'", "").replace(" or ", ", ").split(", ")
            return f"must be {options}, not {shown}.{nearest(str(details['input']), words)}"
        case "string_type":
            return f"must be text, not {shown} (put it in quotes)"
        case "model_type" | "dict_type" | "model_attributes_type":
            return f"must be keys and values, not {shown}"
        case "tuple_type" | "list_type":
            return f"must be a list, not {shown}"
        case "too_short":
            return "must have at least one entry"
    message = details["msg"].replace("Input should", "must").replace("String should", "must")
    return f"{message}, not {shown}"


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, dict | list | tuple):
        return "keys and values" if isinstance(value, dict) else "a list"
    shown = repr(value)
    return shown if len(shown) <= SHOWN else f"{shown[:SHOWN]}…"


def _keys_at(model: type[BaseModel], path: Path) -> list[str]:
    """Keys that are valid at a path below ``model``."""
    annotation: Any = model
    for step in path:
        held = _model_within(annotation)
        if held is Destination and get_origin(annotation) is not dict:
            annotation = destination_types()[str(step)]
        elif isinstance(step, str) and held is not None and get_origin(annotation) is not dict:
            annotation = held.model_fields[step].annotation
        else:
            annotation = held
    held = _model_within(annotation)
    fields = held.model_fields if held is not None else {}
    return [field.alias or name for name, field in fields.items()]


def _model_within(annotation: Any) -> type[BaseModel] | None:
    """The model that an annotation is, or holds (in a list, a mapping, or beside None)."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (_model_within(argument) for argument in get_args(annotation))
    return next((model for model in found if model is not None), None)


def cross_mistakes(data: dict[str, Any]) -> Iterator[Mistake]:
    """Mistakes that only show across keys. ``data`` may be wrong in any other way as well."""
    identifiers = _mapping(data.get("identifiers"))
    attributes = _mapping(data.get("attributes"))
    yield from _declarations(identifiers, attributes)
    yield from _spellings(identifiers)
    contact_words = {*SINGLE_ATTRIBUTES, *BUILT_IN_IDENTIFIERS, *identifiers, *attributes}
    fact_words = {*FACTS, *MESSAGE_WORDS, *BUILT_IN_IDENTIFIERS, *identifiers}
    for attribute in _mapping(data.get("survivorship")):
        if attribute not in contact_words:
            message = f"unknown attribute.{nearest(attribute, contact_words)}"
            yield Mistake(("survivorship", attribute), message)
    yield from _thresholds(_mapping(data.get("linkage")))
    for name in _mapping(data.get("destinations")):
        if not NAME.fullmatch(str(name)):
            message = "must be lower-case letters, digits and underscores, a letter first"
            yield Mistake(("destinations", name), message)
    for check in _mapping(_mapping(data.get("checks")).get("severity")):
        if check not in CHECK_SPECS:
            message = f"unknown check.{nearest(str(check), CHECK_SPECS)}"
            yield Mistake(("checks", "severity", check), message)
    channels = data.get("channels")
    named = [_mapping(c).get("name") for c in channels] if isinstance(channels, list) else []
    names = [name for name in named if isinstance(name, str)]
    insight = _mapping(data.get("insight"))
    yield from insight_mistakes(insight, {*BUILT_IN_IDENTIFIERS, *identifiers}, names)
    yield from retention_mistakes(_mapping(data.get("retention")), names)
    yield from _channels(channels, contact_words, fact_words)
    yield from _catalogue(data.get("catalogue"), names)


def _channels(channels: Any, contact_words: set[str], fact_words: set[str]) -> Iterator[Mistake]:
    seen: dict[str, int] = {}
    for i, channel in enumerate(channels if isinstance(channels, list) else []):
        channel = _mapping(channel)
        name = channel.get("name")
        if isinstance(name, str) and seen.setdefault(name, i) != i:
            message = f"'{name}' is already the name of channels[{seen[name]}]"
            yield Mistake(("channels", i, "name"), message)
        if channel and channel.get("contacts") is None and channel.get("interactions") is None:
            yield Mistake(("channels", i), "needs contacts, interactions or both")
        if channel.get("lines") is not None and channel.get("interactions") is None:
            yield Mistake(("channels", i, "lines"), "needs interactions, whose lines they are")
        feeds = (
            ("contacts", contact_words),
            ("interactions", fact_words),
            ("lines", {*LINE_WORDS}),
        )
        for feed, words in feeds:
            settings = _mapping(channel.get(feed))
            if feed == "contacts":
                yield from consent_mistakes(settings, ("channels", i, feed))
            for attribute in _mapping(settings.get("mapping")):
                if attribute in words or (feed == "contacts" and CONSENT.match(attribute)):
                    continue
                path = ("channels", i, feed, "mapping", attribute)
                yield Mistake(path, f"unknown attribute.{nearest(attribute, words)}")
            yield from _rows(settings, ("channels", i, feed))
            yield from source_mistakes(settings, ("channels", i, feed))
            for word in _mapping(settings.get("lines")):
                if word not in LINE_WORDS:
                    path = ("channels", i, feed, "lines", word)
                    yield Mistake(path, f"unknown attribute.{nearest(word, LINE_WORDS)}")
            for word, kind in _mapping(settings.get("kinds")).items():
                is_kept = isinstance(word, str) and kind == in_snake_case(word)
                if isinstance(kind, str) and kind not in INTERACTION_KINDS and not is_kept:
                    message = f"unknown kind '{kind}'.{nearest(kind, INTERACTION_KINDS)}"
                    yield Mistake(("channels", i, feed, "kinds", word), message)


def _rows(settings: dict[str, Any], path: Path) -> Iterator[Mistake]:
    """Columns that climb out of a row: not without ``rows``, and no further than the document."""
    rows = settings.get("rows")
    places: list[tuple[Path, Any]] = [((key,), settings.get(key)) for key in settings]
    for section in ("mapping", "lines"):
        places += [((section, k), v) for k, v in _mapping(settings.get(section)).items()]
    for key, value in places:
        if isinstance(value, dict):
            value = value.get("from")
        for column in value if isinstance(value, list | tuple) else [value]:
            if not isinstance(column, str) or not column.startswith(CLIMB) or key == ("rows",):
                continue
            if rows is None:
                message = (
                    f"'{column}' starts at the object around a row: say with rows what a row is"
                )
                yield Mistake((*path, *key), message)
                continue
            try:
                place_of(str(rows), column)
            except ValueError as error:
                yield Mistake((*path, *key), str(error))


def _catalogue(catalogue: Any, names: list[str]) -> Iterator[Mistake]:
    for i, feed in enumerate(catalogue if isinstance(catalogue, list) else []):
        feed = _mapping(feed)
        channel, mapping = feed.get("channel"), _mapping(feed.get("mapping"))
        if feed.get("files") is None:
            yield Mistake(("catalogue", i, "files"), "missing key")
        if feed.get("source") is not None:
            message = "a catalogue is read from files: export it into landing/ or a store"
            yield Mistake(("catalogue", i, "source"), message)
        is_outsider = feed.get("outsider") is True
        if isinstance(channel, str) and channel not in names and not is_outsider:
            hint = nearest(channel, names) or " Somebody else's feed has outsider: true."
            yield Mistake(("catalogue", i, "channel"), f"unknown channel '{channel}'.{hint}")
        if isinstance(channel, str) and channel in names and is_outsider:
            message = f"'{channel}' is a channel of ours: give the outsider another name"
            yield Mistake(("catalogue", i, "outsider"), message)
        for word in mapping:
            if word not in CATALOGUE_WORDS:
                message = f"unknown attribute.{nearest(word, CATALOGUE_WORDS)}"
                yield Mistake(("catalogue", i, "mapping", word), message)
        if "product_id" not in mapping:
            yield Mistake(("catalogue", i, "mapping"), "needs product_id")


def _declarations(identifiers: dict[str, Any], attributes: dict[str, Any]) -> Iterator[Mistake]:
    for section, names in (("identifiers", identifiers), ("attributes", attributes)):
        for name in names:
            if not NAME.fullmatch(name):
                message = "must be lower-case letters, digits and underscores, a letter first"
                yield Mistake((section, name), message)
            elif name in RESERVED_NAMES or CONSENT.match(name) or name.startswith(word_of("")):
                yield Mistake((section, name), f"'{name}' is already a built-in attribute")
            elif section == "attributes" and name in {*BUILT_IN_IDENTIFIERS, *identifiers}:
                yield Mistake((section, name), f"'{name}' is already an identifier")


def _spellings(identifiers: dict[str, Any]) -> Iterator[Mistake]:
    """Settings of case and punctuation at identifiers that have a spelling of their own."""
    for name in (n for n in identifiers if n in BUILT_IN_IDENTIFIERS and n not in CODES):
        for key in ("case_sensitive", "keep_punctuation"):
            if _mapping(identifiers[name]).get(key):
                message = (
                    f"is for {', '.join(CODES)} and identifiers of your own: no two spellings of"
                )
                yield Mistake(("identifiers", name, key), f"{message} this one are two values")


def _thresholds(linkage: dict[str, Any]) -> Iterator[Mistake]:
    match = linkage.get("match_probability")
    review = linkage.get("review_probability", 0.1)
    if isinstance(match, int | float) and isinstance(review, int | float) and review > match:
        key = "review_probability" if "review_probability" in linkage else "match_probability"
        message = f"review_probability ({review}) must not be above match_probability ({match})"
        yield Mistake(("linkage", key), message)


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}

"""The rules of audiences: one ``.sql`` file each, ours in this package, the user's in the home's ``audiences/``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import duckdb

from omni_identity.channels.settings_checks import NAME
from omni_identity.insight.audience_sql import parser, statement_mistakes
from omni_identity.model.errors import ConfigurationError

COLUMNS = ("golden_id", "since", "reason")
"""What a rule has to return; ``channel``, where it returns one, is the channel that the reason is about."""

_CONSENT = re.compile(r"^--\s*consent:\s*(.+?)\s*$", re.MULTILINE)
_CONSENTS = {"needed": True, "not needed": False}


@dataclass(frozen=True)
class AudienceRule:
    """One audience: its name, where its file stands (for messages), its query, whether it needs consent."""

    name: str
    place: str
    sql: str
    needs_consent: bool


def audience_rules(folder: Path | None) -> tuple[AudienceRule, ...]:
    """Our rules and those of ``folder`` (none if it is not there), by name.

    Raises one ``ConfigurationError`` that names the file of every mistake: not exactly one select, one
    that reads or calls what it must not, a name that is no name or that is ours, a consent line that says
    neither ``needed`` nor ``not needed``.
    """
    ours = {
        path.name.removesuffix(".sql"): path.read_text(encoding="utf-8")
        for path in files("omni_identity.insight").joinpath("audiences").iterdir()
        if path.name.endswith(".sql")
    }
    rules = [_rule(name, f"{name}.sql", sql) for name, sql in ours.items()]
    mistakes: list[str] = []
    for path in sorted(folder.glob("*.sql")) if folder is not None and folder.is_dir() else []:
        found = list(_mistakes(path, set(ours)))
        mistakes += [f"audiences/{path.name}: {mistake}" for mistake in found]
        if not found:
            rules.append(_rule(path.stem, f"audiences/{path.name}", _read(path)))
    if mistakes:
        raise ConfigurationError("\n".join(mistakes))
    return tuple(sorted(rules, key=lambda rule: rule.name))


def _rule(name: str, place: str, text: str) -> AudienceRule:
    said = _CONSENT.findall(text)
    needs_consent = _CONSENTS[said[0].lower()] if said else True
    return AudienceRule(name, place, _without_end(text), needs_consent)


def _without_end(text: str) -> str:
    """One statement without the semicolon that ends it, and what comment may follow that."""
    places = [place for place, letter in enumerate(text) if letter == ";"]
    for place in reversed(places):
        try:
            if not parser().extract_statements(text[place + 1 :]):
                return text[:place]
        except duckdb.Error:
            continue  # it stands in a comment or a text
    return text


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _mistakes(path: Path, taken: set[str]) -> Iterator[str]:
    if not NAME.fullmatch(path.stem):
        yield "its name must be lower-case letters, digits and underscores, a letter first"
    if path.stem in taken:
        yield f"'{path.stem}' is a built-in audience; give the file another name"
    try:
        text = _read(path)
    except (OSError, UnicodeDecodeError):
        yield "cannot be read as UTF-8 text"
        return
    said = _CONSENT.findall(text)
    if any(word.lower() not in _CONSENTS for word in said):
        yield "the line '-- consent:' must say 'needed' or 'not needed'"
    yield from statement_mistakes(text)

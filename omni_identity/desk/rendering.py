"""Jinja for the desk's templates: everything is escaped, and values are shown in one way everywhere."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from omni_identity.model.visible import visible, without_controls


def shown(value: Any) -> Any:
    """A value as people read it; text without what would turn its direction or hide."""
    if value is None:
        return ""
    if isinstance(value, Markup) or hasattr(value, "__html__"):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return ", ".join(str(shown(one)) for one in value)
    return visible(value)


def spoken(text: str) -> Markup:
    """A text of several lines, as somebody wrote it."""
    return Markup("<br>").join(without_controls(text).splitlines())


def in_words(name: str) -> str:
    """``first_name`` as ``first name``."""
    return name.replace("_", " ")


def customer_url(golden_id: str) -> str:
    """Where a customer is shown."""
    return f"/customers/{quote(golden_id, safe='')}"


def count(number: int, one: str, many: str = "") -> str:
    """``1 record``, ``1,204 records``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def make_environment() -> Environment:
    """The environment of all templates."""
    environment = Environment(
        loader=PackageLoader("omni_identity.desk"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        spoken=spoken, in_words=in_words, urlpart=lambda s: quote(str(s), safe="")
    )
    environment.globals.update(customer_url=customer_url, count=count)
    return environment

"""Jinja for the desk's templates: everything is escaped, and values are shown in one way everywhere."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from itertools import cycle
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from omni_identity.model.visible import visible, without_controls

SHORT = 160
"""Letters of a text that stands among others."""


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


def coded(text: str) -> Markup:
    """A sentence in which what stands between backticks is typed."""
    shown_parts = (
        Markup("<code>{}</code>").format(part) if is_typed else escape(part)
        for part, is_typed in zip(text.split("`"), cycle((False, True)))
    )
    return Markup("").join(shown_parts)


def in_words(name: str) -> str:
    """``first_name`` as ``first name``."""
    return name.replace("_", " ")


def customer_url(golden_id: str) -> str:
    """Where a customer is shown."""
    return f"/customers/{quote(golden_id, safe='')}"


def count(number: int, one: str, many: str = "") -> str:
    """``1 record``, ``1,204 records``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def rounded(value: Any) -> Any:
    """A number without digits that say nothing; anything else as it is."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value == value.to_integral() else value
    return f"{value:.3g}" if isinstance(value, float) else value


def grouped(number: int | None) -> str:
    """``1,204``; nothing where nothing was counted."""
    return "" if number is None else f"{number:,}"


def signed(bits: float | None) -> str:
    """Bits of evidence, with their sign."""
    return "" if bits is None else f"{bits:+.1f}"


def percent(share: float) -> str:
    """A probability, never rounded to certainty."""
    shown = f"{share:.1%}"
    if shown == "100.0%" and share < 1:
        return "> 99.9%"
    return "< 0.1%" if shown == "0.0%" and share > 0 else shown


def shortened(text: str | None) -> str:
    """The beginning of a text, on one line."""
    line = " ".join((text or "").split())
    return line if len(line) <= SHORT else f"{line[:SHORT]} …"


def filled(values: Iterable[Any]) -> str:
    """Those of the values that there are, with dots between."""
    return " · ".join(str(shown(value)) for value in values if value not in (None, ""))


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
        coded=coded,
        filled=filled,
        grouped=grouped,
        in_words=in_words,
        percent=percent,
        rounded=rounded,
        shortened=shortened,
        signed=signed,
        spoken=spoken,
        urlpart=lambda text: quote(str(text), safe=""),
    )
    environment.globals.update(customer_url=customer_url, count=count)
    return environment

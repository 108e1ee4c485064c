"""What a page of the desk declares: its routes, who may take them, and what they answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from omni_identity.channels.configuration import Configuration
from omni_identity.desk.people import Role
from omni_identity.desk.visit import Visit
from omni_identity.model.errors import OmniError
from omni_identity.stewardship.access_log import Looking


@dataclass(frozen=True)
class View:
    """A template of ``desk/templates`` and the values that it shows."""

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200


@dataclass(frozen=True)
class Goto:
    """Go on to a page of the desk, as every form does that has changed something; ``path`` begins with ``/``."""

    path: str


@dataclass(frozen=True)
class Picture:
    """Bytes to be shown in an ``img``: PNG, as a drawing may bring script and styles of its own."""

    content: bytes
    media_type: Literal["image/png"] = "image/png"


@dataclass(frozen=True)
class Download:
    """A file for the browser to keep."""

    content: bytes
    name: str
    media_type: str


@dataclass(frozen=True)
class Document:
    """A whole page of the product's own with styles in it, as a run's report is; no script runs in it."""

    html: str


Answer = View | Goto | Picture | Download | Document


@dataclass(frozen=True)
class Way:
    """One address and method: who may ask, what it is called in the access log, and what answers.

    ``answer`` runs in a thread. It calls :meth:`Visit.log` before it returns anything, and before it changes
    anything. A ``POST`` has been sent by a form of the desk's own (its token has been looked at).
    """

    path: str
    answer: Callable[[Visit], Answer]
    command: Looking
    roles: frozenset[Role]
    method: Literal["GET", "POST"] = "GET"


@dataclass(frozen=True)
class Page:
    """A group of ways. ``link``: where the navigation leads, for those who may take that way; without it nowhere.
    ``is_wanted``: whether a configuration has a use for it.

    Pages stand in the navigation in the order of ``place``; ``key`` opens the page where the desk's script runs.
    """

    title: str
    ways: tuple[Way, ...]
    link: str = ""
    place: int = 100
    key: str = ""
    is_wanted: Callable[[Configuration], bool] | None = None

    def is_open_to(self, roles: frozenset[Role]) -> bool:
        """Whether whoever has these roles may take the way that the link leads to."""
        return any(
            way.path == self.link and way.method == "GET" and not way.roles.isdisjoint(roles)
            for way in self.ways
        )


class NotThere(OmniError):
    """What was asked for does not exist; the answer is 404."""

    exit_code = 2


class TakenMeanwhile(OmniError):
    """Somebody else has changed it since the page was shown; the answer is 409, and nothing was done."""

    exit_code = 2

"""Errors that a user is meant to read: each names the place and the fix, and holds no personal data."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class OmniError(Exception):
    """Base of all errors that end a command with a message instead of a traceback.

    ``exit_code`` is what the ``omni`` command returns for it (see PRODUCT: 1 withheld, 2 usage or
    configuration, 3 a failed run).
    """

    exit_code = 3


class ConfigurationError(OmniError):
    """A mistake in ``omni.yaml`` or in what it points to (file, column, glob)."""

    exit_code = 2


class UsageError(OmniError):
    """A command was called with arguments that cannot be carried out."""

    exit_code = 2


class PublicationWithheld(OmniError):
    """A blocking check failed: the last good publication stays."""

    exit_code = 1


class RunFailed(OmniError):
    """The nightly job stopped half-way; nothing was published."""

    exit_code = 3


class HomeIsBusy(OmniError):
    """Another run is writing to this home."""

    exit_code = 3


class WarehouseIsNewer(OmniError):
    """A later version of this package, or of DuckDB, has written the warehouse."""

    exit_code = 2


def nearest(word: str, known: Iterable[str]) -> str:
    """Return `` Did you mean 'x'?`` for the known spelling nearest to ``word``, or ``""`` if none is near."""
    matches = difflib.get_close_matches(word.lower(), sorted(known), n=1, cutoff=0.6)
    return f" Did you mean '{matches[0]}'?" if matches else ""

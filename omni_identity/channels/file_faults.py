"""File faults: why a delivered file is set aside as a whole, in words, and the one guard around every reader."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath
from typing import TypeVar

from omni_identity.channels.formats import FORMATS, PACKINGS
from omni_identity.channels.reason_codes import INACCESSIBLE_FILE, REASONS, UNREADABLE_FILE
from omni_identity.model.errors import OmniError

Item = TypeVar("Item")

_WORKBOOKS = {
    **dict.fromkeys((".xls", ".xlsm", ".xlsb"), "an Excel workbook of another kind than .xlsx"),
    ".numbers": "a Numbers spreadsheet",
}
NEW_WORKBOOK = "Save the workbook as .xlsx without a password, or its sheet as CSV (UTF-8); each is read in a .zip too."
_ARCHIVES = {
    ".7z": "a 7-Zip archive",
    ".rar": "a RAR archive",
    ".tar": "a tar archive",
    ".tgz": "a tar archive",
    **dict.fromkeys((".bz2", ".xz", ".lz4", ".z"), "a compressed file"),
}
ARCHIVE_SUFFIXES = frozenset([*_ARCHIVES, *PACKINGS])
"""Of files in which others are packed."""
_OTHERS = {
    ".pdf": "a PDF document",
    **dict.fromkeys((".doc", ".docx", ".odt"), "a text document"),
    **dict.fromkeys((".xml", ".html", ".htm"), "an XML or HTML document"),
    **dict.fromkeys((".avro", ".orc", ".feather", ".arrow"), "a file of a format that is not read"),
    **dict.fromkeys((".db", ".sqlite", ".sqlite3", ".duckdb", ".mdb"), "a database"),
}


class FileFault(Exception):
    """A file that cannot be taken. Its words hold no personal data.

    ``is_of_content``: the fault lies in the bytes that were read, all of them, so that the same bytes
    have it again; else in how they could be had, and nothing is known of them.
    """

    def __init__(
        self,
        reason_code: str,
        detail: str,
        advice: str | None = None,
        *,
        is_of_content: bool = True,
    ) -> None:
        super().__init__(f"{reason_code}: {detail}")
        self.reason_code = reason_code
        self.detail = detail
        self.advice = advice or advice_for(reason_code)
        self.is_of_content = is_of_content


def as_sentence(detail: str) -> str:
    """The detail with the point, or question mark, that ends it."""
    return detail if detail.endswith((".", "?")) else f"{detail}."


def advice_for(reason_code: str) -> str:
    """What to do about a file with this reason."""
    return REASONS.get(reason_code, REASONS[UNREADABLE_FILE]).mend


def inaccessible(error: OSError) -> FileFault:
    """The fault of a file that the system does not give out, in the system's words (never its own path)."""
    what = error.strerror or type(error).__name__
    return FileFault(INACCESSIBLE_FILE, f"it cannot be read: {what}", is_of_content=False)


def unknown_format(path: str | PurePath) -> FileFault:
    """The fault of a file whose suffix names no format that is read: what it is, and what to make of it."""
    suffix = PurePath(path).suffix.lower()
    known = f"{', '.join(FORMATS)} (or these with {', '.join(PACKINGS)})"
    if suffix in _WORKBOOKS:
        what, advice = (
            _WORKBOOKS[suffix],
            NEW_WORKBOOK,
        )
    elif suffix in _ARCHIVES:
        what, advice = (
            _ARCHIVES[suffix],
            f"Unpack it and deliver the files in it; {', '.join(PACKINGS)} are read as they are.",
        )
    elif suffix in _OTHERS:
        what, advice = _OTHERS[suffix], "Export it as CSV, JSON Lines or Parquet and deliver that."
    else:
        what = f"a file with the suffix '{suffix}'" if suffix else "a file without a suffix"
        advice = (
            "Give it the suffix of what it is, say what it is with `format:` in omni.yaml, or let the glob leave"
            " it out."
        )
    return FileFault(UNREADABLE_FILE, f"it is {what}, which is not read; read are {known}", advice)


def guarded(items: Iterator[Item]) -> Iterator[Item]:
    """The items of a reader, of which whatever goes wrong, native code's panics included, is a ``FileFault``."""
    try:
        yield from items
    except (FileFault, OmniError, GeneratorExit, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # noqa: BLE001 - the one guard: a panic of native code is no Exception
        raise fault_of(error) from None


def fault_of(error: BaseException) -> FileFault:
    """The fault that an error of a reader stands for; its own text, which may quote a value, is left out."""
    if isinstance(error, FileFault):
        return error
    if isinstance(error, MemoryError):
        what = "it cannot be read: there is not enough memory"
        return FileFault(INACCESSIBLE_FILE, what, is_of_content=False)
    if isinstance(error, OSError) and error.errno is not None:
        return inaccessible(error)
    return FileFault(UNREADABLE_FILE, f"its reader stopped ({type(error).__name__})")

"""Suppression: what is remembered of erased persons, as keyed hashes, and which rows these keep out.

A row is kept out if its record was erased, or if it carries an identifier of an erased person. Of
neither is more remembered than a hash (HMAC-SHA256) with a key that is the home's own.
"""

from __future__ import annotations

import hmac
import os
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from pathlib import Path

import polars as pl

from omni_identity.channels.written_ids import bare_ids
from omni_identity.engines.durable import sync_folder
from omni_identity.model.errors import RunFailed

RECORD = "record"
"""The kind of hash that stands for ``channel`` and ``source_record_id``."""
INTERACTION = "interaction_id"
"""The kind of hash that stands for ``channel`` and an interaction that other files than its own name."""
NO_IDENTIFIERS = frozenset([RECORD, INTERACTION])
"""Kinds of hashes that stand for no identifier."""
SAME_KIND = {"whatsapp": "phone"}
"""Identifiers that are remembered as another one: a number is the same number in either."""
WEAK = frozenset(["device_id"])
"""Identifiers that others may share one day: they keep out only what nobody is named for."""

_BARE_CODE = (("[^A-Z0-9]", ""),)
_FORMER = {
    "loyalty_id": _BARE_CODE,
    "account_id": _BARE_CODE,
    "phone": (
        (r"^\+52([0-9]{10})$", "+521${1}"),
        (r"^\+54([0-9]{10})$", "+549${1}"),
        (r"^\+55([0-9]{2})9([6-9][0-9]{7})$", "+55${1}${2}"),
    ),
}
Standardise = Callable[[pl.DataFrame, str], pl.DataFrame]
"""Standardises the identifier columns (lists of text) of a channel's rows, e-mails to mailboxes."""

_KEY_BYTES = 32
_SHORTEST_TOKEN = 5
_LONGEST_TOKEN = 254
_LEAST_DIGITS = 7
_QUOTED_LOCAL = r"""["\\]+([^"\\\s@,;]+)["\\]+@"""
_AT_SIGN = r"[@\x{FF20}\x{FE6B}]"
_BETWEEN_TOKENS = r"""[,;\t|"\n\r{}\[\]\\]+"""


def create_key(path: Path) -> bytes:
    """Return the home's key; make one, readable by its owner only, where there is none."""
    if not path.exists():
        write_key(path)
    return load_key(path)


def write_key(path: Path) -> None:
    """Write a new secret key, whole or not at all, readable by its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.next")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(_KEY_BYTES) + "\n")
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(path)
    sync_folder(path.parent)


def move_key(former: Path, path: Path) -> None:
    """Put the key of a home of before where it stands now; nothing to do without one, or with one there."""
    if path.exists() or not former.exists():
        return
    fresh = path.with_name(f".{path.name}.next")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(former.read_bytes())
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(path)
    sync_folder(path.parent)
    former.unlink()


def load_key(path: Path) -> bytes:
    """Read the home's key; ``RunFailed`` when it is missing or damaged: without it the erased come back."""
    key = read_key(path)
    if key is None:
        raise RunFailed(
            f"{path} is missing or damaged. Without it nobody can tell who has been erased, and they "
            "would come back with the next delivery: restore it from a backup."
        )
    return key


def read_key(path: Path) -> bytes | None:
    """Read a secret key; None where there is no file, or it holds none."""
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (FileNotFoundError, ValueError):
        return None
    return key if len(key) == _KEY_BYTES else None


def keyed_hash(key: bytes, kind: str, *parts: str) -> str:
    """The hash (hex) of one value of a kind."""
    return hmac.digest(key, "\0".join((kind, *parts)).encode(), "sha256").hex()


def keyed_hashes(key: bytes, kind: str, values: pl.Series) -> pl.Series:
    """The hashes of a column of texts, once per distinct value; null for null."""
    prefix = f"{kind}\0".encode()
    distinct = values.drop_nulls().unique()
    hashes = [hmac.digest(key, prefix + v.encode(), "sha256").hex() for v in distinct.to_list()]
    return values.replace_strict(
        distinct, pl.Series(hashes, dtype=pl.String), default=None, return_dtype=pl.String
    )


def record_hashes(key: bytes, channel: str, record_ids: pl.Series) -> pl.Series:
    """The hashes of records of one channel; null for null."""
    return keyed_hashes(key, f"{RECORD}\0{channel}", record_ids)


def kind_of(identifier: str) -> str:
    """The kind of hash under which an identifier is remembered."""
    return SAME_KIND.get(identifier, identifier)


@dataclass(frozen=True)
class Suppression:
    """Who is kept out: ``hashes`` by kind, and how to bring identifiers into the form that was hashed.

    ``channels`` are those whose records texts may name, ``countries`` those with which a number in a
    text is read (none: the country of the channel). ``is_marking``: what rows that are kept quote of erased
    persons is marked; False where only the rows that are not matter.
    """

    key: bytes
    hashes: Mapping[str, frozenset[str]]
    standardise: Standardise
    channels: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    is_marking: bool = True

    def records(self, channel: str, record_ids: pl.Series) -> pl.Series:
        """Which records of a channel are erased ones (false for null): by their ID, or the e-mail that it is."""
        known = sorted(self.hashes.get(RECORD, ()))
        record_ids = bare_ids(record_ids)
        erased = record_ids.is_null() & False
        for spelling in _spellings(record_ids) if known else ():
            erased |= record_hashes(self.key, channel, spelling).is_in(known).fill_null(False)
        addresses = record_ids.filter(record_ids.str.contains(_AT_SIGN).fill_null(False)).unique()
        if addresses.is_empty() or "email" not in self.hashes:
            return erased
        theirs = addresses.filter(self.are_values(addresses, "email"))
        return erased | record_ids.is_in(theirs.implode()).fill_null(False)

    def named(self, interaction_ids: pl.Series, channel: str) -> pl.Series:
        """Which interactions of a channel are remembered as an erased person's (false for null)."""
        known = sorted(self.hashes.get(INTERACTION, ()))
        if not known:
            return interaction_ids.is_null() & False
        hashes = keyed_hashes(self.key, f"{INTERACTION}\0{channel}", interaction_ids)
        return hashes.is_in(known).fill_null(False)

    def identifiers(self, kind: str, values: pl.Series) -> pl.Series:
        """Which standardised values of an identifier are those of erased persons (false for null)."""
        known = sorted(self.hashes.get(kind, ()))
        hits = keyed_hashes(self.key, kind, values).is_in(known).fill_null(False)
        for former in _former_spellings(kind, values) if known else ():
            hits |= keyed_hashes(self.key, kind, former).is_in(known).fill_null(False)
        return hits

    def are_values(self, texts: pl.Series, name: str) -> pl.Series:
        """Which texts are, however they are spelt, values of the identifier ``name`` of erased persons.

        A number is read with each of ``countries``, since a text does not say where it is from.
        """
        rows = pl.DataFrame(
            {
                "row": pl.int_range(len(texts), eager=True),
                name: texts.reshape((-1, 1)).arr.to_list(),
            }
        )
        read = [rows]
        if name == "phone" and self.countries:
            read = [rows.with_columns(pl.lit(c).alias("country")) for c in self.countries]
        hits = [self._hits(each, name, "")["row"] for each in read]
        return rows["row"].is_in(pl.concat(hits).unique().implode())

    def contacts(self, rows: pl.DataFrame, channel: str) -> pl.Series:
        """Which contact rows (``source_record_id``, raw identifiers, ``country``) are kept out."""
        return self.records(channel, rows["source_record_id"]) | self._carriers(
            rows, channel, lambda kind: kind not in WEAK
        )

    def interactions(self, rows: pl.DataFrame, channel: str) -> pl.Series:
        """Which interactions are kept out. A weak identifier decides only where no contact is named."""
        strong = self._carriers(rows, channel, lambda kind: kind not in WEAK)
        weak = self._carriers(rows, channel, lambda kind: kind in WEAK)
        nobody = rows["source_record_id"].is_null()
        return self.records(channel, rows["source_record_id"]) | strong | (weak & nobody)

    def payloads(self, payloads: pl.Series, channel: str, record_column: str | None) -> pl.Series:
        """Which texts of unreadable rows name an erased record or an identifier of an erased person.

        Their fields are all that quotes, brackets and the usual delimiters part. Fields of less than
        five characters are looked at only where the record's ID belongs: in front, or after its key.
        """
        texts = payloads.alias("payload").to_frame().with_row_index("row")
        if payloads.null_count() == len(payloads):
            return payloads.is_not_null()
        tokens = _tokens(texts)
        found = [tokens.filter(self.records(channel, tokens["token"]))["row"]]
        ids = _record_tokens(texts, record_column)
        found.append(ids.filter(self.records(channel, ids["token"]))["row"])
        for name in self.hashes:
            if name in NO_IDENTIFIERS:
                continue
            fitting = tokens.filter(_looks_like(name))
            carried = fitting.select("row", pl.concat_list("token").alias(name))
            found.append(self._hits(carried, name, channel)["row"])
        return texts["row"].is_in(pl.concat(found).unique().implode())

    def name_anybody(self, texts: pl.Series, channels: Iterable[str]) -> pl.Series:
        """Which texts name, in any field, an erased record of these channels or an identifier of an erased person.

        A field is what it is in ``payloads``; a number is read with each of ``countries``.
        """
        fields = _tokens(texts.alias("payload").to_frame().with_row_index("row"))
        values = fields["token"].unique()
        erased = [values.filter(self.records(channel, values)) for channel in channels]
        for name in self.hashes:
            if name not in NO_IDENTIFIERS:
                fitting = values.to_frame().filter(_looks_like(name))["token"]
                erased.append(fitting.filter(self.are_values(fitting, name)))
        named = pl.concat(erased).unique().implode()
        rows = fields.filter(pl.col("token").is_in(named))["row"]
        return pl.int_range(len(texts), dtype=pl.UInt32, eager=True).is_in(rows.implode())

    def _carriers(
        self, rows: pl.DataFrame, channel: str, is_asked: Callable[[str], bool]
    ) -> pl.Series:
        """Which rows carry a suppressed identifier of the kinds asked for."""
        nobody = pl.repeat(False, len(rows), dtype=pl.Boolean, eager=True)
        numbered = rows.with_row_index("row")
        masks = [nobody]
        for name in rows.columns:
            if not isinstance(rows.schema[name], pl.List) or not is_asked(kind_of(name)):
                continue
            if kind_of(name) not in self.hashes or rows[name].null_count() == len(rows):
                continue
            country = [c for c in ("country",) if c in rows.columns]
            filled = numbered.filter(pl.col(name).is_not_null()).select("row", name, *country)
            hits = self._hits(filled, name, channel)["row"].unique()
            masks.append(numbered["row"].is_in(hits.implode()))
        return reduce(or_, masks)

    def _hits(self, rows: pl.DataFrame, name: str, channel: str) -> pl.DataFrame:
        """The rows (``row``) whose identifier ``name`` has a suppressed value."""
        values = self.standardise(rows, channel).select("row", name).explode(name)
        return values.filter(self.identifiers(kind_of(name), values[name]))


def _spellings(record_ids: pl.Series) -> tuple[pl.Series, ...]:
    """IDs as they are, and as versions remembered them that took a spreadsheet's additions for parts of them."""
    with_point = record_ids.str.replace("^([0-9]+)$", "${1}.0")
    return record_ids, "'" + record_ids, with_point


def _former_spellings(kind: str, values: pl.Series) -> Iterator[pl.Series]:
    """Values as versions remembered them that took all punctuation of a code for arrangement, and kept
    Mexico's 1, Argentina's 9 and Brazilian mobiles of eight digits; null where that comes to the same."""
    for pattern, former in _FORMER.get(kind, ()):
        changed = values.str.to_uppercase().str.replace_all(pattern, former)
        yield values.to_frame("v").select(pl.when(pl.col("v") != changed).then(changed)).to_series()


def _tokens(texts: pl.DataFrame) -> pl.DataFrame:
    """The fields of texts that are long enough to tell anything, each once per ``row``."""
    plain = pl.col("payload").str.replace_all(_QUOTED_LOCAL, "${1}@")
    parts = plain.str.replace_all(_BETWEEN_TOKENS, "\0").str.split("\0")
    tokens = texts.select("row", parts.alias("token")).explode("token").drop_nulls()
    tokens = tokens.with_columns(pl.col("token").str.strip_chars(" :'"))
    size = pl.col("token").str.len_chars()
    return tokens.filter(size.is_between(_SHORTEST_TOKEN, _LONGEST_TOKEN)).unique()


def _record_tokens(texts: pl.DataFrame, record_column: str | None) -> pl.DataFrame:
    """What stands where a record's ID belongs: the first field, and the value of its JSON key."""
    payload = pl.col("payload")
    first = payload.str.extract(r"""^[\s"']*([^,;\t|"]+)""", 1)
    found = [texts.select("row", first.str.strip_chars().alias("token"))]
    if record_column is not None:
        key = "".join(c if c.isalnum() else f"\\x{{{ord(c):x}}}" for c in record_column)
        value = payload.str.extract(rf'"{key}"\s*:\s*"?([^",}}\s]+)', 1)
        found.append(texts.select("row", value.alias("token")))
    return pl.concat(found).drop_nulls()


def _looks_like(identifier: str) -> pl.Expr:
    token = pl.col("token")
    if identifier == "email":
        return token.str.contains(_AT_SIGN)
    if identifier == "phone":
        return token.str.count_matches(r"\d") >= _LEAST_DIGITS
    return pl.lit(True)

"""What becomes of a published value in the masked edition: SQL for each way of masking, and the masked tables."""

from __future__ import annotations

from dataclasses import replace

from omni_identity.engines.literals import identifier
from omni_identity.model.tables import Column, Masking, Pii, Table

LETTERS = 24
"""Hexadecimal digits of a pseudonym, 96 bits: among a billion values two share one with a chance of 1 in 10¹¹."""
_BLOCK = 64
_WORDS: dict[Masking, str] = {
    "kept": "",
    "pseudonym": " Masked: a keyed pseudonym, the same for a value wherever it stands.",
    "year": " Masked: the first day of that year.",
    "area": " Masked: its first letters, three at most and all but two.",
    "nothing": " Masked: always null.",
}


def _hmac_pads(key: bytes) -> tuple[str, str]:
    """SQL of the inner and the outer pad of HMAC-SHA256 (RFC 2104) for a key of 64 bytes or fewer."""
    padded = key.ljust(_BLOCK, b"\0")
    return _blob(bytes(b ^ 0x36 for b in padded)), _blob(bytes(b ^ 0x5C for b in padded))


def _blob(content: bytes) -> str:
    return f"unhex('{content.hex()}')"


def pseudonym_macro(key: bytes) -> str:
    """SQL that makes the macro ``pseudonym(value)``: ``p`` and the first digits of the value's HMAC; null for null."""
    inner, outer = _hmac_pads(key)
    digest = f"sha256({outer} || unhex(sha256({inner} || encode(value))))"
    return f"create or replace temp macro pseudonym(value) as 'p' || left({digest}, {LETTERS})"


def masked_sql(column: Column) -> str:
    """SQL for a column's masked values, over its own and ``pseudonym``; null stays null, and lists stay lists."""
    name = identifier(column.name)
    is_list = column.type.endswith("[]")
    match column.masking:
        case "kept":
            return name
        case "pseudonym":
            return (
                f"list_transform({name}, lambda x: pseudonym(x))"
                if is_list
                else f"pseudonym({name})"
            )
        case "year":
            return f"date_trunc('year', {name})::date"
        case "area":
            return f"left({name}, least(3, greatest(length({name}) - 2, 0))::bigint)"
        case "nothing":
            return f"null::{column.type}"


def masked_table(table: Table) -> Table:
    """The table as the masked edition has it: the same columns and types, what is nothing may be null, and its
    comments say what became of the values."""
    return replace(table, columns=tuple(_masked_column(column) for column in table.columns))


def _masked_column(column: Column) -> Column:
    if column.masking == "kept":
        return column
    pii: Pii = "pseudonymous" if column.masking == "pseudonym" else "none"
    comment = f"{column.comment}{_WORDS[column.masking]}"
    is_nullable = column.nullable or column.masking == "nothing"
    return replace(column, comment=comment, pii=pii, nullable=is_nullable)

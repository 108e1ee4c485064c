"""Linkage records for tests: a table of records with only the columns that a test names."""

from __future__ import annotations

from typing import Any

from omni_identity.engines import DuckDBEngine
from omni_identity.linkage.records import linkage_columns
from omni_identity.model.attributes import Vocabulary
from omni_identity.standardise.given_name_sounds import known_given_names

LISTS = {
    "email",
    "local_part",
    "shared_mailbox",
    "phone",
    "loyalty_id",
    "account_id",
    "device_id",
    "telegram",
    "instagram",
    "facebook",
    "alias",
    "last_hint",
    "given_forms",
}


def create_linkage_records(
    engine: DuckDBEngine, records: list[dict[str, Any]], vocabulary: Vocabulary | None = None
) -> None:
    """Make ``derived.linkage_records``; ``record_no`` counts from 1, derived columns are derived."""
    columns = linkage_columns(vocabulary or Vocabulary())
    declared = ", ".join(
        f'"{name}" {"VARCHAR[]" if name in LISTS else "VARCHAR"}' for name in columns
    )
    engine.run("create schema if not exists derived")
    engine.run(f"create or replace table derived.linkage_records (record_no BIGINT, {declared})")
    for number, record in enumerate(records, 1):
        values = dict.fromkeys(columns) | complete(record)
        marks = ", ".join(f"${name}" for name in values)
        names = ", ".join(f'"{name}"' for name in values)
        engine.run(
            f"insert into derived.linkage_records (record_no, {names}) values ({number}, {marks})",
            values,
        )


def complete(record: dict[str, Any]) -> dict[str, Any]:
    """Add what the pipeline derives: canonical names, names, locality, door, local parts."""
    full = dict(record)
    if "first" in full:
        full.setdefault("first_canonical", full["first"])
        known = known_given_names().filter(name=full["first"].split(" ")[0])
        full["given_sound"], full["given_forms"] = (
            (known["sound"].item(), known["forms"].item().to_list() or None)
            if known.height
            else (None, None)
        )
    if "birth_date" in full:
        full |= {"birth_year": full["birth_date"][:4], "birth_month_day": full["birth_date"][5:]}
    elif "birth_year" in full or "birth_month_day" in full:
        full["birth_part"] = f"{full.get('birth_year')} {full.get('birth_month_day')}"
    if "first" in full and "last" in full:
        full["names"] = f"{full['first']}|{full['last']}"
    if "email" in full:
        full["local_part"] = [mail.split("@")[0] for mail in full["email"]]
        full["email_local"] = full["local_part"][0]
        full["email_letters"] = full["email"][0].translate(str.maketrans("", "", "0123456789"))
    locality = full.get("postcode") or full.get("city")
    if locality:
        full["locality"] = locality
    if full.get("street") and full.get("house_number"):
        area = full.get("postcode") or full.get("city")
        full["door"] = f"{full['street']}|{full['house_number']}|{area}" if area else None
    return full

"""Values that linkage leaves aside because a steward said so: a record's own that is wrong, one of several people.

Both are tables that whoever reads the verdicts fills: ``derived.wrong_values`` (``record_no, attribute``) and
``derived.judged_shared_values`` (``record_no_l, record_no_r, identifier, value``).
"""

from __future__ import annotations

from omni_identity.engines import Engine
from omni_identity.engines.declared import create_missing
from omni_identity.engines.literals import literal
from omni_identity.model.attributes import Vocabulary

WRONG = "derived.wrong_values"
JUDGED_SHARED = "derived.judged_shared_values"

_MADE_OF = {
    "first_name": ("first_name_key", "first_name_canonical"),
    "middle_name": ("middle_name_key",),
    "last_name": ("last_name_key",),
    "birth_date": ("birth_date", "birth_year", "birth_month_day"),
    "street": ("street_key",),
    "city": ("city_key",),
    "email": ("email_key",),
    **{name: (name,) for name in ("name_suffix", "gender", "house_number", "postcode", "phone", "whatsapp")},
}  # fmt: skip


def linked_columns(vocabulary: Vocabulary) -> dict[str, tuple[str, ...]]:
    """By attribute that linkage sees, the columns of ``derived.source_records`` that it sees of it."""
    declared = (*vocabulary.identifiers, *(name for name, _ in vocabulary.evidence))
    return {name: (name,) for name in declared} | _MADE_OF


def create_withheld_values(engine: Engine) -> None:
    """Create both tables, empty, where they are missing."""
    create_missing(engine, WRONG, JUDGED_SHARED)


def without_wrong_values(engine: Engine, vocabulary: Vocabulary, records: str) -> str:
    """SQL for the rows of ``records``, a query for columns of ``derived.source_records``, wrong values as null."""
    create_withheld_values(engine)
    said = engine.fetch(f"select distinct attribute from {WRONG} order by attribute")["attribute"]
    columns = linked_columns(vocabulary)
    wrong = {column: name for name in said if name in columns for column in columns[name]}
    if not wrong:
        return records
    corrected = ", ".join(
        f"case when record_no in (select record_no from {WRONG} where attribute = {literal(name)})"
        f' then null else "{column}" end as "{column}"'
        for column, name in sorted(wrong.items())
    )
    kept = ", ".join(f'"{column}"' for column in sorted(wrong))
    return f"select * exclude ({kept}), {corrected} from ({records}) as_delivered"

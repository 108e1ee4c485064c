"""The records as linkage sees them: one row per current record, comparison keys and identifier lists only."""

from __future__ import annotations

from omni_identity.engines import Engine
from omni_identity.model.attributes import Vocabulary

HANDLES = ("telegram", "instagram", "facebook")


def linkage_columns(vocabulary: Vocabulary) -> tuple[str, ...]:
    """Names of the columns of ``tonight.linkage_records`` besides ``record_no``."""
    fixed = ("first", "first_canonical", "middle", "last", "names", "birth_date", "gender")
    address = ("street", "house_number", "postcode", "city", "locality", "door")
    lists = ("email", "local_part", "phone")
    others = tuple(i for i in vocabulary.identifiers if i not in ("email", "phone", "whatsapp"))
    return (
        *fixed,
        *address,
        *lists,
        *others,
        *(f"attribute_{n}" for n in vocabulary.attribute_names),
    )


def build_linkage_records(engine: Engine, vocabulary: Vocabulary) -> None:
    """Rebuild ``tonight.linkage_records`` from ``tonight.source_records``.

    ``phone`` holds WhatsApp numbers too; ``door`` is the whole address, ``locality`` its postcode or city; ``names`` is
    ``first|last``, for term frequencies;
    every list is null when empty, so that "both filled" is "both not null".
    """
    others = [i for i in vocabulary.identifiers if i not in ("email", "phone", "whatsapp")]
    selected = ", ".join(
        [
            *(f'"{name}"' for name in others),
            *(f'"{name}" as "attribute_{name}"' for name in vocabulary.attribute_names),
        ]
    )
    engine.run(
        f"""
        create or replace table tonight.linkage_records as
        select record_no,
            first_name_key as first,
            coalesce(first_name_canonical, first_name_key) as first_canonical,
            middle_name_key as middle,
            last_name_key as last,
            first_name_key || '|' || last_name_key as names,
            strftime(birth_date, '%Y-%m-%d') as birth_date,
            gender,
            street_key as street, house_number, postcode, city_key as city,
            coalesce(postcode, city_key) as locality,
            street_key || '|' || house_number || '|' || coalesce(postcode, city_key) as door,
            email_key as email,
            list_distinct(list_transform(email_key, lambda x: split_part(x, '@', 1))) as local_part,
            case when phone is null and whatsapp is null then null
                else list_distinct(list_concat(coalesce(phone, []), coalesce(whatsapp, []))) end as phone,
            {selected}
        from tonight.source_records
        order by record_no
        """
    )

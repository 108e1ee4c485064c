"""The records as linkage sees them: one row per current record, comparison keys and identifier lists only."""

from __future__ import annotations

from omni_identity.engines import Engine
from omni_identity.engines.literals import literal
from omni_identity.model.attributes import Vocabulary
from omni_identity.standardise.given_name_sounds import known_given_names
from omni_identity.standardise.role_mailboxes import role_mailbox_pattern

HANDLES = ("telegram", "instagram", "facebook")
GIVEN_NAMES = ("first", "first_canonical", "given_sound", "given_forms")
"""The columns made of the given name."""
FIRST_EMAIL = {
    "email_local": "split_part({}[1], '@', 1)",
    "email_letters": "translate({}[1], '0123456789', '')",
}
"""The columns made of the first address, which every pair would make again for either side: SQL over the list."""


def linkage_columns(vocabulary: Vocabulary) -> tuple[str, ...]:
    """Names of the columns of ``derived.linkage_records`` besides ``record_no``."""
    names = ("first", "first_canonical", "given_sound", "middle", "last", "suffix", "names")
    born = ("birth_date", "birth_year", "birth_month_day", "birth_part")
    fixed = (*names, *born, "gender")
    address = ("street", "house_number", "postcode", "city", "locality", "door")
    mail = tuple(FIRST_EMAIL)
    lists = ("email", "local_part", "shared_mailbox", "phone", "alias", "last_hint", "given_forms")
    others = tuple(i for i in vocabulary.identifiers if i not in ("email", "phone", "whatsapp"))
    return (
        *fixed,
        *address,
        *mail,
        *lists,
        *others,
        *(f"attribute_{name}" for name, _ in vocabulary.evidence),
    )


def both_phones(together: str) -> str:
    """SQL for phone and WhatsApp numbers, each a sorted list or null; ``together`` for those of whoever has both."""
    return f"case when whatsapp is null then phone when phone is null then whatsapp else {together} end"


def build_linkage_records(
    engine: Engine,
    vocabulary: Vocabulary,
    source: str = "derived.source_records",
    target: str = "derived.linkage_records",
) -> None:
    """Rebuild the table ``target`` from the current records in ``source``, a table or a named subquery.

    ``birth_part`` is what is known of a birth date that is not whole (``1985-03-??``);
    ``shared_mailbox`` holds the addresses of a role or a family (info@, familie.schmidt@), ``email`` all
    others: what a firm or a household shares is evidence of another kind. ``phone`` holds WhatsApp numbers too;
    ``door`` is the whole address, ``locality`` its postcode or city; ``names`` is ``first|last``, for term
    frequencies; every list is null when empty, so that "both filled" is "both not null". ``alias`` holds the
    letters of e-mail names and handles, ``last_hint``, where there is no family name, what is left of an alias
    that begins or ends with the given name: gertrudis_gome86 hints at gome. Where the given name, or the first of
    several, is a known one, ``given_sound`` is how it sounds, and ``given_forms`` what it may be short for.
    """
    others = [i for i in vocabulary.identifiers if i not in ("email", "phone", "whatsapp")]
    selected = ", ".join(
        [
            *(f'"{name}"' for name in others),
            *(f'"{name}" as "attribute_{name}"' for name, _ in vocabulary.evidence),
        ]
    )
    is_shared = f"regexp_matches(x, {literal(role_mailbox_pattern())})"
    first_email = ", ".join(
        f"{made.format('own_mail')} as {name}" for name, made in FIRST_EMAIL.items()
    )
    _list_given_names(engine)
    handles = "".join(f', coalesce("{name}", [])' for name in HANDLES if name in others)
    engine.run(
        f"""
        create or replace table {target} as
        with mailboxes as (
            select *, list_filter(email_key, lambda x: not {is_shared}) as own_mail,
                list_filter(email_key, lambda x: {is_shared}) as shared_mail
            from {source}
        ), records as (
            select *, list_distinct(list_filter(list_transform(
                list_concat(
                    list_transform(coalesce(own_mail, []), lambda x: split_part(x, '@', 1)){handles}
                ), lambda x: regexp_replace(x, '[^a-z]', '', 'g')
            ), lambda x: length(x) >= 5)) as aliases, replace(first_name_key, ' ', '') as given
            from mailboxes
        ), hinted as (
            select *, case when last_name_key is null and length(given) >= 3 then
                list_filter(list_transform(aliases, lambda x:
                    case when starts_with(x, given) then substr(x, length(given) + 1)
                        when suffix(x, given) then left(x, length(x) - length(given)) else '' end
                ), lambda x: length(x) >= 3) end as hints
            from records
        )
        select record_no,
            first_name_key as first,
            coalesce(first_name_canonical, first_name_key) as first_canonical,
            g.sound as given_sound,
            middle_name_key as middle,
            last_name_key as last,
            name_suffix as suffix,
            first_name_key || '|' || last_name_key as names,
            strftime(birth_date, '%Y-%m-%d') as birth_date, birth_year, birth_month_day,
            case when birth_date is null and coalesce(birth_year, birth_month_day) is not null then
                coalesce(birth_year, '????') || '-' || left(coalesce(birth_month_day, '??') || '-??', 5)
                end as birth_part,
            gender,
            street_key as street, house_number, postcode, city_key as city,
            coalesce(postcode, city_key) as locality,
            street_key || '|' || house_number || '|' || coalesce(postcode, city_key) as door,
            {first_email},
            case when len(own_mail) > 0 then own_mail end as email,
            case when len(own_mail) > 0
                then list_distinct(list_transform(own_mail, lambda x: split_part(x, '@', 1))) end as local_part,
            case when len(shared_mail) > 0 then shared_mail end as shared_mailbox,
            {both_phones("list_sort(list_distinct(list_concat(phone, whatsapp)))")} as phone,
            case when len(aliases) > 0 then aliases end as alias,
            case when len(hints) > 0 then hints end as last_hint,
            case when len(g.forms) > 0 then g.forms end as given_forms,
            {selected}
        from hinted left join known_given_names g on g.name = split_part(first_name_key, ' ', 1)
        order by record_no
        """
    )
    engine.run("drop table known_given_names")


def _list_given_names(engine: Engine) -> None:
    """Make ``known_given_names`` (``name, sound, forms``)."""
    engine.run(
        "create or replace temp table known_given_names (name VARCHAR, sound VARCHAR, forms VARCHAR[])"
    )
    engine.write("known_given_names", known_given_names())

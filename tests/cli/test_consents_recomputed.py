"""Nobody is addressed against their word: recomputed from the landing files of a demo, by no code of ours."""

from __future__ import annotations

from pathlib import Path

import duckdb

VERSIONS = """
    create temp table versions as
    with web as (
        select 'web' as channel, user_id as record, [mail, second_mail] as emails, []::varchar[] as phones,
            [cookie_id] as devices, newsletter as email_word, newsletter_at as email_at, null as sms_word,
            null as push_word, null as push_at, modified_at as changed, filename, row_number() over () as n
        from read_csv('{landing}/web/contacts/*.csv', all_varchar = true, filename = true,
            union_by_name = true, ignore_errors = true)
    ), email as (
        select 'email', subscriber_id, [email_address], [], [], opt_in, opt_in_at, null, null, null,
            changed_at, filename, row_number() over ()
        from read_csv('{landing}/email/contacts/*.csv.gz', all_varchar = true, filename = true,
            union_by_name = true, ignore_errors = true)
    ), app as (
        select 'app', told ->> 'uid', [told ->> 'email'], [told ->> 'msisdn'], [told ->> 'device'], null, null, null,
            told ->> 'push_consent', told ->> 'push_consent_at', told ->> 'updated_at', filename, n
        from (
            select try_cast(line as json) as told, filename, row_number() over () as n
            from read_csv('{landing}/app/contacts/*.jsonl', columns = {{line: 'varchar'}}, header = false,
                delim = chr(1), quote = '', escape = '', filename = true)
        )
    ), loyalty as (
        select 'loyalty', rid::varchar, [email], [phone], [], null, null, sms_ok::varchar, null, null,
            changed_at::varchar, filename, row_number() over ()
        from read_parquet('{landing}/loyalty/contacts/*.parquet', filename = true, union_by_name = true)
        where filename = (select max(file) from glob('{landing}/loyalty/contacts/*.parquet'))
    )
    select * from web union all select * from email union all select * from app union all select * from loyalty
"""
"""What each channel that asks for consent has delivered: the web shop and the mailing list by e-mail, the app by
push, the loyalty programme (whose newest list holds all) by SMS. Addresses beside the words."""

CURRENT = """
    create temp table said as
    with newest as (
        select v.*, c.golden_id from versions v
        join published.crosswalk c on c.channel = v.channel and c.source_record_id = trim(v.record)
        qualify row_number() over (
            partition by v.channel, trim(v.record)
            order by try_cast(changed as timestamptz) desc nulls last, filename desc, n desc
        ) = 1
    ), words as (
        select golden_id, channel, record, unnest([
            {'consent': 'email', 'addresses': emails, 'word': email_word, 'at': email_at},
            {'consent': 'sms', 'addresses': phones, 'word': sms_word, 'at': null},
            {'consent': 'push', 'addresses': devices, 'word': push_word, 'at': push_at}
        ], recursive := true) from newest
    )
    select golden_id, channel, record, consent, try_cast("at" as timestamptz) as said_at,
        case when consent = 'sms' then right(regexp_replace(address, '[^0-9]', '', 'g'), 10)
            else lower(trim(address)) end as address,
        case when lower(trim(word)) in ('yes', 'true', '1') then 'yes'
            when lower(trim(word)) in ('no', 'false', '0') then 'no'
            when coalesce(trim(word), '') <> '' then 'unclear' end as word
    from words, unnest(addresses) one(address)
"""
"""The newest version of each record that is a customer's, a row for each of its addresses."""

MEMBERS = """
    create temp table members as
    select audience, golden_id, address_kind as consent, consent is not null as is_allowed,
        case when address_kind = 'sms' then right(address, 10) else lower(address) end as address
    from published.audience_members where address_kind in ('email', 'sms', 'push')
"""

MARKETING = ("abandoned_cart", "newly_omnichannel", "thank_you", "win_back")

AGAINST = {
    "a record refuses it": """
        select count(*) from members m where exists (
            select 1 from said s where s.consent = m.consent and s.address = m.address and s.word = 'no')
    """,
    "nobody of theirs ever consented to it": """
        with persons as (
            select golden_id, consent from said where word is not null
            qualify row_number() over (
                partition by golden_id, consent
                order by said_at desc nulls last, case word when 'no' then 0 when 'unclear' then 1 else 2 end
            ) = 1 and word = 'yes'
        )
        select count(*) from members m where is_allowed and not exists (
            select 1 from said s where s.golden_id = m.golden_id and s.consent = m.consent
                and s.address = m.address and s.word = 'yes'
        ) and not exists (
            -- a record of another channel, which asks for nothing, may have it while the person consents
            select 1 from persons p join published.profile_lineage l using (golden_id)
            where p.golden_id = m.golden_id and p.consent = m.consent
                and (lower(l.value) = m.address or m.consent = 'sms' and right(l.value, 10) = m.address)
                and not exists (
                    select 1 from said s where s.golden_id = m.golden_id and s.consent = m.consent
                        and s.address = m.address and s.word is not null)
        )
    """,
    "no app has the device": """
        select count(*) from members m where consent = 'push' and not exists (
            select 1 from said s where s.golden_id = m.golden_id and s.channel = 'app'
                and s.consent = 'push' and s.address = m.address)
    """,
    "nothing allows it": f"select count(*) from members where audience in {MARKETING} and not is_allowed",
}


def test_no_member_of_the_demos_audiences_is_addressed_against_their_word(demo_home: Path) -> None:
    with duckdb.connect() as reader:
        reader.execute(
            f"attach '{demo_home / 'published' / 'omni.duckdb'}' as published (read_only)"
        )
        reader.execute(VERSIONS.format(landing=demo_home / "landing"))
        reader.execute(CURRENT)
        reader.execute(MEMBERS)
        told = dict(reader.execute("select word, count(*) from said group by word").fetchall())
        assert min(told["yes"], told["no"]) > 30, "they are asked, and answer either way"
        reached = dict(
            reader.execute("select consent, count(*) from members group by 1").fetchall()
        )
        assert min(reached[consent] for consent in ("email", "sms", "push")) > 0
        wrong = {why: reader.execute(query).fetchall()[0][0] for why, query in AGAINST.items()}
    assert wrong == dict.fromkeys(AGAINST, 0)

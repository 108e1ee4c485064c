-- Members of audiences who are addressed against their word: one row of counts, for one consent.
--
-- Reads the candidate's audience_members, and words_said: every record with its addresses and what it says of the
-- consent. An address that any record refuses is refused; one is said by a record that holds it and consents, and
-- implied by one without a word whose person consents, later than any word of theirs that is no yes.
with members as (
    select audience, golden_id, address, consent is not null as is_allowed
    from candidate.main.audience_members where address_kind = $consent
), holders as (
    select * from (
        select golden_id, unnest(addresses) as address, is_given, is_word,
            list_contains($push::varchar[], channel) as is_app
        from words_said where addresses is not null
    ) h where address in (select address from members)
), refused as (
    select distinct address from holders where not is_given
), persons as (
    select golden_id,
        max(case when is_given then coalesce(decided_at, timestamp '0001-01-01') end) as yes_at,
        max(case when is_given then null else coalesce(decided_at, timestamp '9999-12-31') end)
            as other_at
    from words_said where is_word and golden_id in (select golden_id from members)
    group by golden_id
), own as (
    select h.golden_id, h.address,
        max(case when h.is_given then 1 else 0 end) = 1 as is_said,
        max(case when not h.is_word and p.yes_at is not null
            and (p.other_at is null or p.yes_at > p.other_at) then 1 else 0 end) = 1 as is_implied,
        max(case when h.is_app then 1 else 0 end) = 1 as is_app
    from holders h left join persons p on p.golden_id = h.golden_id
    group by h.golden_id, h.address
)
select count(*) filter (where r.address is not null) as refused,
    count(*) filter (where m.is_allowed and not coalesce(o.is_said or o.is_implied, false))
        as never_consented,
    count(*) filter (where $needs_app and not coalesce(o.is_app, false)) as no_app
from members m
left join refused r on r.address = m.address
left join own o on o.golden_id = m.golden_id and o.address = m.address

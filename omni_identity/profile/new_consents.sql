-- New rows of derived.consents: one per changed customer, consent and address that has a word on it.
--
-- Reads derived.record_consents, derived.customers, derived.affected_customers, derived.profile_lineage and
-- consent_identifiers (which identifier each consent is about). The decision that holds for an address is
-- 1. a refusal by any current record with the address, the customer's own or another's, whatever other records
--    say and whenever: who refused has to say yes in the same place;
-- 2. else the latest of what the customer's own records with the address say, and of what they said of the
--    person as a whole that was no yes.
-- A word of a record without any such address is about the person: it has the row without an address, of which
-- the latest holds. The latest decision is what it is in person_consents.sql.
create or replace table derived.new_consents as
with said as (
    select c.golden_id, r.consent, case when r.is_address then r.address end as address,
        r.is_given, r.decided_at, c.channel, c.source_record_id, r.word
    from derived.record_consents r join derived.affected_customers c on c.record_no = r.record_no
), held as (
    select l.golden_id, i.consent, l.value as address
    from derived.profile_lineage l join consent_identifiers i on i.identifier = l.attribute
    where l.golden_id in (select golden_id from changed.customers)
), refused as (
    select h.golden_id, h.consent, h.address, r.is_given, r.decided_at, c.channel,
        c.source_record_id, r.word, case when c.golden_id = h.golden_id then 0 else 1 end as place
    from held h
    join derived.record_consents r on r.consent = h.consent and r.address = h.address
    join derived.customers c on c.record_no = r.record_no
    where not r.is_given
), not_refused as (
    select golden_id, consent, address, is_given, decided_at, channel, source_record_id, word
    from said where address is not null and coalesce(is_given, true)
), of_the_person as (
    select golden_id, consent, address, is_given, decided_at, channel, source_record_id, word
    from said where address is null
), weighed as (
    select golden_id, consent, address, is_given, decided_at, channel, source_record_id, word, place
    from refused
    union all
    select golden_id, consent, address, is_given, decided_at, channel, source_record_id, word, 2
    from not_refused
    union all
    select a.golden_id, a.consent, a.address, p.is_given, p.decided_at, p.channel,
        p.source_record_id, p.word, 2
    from (select distinct golden_id, consent, address from not_refused) a
    join of_the_person p on p.golden_id = a.golden_id and p.consent = a.consent
    where not coalesce(p.is_given, false)
    union all
    select golden_id, consent, address, is_given, decided_at, channel, source_record_id, word, 2
    from of_the_person
), holding as (
    select * from weighed
    qualify row_number() over (
        partition by golden_id, consent, address
        order by place,
            case when decided_at is null and not coalesce(is_given, false) then 0 else 1 end,
            decided_at desc nulls last,
            case when is_given then 2 when is_given is null then 1 else 0 end,
            channel, source_record_id, word
    ) = 1
)
select golden_id, consent,
    row_number() over (partition by golden_id, consent order by address nulls last)::integer
        as position,
    address, is_given, decided_at, channel, source_record_id, word
from holding

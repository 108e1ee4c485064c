-- Audience reached: one row per customer whom an audience wants, and who may be written to.
--
-- Reads audience_wanted, derived.contact_options and derived.unified_profiles. Where consent is needed it takes a
-- way to reach them that they have allowed, and where not, one that they have not refused: first the channel that
-- the reason is about, then the preferred one, then the latest decision. Nothing is sent to a device that nobody
-- was asked about.
create or replace temp table audience_reached as
select r.golden_id, o.channel, o.address, p.identity_confidence,
    case when o.is_allowed then 'consent_' || o.channel end as permission,
    case when o.is_allowed then o.decided_at end as permitted_at, r.reason, r.since
from audience_wanted r
join derived.contact_options o on o.golden_id = r.golden_id
join derived.unified_profiles p on p.golden_id = r.golden_id
where case when $needs_consent::boolean then o.is_allowed else coalesce(o.is_allowed, o.identifier <> 'device_id') end
qualify row_number() over (
    partition by r.golden_id
    order by case when r.channel in (o.channel, o.identifier) then 0 else 1 end,
        case when p.preferred_channel in (o.channel, o.identifier) then 0 else 1 end,
        o.decided_at desc nulls last, o.channel
) = 1

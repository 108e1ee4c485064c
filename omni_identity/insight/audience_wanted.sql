-- Audience wanted: one row per customer whom the candidates of an audience name, for the newest reason that holds.
--
-- Reads audience_candidates, derived.interactions and derived.interaction_lines. A reason that is about a product
-- is gone once the customer ordered it, in any channel, at that time or later; an order whose status is one of
-- $cancelled ends nothing.
create or replace temp table audience_wanted as
with orders as (
    select golden_id, channel, interaction_id, product_id, occurred_at from derived.interactions
    where kind = 'order'
        and golden_id in (select golden_id from audience_candidates where product_id is not null)
        and not coalesce(list_contains($cancelled::varchar[], lower(status)), false)
), bought as (
    select golden_id, product_id, occurred_at from orders where product_id is not null
    union all
    select o.golden_id, l.product_id, o.occurred_at
    from orders o join derived.interaction_lines l
        on l.channel = o.channel and l.interaction_id = o.interaction_id
    where l.product_id is not null
), last_bought as (
    select golden_id, product_id, max(occurred_at) as bought_at from bought group by golden_id, product_id
)
select c.golden_id, c.since, c.reason, c.channel
from audience_candidates c left join last_bought b
    on b.golden_id = c.golden_id and b.product_id = c.product_id
where c.golden_id is not null and c.since is not null and c.reason is not null
    and (b.bought_at is null or b.bought_at < c.since)
qualify row_number() over (
    partition by c.golden_id order by c.since desc, c.channel nulls last, c.reason
) = 1

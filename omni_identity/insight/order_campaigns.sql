-- Campaigns of orders: one row per order with an amount and touch of a campaign on the way to it, in their order.
--
-- Reads orders, touches and journey_stays. The way to an order is its journey, the order itself included. One that
-- no campaign touched has one row, of the campaign (none), so that the amounts of all orders are there.
create or replace temp table order_campaigns as
with led as (
    select subject_id, journey_number, channel, order_interaction_id
    from journey_stays where order_interaction_id is not null
), seen as (
    select s.subject_id, s.journey_number, t.touch_no, t.campaign
    from (
        select subject_id, channel, touch_no, campaign from touches
        where campaign is not null and is_inbound and kind not in ('return', 'pickup')
    ) t join journey_stays s on s.subject_id = t.subject_id and s.channel = t.channel
        and t.touch_no >= s.first_touch_no and t.touch_no <= s.last_touch_no
), numbered as (
    select subject_id, journey_number, campaign,
        row_number() over (partition by subject_id, journey_number order by touch_no) as position,
        count(*) over (partition by subject_id, journey_number) as campaign_touch_count
    from seen
)
select o.subject_id, o.day, o.amount, o.currency, coalesce(n.campaign, '(none)') as campaign,
    coalesce(n.position, 1) as position, coalesce(n.campaign_touch_count, 1) as campaign_touch_count
from orders o join led l on l.subject_id = o.subject_id and l.channel = o.channel
    and l.order_interaction_id = o.interaction_id
left join numbered n on n.subject_id = l.subject_id and n.journey_number = l.journey_number
where o.amount is not null

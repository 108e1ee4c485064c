-- Revenue by last campaign
-- unit: amount
-- grain: campaigns
-- place: 144
-- summary: Revenue by the last campaign that touched the journey.
--
-- The amounts of the orders that were not cancelled, by the campaign that last touched the journey to each;
-- of known customers. A touch of a campaign is what they did that names one, on the way (the journey) to the order
-- or with it; a mail that was sent and not opened is none. An order that no campaign touched is that of (none), so
-- campaigns add up to the revenue of the known. Amounts are counted on the day of the order. A sum, so it has no
-- denominator.
select subject_id, 'day' as period, day as period_start, 'campaign' as dimension, campaign as member,
    currency, null::timestamp as counts_from,
    amount as numerator,
    null::bigint as denominator
from order_campaigns where position = campaign_touch_count

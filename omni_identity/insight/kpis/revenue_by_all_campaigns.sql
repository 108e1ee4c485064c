-- Revenue by all campaigns
-- unit: amount
-- grain: campaigns
-- place: 146
-- summary: Revenue by every campaign that touched the journey, in equal parts.
--
-- The amounts of the orders that were not cancelled, in equal parts on all touches of campaigns on the journey to
-- each (linear attribution), to the cent, and what is left of a cent on the last;
-- of known customers. A touch of a campaign is what they did that names one, on the way (the journey) to the order
-- or with it; a mail that was sent and not opened is none. An order that no campaign touched is that of (none), so
-- campaigns add up to the revenue of the known. Amounts are counted on the day of the order. A sum, so it has no
-- denominator.
select subject_id, 'day' as period, day as period_start, 'campaign' as dimension, campaign as member,
    currency, null::timestamp as counts_from,
    case when position < campaign_touch_count
        then (amount * 100)::bigint // campaign_touch_count / 100
        else amount - (campaign_touch_count - 1) * ((amount * 100)::bigint // campaign_touch_count / 100)
    end::decimal(18, 2) as numerator,
    null::bigint as denominator
from order_campaigns

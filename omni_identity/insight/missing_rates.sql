-- Findings of amounts without a rate: one row per interaction in a currency that is none of $rates.
--
-- Reads derived.interactions. Run where figures are in one currency.
insert into new_findings
select channel, interaction_id, 'no_rate',
    'insight.rates has none for its currency; its amount is in no sum in insight.currency.', false
from derived.interactions
where amount is not null and currency is not null and not list_contains($rates::varchar[], currency)
